/// What a field of the log may hold.
package protocol LogValue: Sendable {
    /// Adds itself to a line, by one of the line's methods.
    func write(as key: StaticString, into line: inout LogLine)
}

extension String: LogValue {
    /// Adds the text.
    package func write(as key: StaticString, into line: inout LogLine) { line.text(key, self) }
}

extension Bool: LogValue {
    /// Adds the truth.
    package func write(as key: StaticString, into line: inout LogLine) { line.number(key, self ? "true" : "false") }
}

extension LogValue where Self: FixedWidthInteger {
    /// Adds the number.
    package func write(as key: StaticString, into line: inout LogLine) { line.number(key, description) }
}

extension Int: LogValue {}
extension Int32: LogValue {}
extension Int64: LogValue {}
extension UInt16: LogValue {}
extension UInt64: LogValue {}

extension Double: LogValue {
    /// Adds the number; JSON knows none that is infinite.
    package func write(as key: StaticString, into line: inout LogLine) {
        if isFinite { line.number(key, description) } else { line.text(key, description) }
    }
}

extension Duration: LogValue {
    /// Adds the time in seconds, to the millisecond.
    package func write(as key: StaticString, into line: inout LogLine) {
        line.number(key, "\((self / .milliseconds(1)).rounded() / 1_000)")
    }
}

extension Optional: LogValue where Wrapped: LogValue {
    /// Adds the value if there is one.
    package func write(as key: StaticString, into line: inout LogLine) { self?.write(as: key, into: &line) }
}

extension Secret: LogValue {
    /// Adds a mark instead of the value.
    package func write(as key: StaticString, into line: inout LogLine) { line.text(key, description) }
}
