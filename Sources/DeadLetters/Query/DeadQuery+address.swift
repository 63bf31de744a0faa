extension DeadQuery {
    /// Reads what follows the question mark of an address: `reason=value_too_long&age=1h..&app!=mini`; a bare word is an id, or a key
    /// after `@`, as on the command line.
    ///
    /// - Parameter others: Names that mean something else to whoever asks, such as `limit`.
    package init(urlQuery: String, ignoring others: Set<String> = []) throws(DeadQueryError) {
        // A byte takes three in an address, and what means something else stands there too.
        guard urlQuery.utf8.count <= 4 * Limits.bytes else { throw .tooLong }
        self.init()
        for piece in urlQuery.split(separator: "&") {
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(parts[0])
            if others.contains(name) { continue }
            if parts.count > 1 { try add(name: name, Self.decoded(parts[1])) } else { try add(word: name) }
        }
    }

    /// The query for a letter's address, in which nothing stands for anything else: a key after `@`, else an id.
    package init(address: String) {
        let digits = String(address.dropFirst())
        if address.first == DeadKey.sign, let test = DeadTest(.key, digits) {
            self.init(term: Term(key: .key, isNot: false, value: digits, test: test))
        } else {
            self.init(term: Term(key: .id, isNot: false, value: address, test: .exactly(address)))
        }
    }

    /// The query as it stands in an address.
    package var urlQuery: String {
        terms.map { "\($0.key.rawValue)\($0.isNot ? "!" : "")=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"),
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.count >= 2
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII, scalar.properties.isAlphabetic || "0123456789-._~*".unicodeScalars.contains(scalar) {
                bytes.append(byte)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += Array("%\(digits.count < 2 ? "0" : "")\(digits)".utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
