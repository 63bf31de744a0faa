import CHiredis

/// What the server has answered, copied out of the library.
enum RedisReply: Hashable, Sendable {
    case nothing
    case integer(Int64)
    case bytes([UInt8])
    case list([RedisReply])
    case error(String)

    /// Copies a reply; nil for a kind that does not exist.
    @safe init?(_ reply: UnsafePointer<redisReply>) {
        let kind = unsafe reply.pointee.type
        switch kind {
        case REDIS_REPLY_NIL: self = .nothing
        case REDIS_REPLY_INTEGER: self = unsafe .integer(reply.pointee.integer)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .bytes(unsafe Self.content(reply))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: unsafe Self.content(reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            var items: [RedisReply] = []
            for index in unsafe 0..<Int(reply.pointee.elements) {
                guard let element = unsafe reply.pointee.element[index], let item = RedisReply(element) else {
                    return nil
                }
                items.append(item)
            }
            self = .list(items)
        default: return nil
        }
    }

    private static func content(_ reply: UnsafePointer<redisReply>) -> [UInt8] {
        guard let bytes = unsafe reply.pointee.str else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(reply.pointee.len)))
    }

    /// The bytes, if it is some.
    var asBytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    /// The bytes as text, if it is some.
    var asText: String? { asBytes.map { String(decoding: $0, as: UTF8.self) } }

    /// A number, sent as one or as text: scripts send large ones as text.
    var asNumber: Int64? {
        switch self {
        case .integer(let number): number
        case .bytes: asText.flatMap { Int64($0) }
        default: nil
        }
    }

    /// A number of microseconds, as a duration that is not negative.
    var asDuration: Duration? { asNumber.map { .microseconds(max(0, $0)) } }

    /// The items, if it is a list.
    var asList: [RedisReply]? { if case .list(let items) = self { items } else { nil } }
}
