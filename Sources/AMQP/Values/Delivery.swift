/// A message that the broker has handed over, and that waits to be acknowledged.
public final class Delivery: Sendable {
    /// Why a delivery could not be taken over whole.
    public enum Fault: Hashable, Sendable {
        /// The body is larger than the limit, and was not kept.
        case bodyTooLarge(bytes: UInt64, limit: Int)
        /// The headers nest deeper than the limit, and were not kept.
        case headersTooDeep
    }

    /// The payload; empty if there is a ``fault`` in it.
    public let body: [UInt8]
    /// What the message says of itself.
    public let properties: Properties
    /// The exchange it was published to.
    public let exchange: ShortString
    /// The key it was published with.
    public let routingKey: ShortString
    /// Whether it was delivered to somebody before.
    public let isRedelivered: Bool
    /// What is missing from it, if anything is.
    public let fault: Fault?

    /// The channel's number for it.
    let tag: UInt64
    /// The channel that the number belongs to, unlike any other of this process.
    let channel: UInt64

    init(
        body: [UInt8], properties: Properties, exchange: ShortString, routingKey: ShortString, isRedelivered: Bool,
        fault: Fault?, tag: UInt64, channel: UInt64
    ) {
        self.body = body
        self.properties = properties
        self.exchange = exchange
        self.routingKey = routingKey
        self.isRedelivered = isRedelivered
        self.fault = fault
        self.tag = tag
        self.channel = channel
    }

    /// How often the broker has taken it back before, as a quorum queue counts it; zero where it does not count.
    public var returnCount: Int { properties.headers["x-delivery-count"]?.integer.flatMap(Int.init(exactly:)) ?? 0 }
}
