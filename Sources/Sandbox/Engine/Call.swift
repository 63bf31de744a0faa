/// A request, as far as the engine looks at it.
package struct Call: Sendable {
    /// What to do.
    package var method: String
    /// The path.
    package var path: String
    /// The query, still percent-encoded.
    package var query: String?
    /// The type of the body.
    package var contentType: String?
    /// The body.
    package var body: [UInt8]
    /// The address of whoever asks, in digits.
    package var peer: String

    /// A request.
    package init(
        method: String, path: String, query: String? = nil, contentType: String? = nil, body: [UInt8] = [],
        peer: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.contentType = contentType
        self.body = body
        self.peer = peer
    }
}

extension Call {
    /// The value of the first parameter of a name in the query, decoded; nil if there is none.
    func parameter(_ name: String) -> String? {
        guard let query else { return nil }
        for item in query.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
            guard item[..<equals].elementsEqual(name.utf8) else { continue }
            return Self.decoded(item[equals...].dropFirst())
        }
        return nil
    }

    /// The value of a parameter that says something; nil if it is empty.
    func filled(_ name: String) -> String? {
        parameter(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func decoded(_ bytes: Substring.UTF8View) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(Substring(bytes))
        }
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, digits.first != UInt8(ascii: "+"),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
