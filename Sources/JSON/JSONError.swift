/// Why bytes are not the JSON that was asked for, and where.
package struct JSONError: Error, Hashable, Sendable {
    /// What the grammar asks for at a place.
    package enum Expectation: String, Hashable, Sendable {
        /// Any value.
        case value = "a value"
        /// The name of a member, in quotes.
        case key = "a key in quotes"
        /// The name of a first member, or the end of an empty object.
        case keyOrBrace = "a key in quotes or '}'"
        /// The colon after a name.
        case colon = "':'"
        /// What may follow a member.
        case commaOrBrace = "',' or '}'"
        /// What may follow an element.
        case commaOrBracket = "',' or ']'"
        /// A digit of a number.
        case digit = "a digit"
        /// A number that does not start with a superfluous zero.
        case noLeadingZero = "no digit after a leading zero"
        /// What may follow a backslash.
        case escape = "one of \"\\/bfnrtu"
        /// One of the four digits of `\u`.
        case hexDigit = "a hexadecimal digit"
        /// The end of a string.
        case quote = "'\"'"
        /// Nothing more after the value.
        case end = "the end"
    }

    /// What is wrong.
    package enum Fault: Hashable, Sendable {
        /// Something else stands there; `found` is nil where the text ends.
        case expected(Expectation, found: UInt8?)
        /// A character below U+0020 stands in a string without being escaped.
        case controlCharacter(UInt8)
        /// The bytes are not UTF-8.
        case invalidUTF8
        /// Half of a surrogate pair stands alone.
        case loneSurrogate
        /// The name stands in this object already.
        case duplicateKey(String)
        /// Arrays and objects nest deeper than allowed.
        case tooDeep(limit: Int)
        /// A number has more digits than allowed.
        case numberTooLong(limit: Int)
        /// The text has more bytes than allowed.
        case tooLarge(limit: Int)
    }

    /// How many bytes precede the fault.
    package var offset: Int
    /// What is wrong.
    package var fault: Fault

    /// A fault at a place.
    package init(offset: Int, fault: Fault) {
        self.offset = offset
        self.fault = fault
    }
}

extension JSONError: CustomStringConvertible {
    /// One sentence that names the place and the fault.
    package var description: String { "byte \(offset): \(fault)" }
}

extension JSONError.Fault: CustomStringConvertible {
    /// The fault in words.
    ///
    /// A key is shortened: who sends a broken text may send a long one.
    package var description: String {
        switch self {
        case .expected(let expectation, let found?):
            "expected \(expectation.rawValue), found \(Self.name(of: found))"
        case .expected(let expectation, nil): "expected \(expectation.rawValue), but the text ends"
        case .controlCharacter(let byte): "\(Self.name(of: byte)) must be escaped in a string"
        case .invalidUTF8: "not UTF-8"
        case .loneSurrogate: "half of a surrogate pair"
        case .duplicateKey(let key): "the key \"\(Self.short(key))\" stands here a second time"
        case .tooDeep(let limit): "nested deeper than \(limit)"
        case .numberTooLong(let limit): "a number of more than \(limit) characters"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        }
    }

    private static func name(of byte: UInt8) -> String {
        if (0x21...0x7E).contains(byte) { return "'\(Character(Unicode.Scalar(byte)))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte 0x\(digits.count < 2 ? "0" : "")\(digits)"
    }

    /// The start of a key in one line.
    private static func short(_ key: String) -> String {
        var bytes: [UInt8] = []
        bytes.appendEscaped(String(key.prefix(64)))
        return String(decoding: bytes, as: UTF8.self)
    }
}
