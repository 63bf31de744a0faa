/// Cuts a source into texts, outputs and tags.
struct PieceReader {
    /// One piece with its braces.
    struct Piece {
        /// What it is.
        var kind: Kind
        /// Where it stands.
        var range: Range<Int>
    }

    /// What a piece is.
    enum Kind {
        case text
        case output
        case tag
        /// An output or a tag that does not end as it should.
        case broken(expected: String)
    }

    private let source: [UInt8]
    private(set) var place = 0

    /// A reader at the start of a source.
    init(_ source: [UInt8]) { self.source = source }

    /// The next piece; nil at the end.
    mutating func next() -> Piece? {
        guard place < source.count else { return nil }
        let start = place
        let kind: Kind
        switch (byte(place), byte(place + 1)) {
        case (UInt8(ascii: "{"), UInt8(ascii: "{")): kind = endOfOutput()
        case (UInt8(ascii: "{"), UInt8(ascii: "%")):
            place += 2
            kind = endOfTag() ? .tag : .broken(expected: "'%}'")
        default:
            kind = .text
            place = startOfBraces(from: place)
        }
        return Piece(kind: kind, range: start..<place)
    }

    /// Goes on after `{% endraw %}`; nil if there is none.
    ///
    /// Of several that start before the next `%}` the last one counts, as in Ruby.
    ///
    /// - Returns: The range of the tag.
    mutating func skipToEndOfRaw() -> Range<Int>? {
        while place < source.count {
            let start = startOfBraces(from: place)
            place = min(source.count, start + 1)
            guard startsEndOfRaw(start) else { continue }
            place = start + 2
            guard endOfTag() else { return nil }
            let last = (start..<place).last(where: startsEndOfRaw)
            return (last ?? start)..<place
        }
        return nil
    }

    private func startsEndOfRaw(_ place: Int) -> Bool {
        guard byte(place) == UInt8(ascii: "{"), byte(place + 1) == UInt8(ascii: "%") else { return false }
        var name = place + 2
        if byte(name) == UInt8(ascii: "-") { name += 1 }
        while let byte = byte(name), byte.isSpace { name += 1 }
        let end = name + 6
        return end < source.count && source[name..<end].elementsEqual("endraw".utf8) && !source[end].isWord
    }

    private func byte(_ place: Int) -> UInt8? { place < source.count ? source[place] : nil }

    private func startOfBraces(from place: Int) -> Int {
        var place = place
        while place + 1 < source.count {
            if source[place] == UInt8(ascii: "{") {
                let second = source[place + 1]
                if second == UInt8(ascii: "{") || second == UInt8(ascii: "%") { return place }
            }
            place += 1
        }
        return source.count
    }

    private mutating func endOfTag() -> Bool {
        while place + 1 < source.count {
            place += 1
            if source[place - 1] == UInt8(ascii: "%"), source[place] == UInt8(ascii: "}") {
                place += 1
                return true
            }
        }
        place = source.count
        return false
    }

    /// Goes behind an output; as in Ruby, one that holds the start of a tag ends where the tag does.
    private mutating func endOfOutput() -> Kind {
        place += 2
        while let first = byte(place) {
            place += 1
            if first == UInt8(ascii: "}") {
                guard byte(place) == UInt8(ascii: "}") else { return .broken(expected: "'}}'") }
                place += 1
                return .output
            }
            if first == UInt8(ascii: "{"), byte(place) == UInt8(ascii: "%") {
                place += 1
                _ = endOfTag()
                return .broken(expected: "'}}' before a tag")
            }
        }
        return .broken(expected: "'}}'")
    }
}
