/// A queue to declare.
public struct Queue: Hashable, Sendable {
    /// The name; empty lets the broker choose one.
    public var name: ShortString
    /// Whether it outlives a restart of the broker.
    public var isDurable: Bool
    /// Whether it belongs to this connection alone, and ends with it.
    public var isExclusive: Bool
    /// Whether it is deleted when its last consumer leaves.
    public var deletesItself: Bool
    /// Its arguments, such as `x-queue-type`.
    public var arguments: Table

    /// A queue; durable and shared unless said otherwise.
    public init(
        _ name: ShortString, isDurable: Bool = true, isExclusive: Bool = false, deletesItself: Bool = false,
        arguments: Table = Table()
    ) {
        self.name = name
        self.isDurable = isDurable
        self.isExclusive = isExclusive
        self.deletesItself = deletesItself
        self.arguments = arguments
    }

    /// A replicated queue that keeps its messages on disk.
    public static func quorum(_ name: ShortString, arguments: Table = Table()) -> Queue {
        var queue = Queue(name, arguments: arguments)
        queue.arguments["x-queue-type"] = "quorum"
        return queue
    }
}

/// An exchange to declare.
public struct Exchange: Hashable, Sendable {
    /// The name.
    public var name: ShortString
    /// `direct`, `topic`, `fanout`, `headers`, or a plugin's own.
    public var type: ShortString
    /// Whether it outlives a restart of the broker.
    public var isDurable: Bool
    /// Whether it is deleted when its last binding goes.
    public var deletesItself: Bool
    /// Whether only other exchanges may publish to it.
    public var isInternal: Bool
    /// Its arguments, such as `alternate-exchange`.
    public var arguments: Table

    /// An exchange; durable unless said otherwise.
    public init(
        _ name: ShortString, type: ShortString, isDurable: Bool = true, deletesItself: Bool = false,
        isInternal: Bool = false, arguments: Table = Table()
    ) {
        self.name = name
        self.type = type
        self.isDurable = isDurable
        self.deletesItself = deletesItself
        self.isInternal = isInternal
        self.arguments = arguments
    }
}

/// What the broker says of a queue when it is declared.
public struct QueueStatus: Hashable, Sendable {
    /// Its name.
    public var name: ShortString
    /// Messages that wait for a consumer; those handed out and not acknowledged are not among them.
    public var readyMessages: Int
    /// Consumers on it.
    public var consumers: Int
    /// Whether the broker knows; it does not while the queue does not answer it.
    public var isKnown = true

    /// A status of its parts.
    public init(name: ShortString, readyMessages: Int, consumers: Int) {
        self.name = name
        self.readyMessages = readyMessages
        self.consumers = consumers
    }
}

/// What a broker says of itself, and what was agreed with it.
public struct ServerInfo: Hashable, Sendable {
    /// The product, such as `RabbitMQ`.
    public var product: String
    /// Its version.
    public var version: String
    /// The agreed heartbeat; nil if there is none.
    public var heartbeat: Duration?
    /// The largest frame agreed, in bytes.
    public var frameLimit: Int
}
