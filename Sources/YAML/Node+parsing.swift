extension Node {
    /// Reads a text that holds one document; an empty one is nothing at all.
    ///
    /// - Parameter source: The name of the file, for the places of values and faults.
    package init(parsing bytes: [UInt8], source: String, limits: Limits = Limits()) throws(Fault) {
        guard bytes.count <= limits.bytes else {
            throw Fault(at: Place(source: source), "larger than \(limits.bytes) bytes")
        }
        let text = try Self.checked(bytes, source: source)
        try Self.refuseTagDirectives(text, source: source)
        guard let events = EventReader(text) else { throw Fault(at: Place(source: source), "no memory") }
        var composer = Composer(source: source, limits: limits)
        while true {
            let (event, position) = try Self.next(events, text, source: source)
            try composer.take(event, at: position)
            if case .streamEnd = event { break }
        }
        self = composer.document()
    }

    private static func next(
        _ events: EventReader, _ text: [UInt8], source: String
    ) throws(Fault) -> (event: Event, position: Position) {
        do throws(SyntaxFault) {
            return try events.next()
        } catch {
            let position =
                switch error.place {
                case .offset(let offset): Self.position(of: offset, in: text)
                case .position(let position): position
                }
            let byte = Self.byte(at: position, in: text)
            throw Fault(at: Place(source: source, position: position), error.message(for: position, byte: byte))
        }
    }

    /// The text without a byte order mark, if it is UTF-8.
    private static func checked(_ bytes: [UInt8], source: String) throws(Fault) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw Fault(at: Place(source: source), "UTF-16; save it as UTF-8")
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        do {
            _ = try UTF8Span(validating: text.span)
        } catch {
            let position = Self.position(of: error.byteOffsets.lowerBound, in: text)
            throw Fault(at: Place(source: source, position: position), "not UTF-8; save the file in that encoding")
        }
        return text
    }

    /// Tags have no meaning here, and libyaml takes a time that grows with the square of the number of `%TAG` lines.
    private static func refuseTagDirectives(_ text: [UInt8], source: String) throws(Fault) {
        let breaks: [UInt8] = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        let lines = text.split(omittingEmptySubsequences: false) { breaks.contains($0) }
        for line in lines where !line.isEmpty {
            if line.starts(with: "%TAG".utf8) {
                let position = position(of: line.startIndex, in: text)
                throw Fault(at: Place(source: source, position: position), "a %TAG line; tags have no meaning here")
            }
            // Directives stand before the document, among blank lines and comments.
            guard "%# \t".utf8.contains(line[line.startIndex]) else { return }
        }
    }

    private static func position(of offset: Int, in text: [UInt8]) -> Position {
        var position = Position(line: 1, column: 1)
        for byte in text.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                position = Position(line: position.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                position.column += 1
            }
        }
        return position
    }

    private static func byte(at position: Position, in text: [UInt8]) -> UInt8? {
        let lines = text.split(
            separator: UInt8(ascii: "\n"), maxSplits: position.line, omittingEmptySubsequences: false)
        guard position.line <= lines.count else { return nil }
        return lines[position.line - 1].lazy.filter { $0 & 0xC0 != 0x80 }.dropFirst(position.column - 1).first
    }
}
