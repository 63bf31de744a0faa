/// How much a text may ask of its reader.
package struct JSONLimits: Hashable, Sendable {
    /// How deep arrays and objects may nest.
    ///
    /// More than 512 is taken as 512: reading and freeing a value recurse.
    package var depth = 64
    /// How many characters a number may have.
    package var numberLength = 256
    /// How many bytes the whole text may have.
    package var bytes = Int.max

    /// The usual limits.
    package init() {}
}

/// How much a reader forgives.
package enum JSONDialect: Hashable, Sendable {
    /// RFC 8259 to the letter, and no key twice.
    case strict
    /// What WeChat answers: a byte order mark, raw control characters in strings, a key twice (the last one counts), and
    /// text cut in the middle of a character, which becomes U+FFFD.
    case lenient
}

extension JSONValue {
    /// Reads one value and nothing after it.
    package init(
        parsing bytes: Span<UInt8>, _ dialect: JSONDialect = .strict, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) {
        var parser = Parser(dialect, limits)
        self = try parser.document(bytes)
    }

    /// Reads one value and nothing after it.
    package init(
        parsing bytes: [UInt8], _ dialect: JSONDialect = .strict, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) {
        try self.init(parsing: bytes.span, dialect, limits: limits)
    }
}
