/// A command in the form in which it travels.
struct RedisCommand: Sendable {
    /// One part of a command.
    enum Part: Sendable {
        case text(String)
        case bytes([UInt8])

        static func number(_ number: Int64) -> Part { .text(String(number)) }
    }

    let encoded: [UInt8]

    init(_ parts: [Part]) {
        var encoded = Array("*\(parts.count)\r\n".utf8)
        for part in parts {
            switch part {
            case .text(let text): Self.append(text.utf8, count: text.utf8.count, to: &encoded)
            case .bytes(let bytes): Self.append(bytes, count: bytes.count, to: &encoded)
            }
        }
        self.encoded = encoded
    }

    private static func append(_ part: some Sequence<UInt8>, count: Int, to encoded: inout [UInt8]) {
        encoded += "$\(count)\r\n".utf8
        encoded += part
        encoded += "\r\n".utf8
    }
}
