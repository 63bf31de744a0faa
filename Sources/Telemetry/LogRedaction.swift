extension String {
    /// Enough of an id to recognise it by, and too little to use it: the first 6 characters and the last 3.
    package var shortenedID: String { count > 12 ? "\(prefix(6))…\(suffix(3))" : self }

    /// The text without what must not be logged of addresses: their queries, which hold access tokens, and names with passwords.
    ///
    /// It goes by looks, `?name=` and `://name@`, so that an address inside an error's text loses them too.
    package var withoutQueries: String {
        guard utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "@") }) else { return self }
        var result: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "?"), rest.startsQuery {
                result.append(contentsOf: "?…".utf8)
                rest = rest.drop { !$0.endsAddress }
            } else if byte == UInt8(ascii: ":"), rest.starts(with: "://".utf8) {
                result.append(contentsOf: "://".utf8)
                rest = rest.dropFirst(3)
                let authority = rest.prefix { !$0.endsAddress && $0 != UInt8(ascii: "/") }
                if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
                    result.append(contentsOf: "…@".utf8)
                    rest = rest[(at + 1)...]
                }
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Whether a question mark is followed by a name and an equals sign.
    fileprivate var startsQuery: Bool {
        let name = dropFirst().prefix { !$0.endsAddress && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "?") }
        return !name.isEmpty && name.endIndex < endIndex && self[name.endIndex] == UInt8(ascii: "=")
    }
}

extension UInt8 {
    /// Whether an address inside a sentence ends here for sure; commas and brackets may be part of one.
    fileprivate var endsAddress: Bool { self <= 0x20 || "\"<>".utf8.contains(self) }
}
