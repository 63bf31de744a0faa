import Terminal

/// A line of the log while it is put together.
package struct LogLine {
    /// Where the fields start on a terminal, counted from the message, unless that is longer.
    private static let messageWidth = 32
    private let format: LogFormat
    private var bytes: [UInt8] = []
    /// The blanks between the message and the first field.
    private var padding = 0

    init(format: LogFormat, level: LogLevel, message: StaticString, time: LogTime) {
        self.format = format
        bytes.reserveCapacity(256)
        switch format {
        case .json:
            bytes.append(contentsOf: #"{"ts":""#.utf8)
            time.write(into: &bytes)
            bytes.append(contentsOf: #"","level":""#.utf8)
            bytes.append(contentsOf: level.name.utf8)
            bytes.append(contentsOf: #"","msg":""#.utf8)
            bytes.append(message)
            bytes.append(UInt8(ascii: "\""))
        case .text:
            time.write(into: &bytes)
            style(level.style.start)
            bytes.append(contentsOf: level.column.utf8)
            style(level.style.end)
            bytes.append(message)
            padding = max(0, Self.messageWidth - message.utf8CodeUnitCount)
        }
    }

    /// The line with its end.
    consuming func finished() -> [UInt8] {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Adds a field that is a text: what it holds of queries and passwords is left out, what a terminal would obey is escaped.
    package mutating func text(_ key: StaticString, _ text: String) {
        self.key(key)
        let text = text.withoutQueries
        if format != .json, text.canStandBare {
            bytes.append(contentsOf: text.utf8)
        } else {
            bytes.appendQuoted(text)
        }
    }

    /// Adds a field that is a number, or a truth, as JSON spells it.
    package mutating func number(_ key: StaticString, _ digits: String) {
        self.key(key)
        bytes.append(contentsOf: digits.utf8)
    }

    private mutating func key(_ key: StaticString) {
        if format == .json {
            bytes.append(contentsOf: ",\"".utf8)
            bytes.append(key)
            bytes.append(contentsOf: "\":".utf8)
        } else {
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding + 1))
            padding = 0
            style(Style.dim.start)
            bytes.append(key)
            bytes.append(UInt8(ascii: "="))
            style(Style.dim.end)
        }
    }

    private mutating func style(_ code: String) {
        if format == .text(colours: true) { bytes.append(contentsOf: code.utf8) }
    }
}

extension [UInt8] {
    /// Appends a text of the program's own, which has nothing in it to escape.
    fileprivate mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { text in
            assert(unsafe text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
            unsafe append(contentsOf: text)
        }
    }
}

extension LogLevel {
    fileprivate var column: String {
        switch self {
        case .debug: "  debug    "
        case .info: "  info     "
        case .warning: "  warning  "
        case .error: "  error    "
        }
    }

    fileprivate var style: Style {
        switch self {
        case .debug: .dim
        case .info: .plain
        case .warning: .warning
        case .error: .bad
        }
    }
}
