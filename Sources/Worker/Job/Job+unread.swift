extension Job {
    /// A job whose body is not to be read: what is known of it without.
    ///
    /// The id is taken from where it stands in the open, between quotes behind its key; whatever brings readers down is passed by.
    package init(unread body: [UInt8], messageID: String?) {
        id = Self.plainID(in: body) ?? messageID ?? ""
        hasOwnID = !id.isEmpty
    }

    private static func plainID(in body: [UInt8]) -> String? {
        let key = Array(#""id""#.utf8)
        guard let place = body.indices.first(where: { body[$0...].starts(with: key) }) else { return nil }
        let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
        var rest = body[(place + key.count)...].drop(while: isBlank)
        guard rest.first == UInt8(ascii: ":") else { return nil }
        rest = rest.dropFirst().drop(while: isBlank)
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        let id = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 >= 0x20 }
        guard (1...Limits.id).contains(id.count), rest.dropFirst(1 + id.count).first == UInt8(ascii: "\"") else {
            return nil
        }
        return String(validating: id, as: UTF8.self)
    }
}
