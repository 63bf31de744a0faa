/// One token within a tag or an output.
struct Token {
    /// What a token is.
    enum Kind: String {
        case name = "a name"
        case string = "a string"
        case number = "a number"
        case comparison = "a comparison"
        case pipe = "'|'"
        case dot = "'.'"
        case dots = "'..'"
        case colon = "':'"
        case comma = "','"
        case openSquare = "'['"
        case closeSquare = "']'"
        case openRound = "'('"
        case closeRound = "')'"
        case question = "'?'"
        case dash = "'-'"
        case end = "the end"
    }

    /// What it is.
    var kind: Kind
    /// Where it stands in the source.
    var range: Range<Int>
}

/// Cuts a part of the source into tokens.
struct Lexer {
    private let source: [UInt8]
    private let end: Int
    private var place: Int

    /// The tokens of a part of the source; the last one is `end`.
    static func tokens(in range: Range<Int>, of source: [UInt8]) throws(Misread) -> [Token] {
        var lexer = Lexer(source: source, end: range.upperBound, place: range.lowerBound)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next(after: tokens.last?.kind)
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private init(source: [UInt8], end: Int, place: Int) {
        (self.source, self.end, self.place) = (source, end, place)
    }

    private func byte(at place: Int) -> UInt8? { place < end ? source[place] : nil }

    private mutating func next(after previous: Token.Kind?) throws(Misread) -> Token {
        while let byte = byte(at: place), byte.isSpace { place += 1 }
        let start = place
        guard let byte = byte(at: place) else { return Token(kind: .end, range: end..<end) }
        place += 1
        let kind = try kind(of: byte, start: start)
        let range = start..<place
        let isContains = kind == .name && previous != .dot && source[range].elementsEqual("contains".utf8)
        return Token(kind: isContains ? .comparison : kind, range: range)
    }

    /// What starts with a byte; moves to its end.
    private mutating func kind(of first: UInt8, start: Int) throws(Misread) -> Token.Kind {
        switch first {
        case UInt8(ascii: "|"): return .pipe
        case UInt8(ascii: ":"): return .colon
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: "["): return .openSquare
        case UInt8(ascii: "]"): return .closeSquare
        case UInt8(ascii: "("): return .openRound
        case UInt8(ascii: ")"): return .closeRound
        case UInt8(ascii: "?"): return .question
        case UInt8(ascii: "."):
            guard byte(at: place) == UInt8(ascii: ".") else { return .dot }
            place += 1
            return .dots
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"):
            return try comparison(first, start: start)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            guard let quote = source[place..<end].firstIndex(of: first) else {
                throw Misread(.syntax(found: text(start..<end), expected: "a closing quote"), at: start)
            }
            place = quote + 1
            return .string
        case UInt8(ascii: "-"):
            guard byte(at: place)?.isDigit == true else { return .dash }
            number()
            return .number
        case let digit where digit.isDigit:
            number()
            return .number
        case let letter where letter.isLetter || letter == UInt8(ascii: "_"):
            while let byte = byte(at: place), byte.isWord || byte == UInt8(ascii: "-") { place += 1 }
            if byte(at: place) == UInt8(ascii: "?") { place += 1 }
            return .name
        default:
            throw Misread(.syntax(found: character(at: start), expected: "a name, a value or an operator"), at: start)
        }
    }

    private mutating func comparison(_ first: UInt8, start: Int) throws(Misread) -> Token.Kind {
        let second = byte(at: place)
        let isAngle = first == UInt8(ascii: "<") || first == UInt8(ascii: ">")
        if second == UInt8(ascii: "=") || first == UInt8(ascii: "<") && second == UInt8(ascii: ">") {
            place += 1
        } else if !isAngle {
            throw Misread(.syntax(found: text(start..<place), expected: "one of == != <> < > <= >="), at: start)
        }
        return .comparison
    }

    private mutating func number() {
        while let byte = byte(at: place), byte.isDigit { place += 1 }
        guard byte(at: place) == UInt8(ascii: "."), byte(at: place + 1)?.isDigit == true else { return }
        place += 1
        while let byte = byte(at: place), byte.isDigit { place += 1 }
    }

    private func character(at place: Int) -> String {
        String(String(decoding: source[place..<min(end, place + 16)], as: UTF8.self).prefix(1))
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: source[range].prefix(256), as: UTF8.self) }
}

/// A fault at a place of the source that is being read.
struct Misread: Error {
    /// What is wrong.
    var fault: LiquidError.Fault
    /// How many bytes precede it.
    var place: Int

    /// A fault at a place.
    init(_ fault: LiquidError.Fault, at place: Int) {
        self.fault = fault
        self.place = place
    }
}
