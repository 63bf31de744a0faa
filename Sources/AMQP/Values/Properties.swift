/// What a message says of itself: AMQP's basic properties, all fourteen.
public struct Properties: Hashable, Sendable {
    /// The MIME type of the body.
    public var contentType: ShortString?
    /// The encoding of the body, such as `gzip`.
    public var contentEncoding: ShortString?
    /// Free keys and values.
    public var headers = Table()
    /// Whether the broker keeps the message through a restart; left out on the wire if nil.
    public var deliveryMode: DeliveryMode?
    /// The priority, for queues that have one.
    public var priority: UInt8?
    /// What a reply repeats, so that it finds its request.
    public var correlationID: ShortString?
    /// Where a reply goes.
    public var replyTo: ShortString?
    /// Milliseconds in a queue after which the message expires, as decimal text.
    public var expiration: ShortString?
    /// The sender's name for the message.
    public var messageID: ShortString?
    /// Seconds since 1970.
    public var timestamp: UInt64?
    /// The kind of message.
    public var type: ShortString?
    /// Who sent it; the broker refuses any other than the name of the login.
    public var userID: ShortString?
    /// The program that sent it.
    public var appID: ShortString?
    /// Unused by RabbitMQ, kept when passing on.
    public var clusterID: ShortString?

    /// Properties with nothing set.
    public init() {}
}

/// Whether the broker keeps a message through a restart.
public enum DeliveryMode: Hashable, Sendable {
    /// Kept in memory.
    case transient
    /// Kept on disk.
    case persistent
    /// A number that AMQP does not define, as a sender wrote it.
    case other(UInt8)

    init(_ value: UInt8) {
        switch value {
        case 1: self = .transient
        case 2: self = .persistent
        default: self = .other(value)
        }
    }

    var value: UInt8 {
        switch self {
        case .transient: 1
        case .persistent: 2
        case .other(let value): value
        }
    }
}

extension Properties: CustomReflectable {
    /// Shows only what is set.
    public var customMirror: Mirror {
        var children: [(label: String?, value: Any)] = []
        for (label, value) in [
            ("contentType", contentType), ("contentEncoding", contentEncoding), ("correlationID", correlationID),
            ("replyTo", replyTo), ("expiration", expiration), ("messageID", messageID), ("type", type),
            ("userID", userID), ("appID", appID), ("clusterID", clusterID),
        ] {
            if let value { children.append((label, value.description)) }
        }
        if !headers.isEmpty { children.append(("headers", headers)) }
        if let deliveryMode { children.append(("deliveryMode", deliveryMode)) }
        if let priority { children.append(("priority", priority)) }
        if let timestamp { children.append(("timestamp", timestamp)) }
        return Mirror(self, children: children, displayStyle: .struct)
    }
}
