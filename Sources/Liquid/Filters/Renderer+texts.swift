extension Renderer {
    /// A text behind a filter that rewrites it.
    mutating func written(
        _ filter: Filter, _ value: LiquidValue, _ arguments: Arguments
    ) throws(LiquidError.Fault) -> LiquidValue {
        switch filter {
        case .truncate, .truncateWords, .squish: if value.isNil { return .nil }
        default: break
        }
        let text = try value.text()
        let first = arguments.first ?? .nil
        switch filter {
        case .append, .prepend:
            let other = try first.text()
            try check(length: text.utf8.count + other.utf8.count)
            return .string(filter == .append ? text + other : other + text)
        case .capitalize: return .string(text.capitalized)
        case .downcase: return .string(text.lowercased())
        case .upcase: return .string(text.uppercased())
        case .strip: return .string(text.trimmed())
        case .lstrip: return .string(text.trimmed(end: false))
        case .rstrip: return .string(text.trimmed(start: false))
        case .squish: return .string(text.trimmed().utf8.split(whereSeparator: \.isSpace).joined(by: " "))
        case .newlineToBreak: return .string(text.replacingLineEnds(with: "<br />\n"))
        case .stripNewlines: return .string(text.replacingLineEnds(with: ""))
        case .truncate: return .string(try truncated(text, arguments))
        case .truncateWords: return .string(try truncatedToWords(text, arguments))
        case .split: return .array(try split(text, by: try first.text()))
        case .replaceLast, .removeLast: return .string(try replacingLast(text, arguments))
        case .replaceFirst, .removeFirst:
            let other = try (arguments.second ?? .nil).text()
            return .string(try replacing(try first.text(), in: text, with: other, onlyFirst: true))
        default: return .string(try replacing(try first.text(), in: text, with: try (arguments.second ?? .nil).text()))
        }
    }

    private mutating func replacingLast(_ text: String, _ arguments: Arguments) throws(LiquidError.Fault) -> String {
        let part = try (arguments.first ?? .nil).text()
        guard let place = try lastOffset(of: part, in: text) else { return text }
        let other = try (arguments.second ?? .nil).text()
        try check(length: text.utf8.count + other.utf8.count)
        return text.part(0..<place) + other + text.part(place + part.utf8.count..<text.utf8.count)
    }

    private mutating func truncated(_ text: String, _ arguments: Arguments) throws(LiquidError.Fault) -> String {
        let length = try (arguments.first ?? 50).wholeNumber()
        // No text has more characters than bytes.
        guard text.utf8.count > length else { return text }
        try spendCounting(.string(text))
        guard text.characterCount > length else { return text }
        let end = try (arguments.second ?? "...").text()
        return text.characters(0..<max(0, Int(max(0, length)) - end.characterCount)) + end
    }

    private func truncatedToWords(_ text: String, _ arguments: Arguments) throws(LiquidError.Fault) -> String {
        let wanted = max(1, try (arguments.first ?? 15).wholeNumber())
        guard wanted <= text.utf8.count else { return text }
        let words = text.utf8.split(maxSplits: Int(wanted), whereSeparator: \.isSpace)
        guard words.count > wanted else { return text }
        let end = try (arguments.second ?? "...").text()
        return words.prefix(Int(wanted)).joined(by: " ") + end
    }

    /// The parts between separators; empty ones at the end are left out.
    private mutating func split(_ text: String, by separator: String) throws(LiquidError.Fault) -> [LiquidValue] {
        if text.isEmpty { return [] }
        if separator.isEmpty {
            try spend(10 * text.utf8.count)
            return text.eachCharacter
        }
        if separator == " " {
            return text.utf8.split(whereSeparator: \.isSpace).map { .string(String(Substring($0))) }
        }
        var parts: [LiquidValue] = []
        var start = 0
        while let found = try offset(of: separator, in: text, from: start) {
            try spend(20)
            parts.append(.string(text.part(start..<found)))
            start = found + separator.utf8.count
        }
        parts.append(.string(text.part(start..<text.utf8.count)))
        while case .string("")? = parts.last { parts.removeLast() }
        return parts
    }
}

extension String {
    /// With a capital first and small letters behind it.
    fileprivate var capitalized: String {
        guard let first = unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(unicodeScalars.dropFirst()).lowercased()
    }

    /// With other text in place of each line end.
    fileprivate func replacingLineEnds(with other: StaticString) -> String {
        let bytes = utf8Span.span
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for place in bytes.indices {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\n") {
                output.append(contentsOf: "\(other)".utf8)
            } else if byte != UInt8(ascii: "\r") || place + 1 == bytes.count || bytes[place + 1] != UInt8(ascii: "\n") {
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension Collection<Substring.UTF8View> {
    /// The parts of a text with another one between them.
    fileprivate func joined(by glue: StaticString) -> String {
        lazy.map { String(Substring($0)) }.joined(separator: "\(glue)")
    }
}
