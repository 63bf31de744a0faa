/// A request that has arrived whole.
package struct ServerRequest: Sendable {
    /// What to do, as sent: `GET`, `POST`, or anything that a peer has made up.
    package let method: String
    /// The path as sent, still percent-encoded, without the query.
    package let path: String
    /// The query as sent, still percent-encoded, without its question mark; nil if there is none.
    package let query: String?
    /// The body; empty if there is none.
    package let body: [UInt8]
    /// The address of whoever asks, in digits, without a port.
    package let peer: String
    /// Whether it came over TLS.
    package let isTLS: Bool
    /// Names and values, each with a zero after it; looked into when somebody asks.
    let head: [UInt8]

    /// The path with its percent signs resolved; what is not UTF-8 is replaced.
    package var decodedPath: String { percentDecoded(path.utf8, plusIsSpace: false) }

    /// The names and values of the query in the order of their sending, decoded; a name without a value has an empty one.
    package var queryItems: [(name: String, value: String)] {
        var items: [(name: String, value: String)] = []
        forEachQueryItem { name, value in
            items.append((decoded(name), decoded(value)))
            return true
        }
        return items
    }

    /// The first value of a name in the query, decoded.
    package func queryValue(_ wanted: String) -> String? {
        var found: String?
        forEachQueryItem { name, value in
            guard isSame(name, wanted) else { return true }
            found = decoded(value)
            return false
        }
        return found
    }

    /// The value of the first header field of a name, in any case of letters; what is not UTF-8 is replaced.
    package func header(_ wanted: String) -> String? {
        var rest = head[...]
        while !rest.isEmpty {
            let name = rest.prefix { $0 != 0 }
            let value = rest[name.endIndex...].dropFirst().prefix { $0 != 0 }
            if name.lazy.map(lowercased).elementsEqual(wanted.utf8.lazy.map(lowercased)) {
                return String(decoding: value, as: UTF8.self)
            }
            rest = rest[value.endIndex...].dropFirst()
        }
        return nil
    }

    private func forEachQueryItem(_ body: (_ name: Substring.UTF8View, _ value: Substring.UTF8View) -> Bool) {
        guard let query else { return }
        for item in query.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = item.firstIndex(of: UInt8(ascii: "="))
            let name = item[..<(equals ?? item.endIndex)]
            let value = equals.map { item[item.index(after: $0)...] } ?? item[item.endIndex...]
            guard body(name, value) else { return }
        }
    }

    private func decoded(_ bytes: Substring.UTF8View) -> String { percentDecoded(bytes, plusIsSpace: true) }

    private func isSame(_ name: Substring.UTF8View, _ wanted: String) -> Bool {
        if name.elementsEqual(wanted.utf8) { return true }
        // Names are seldom encoded.
        let isEncoded = name.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
        return isEncoded && decoded(name) == wanted
    }
}

extension ServerRequest: CustomStringConvertible, CustomReflectable {
    /// The method and the size of the body: path, query, headers and body may hold a token.
    package var description: String { "\(method), \(body.count) bytes" }

    /// As the description, for those who print what they are given.
    package var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
