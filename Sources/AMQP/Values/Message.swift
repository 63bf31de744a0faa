/// A message to publish.
///
/// A class, so that a message on its way is handed on without copying what is in it.
public final class Message: Sendable {
    /// The payload.
    public let body: [UInt8]
    /// What the message says of itself.
    public let properties: Properties

    /// A message of a payload and its properties.
    public init(body: [UInt8], properties: consuming Properties = Properties()) {
        self.body = body
        self.properties = properties
    }
}

/// Where a message goes.
public struct Destination: Hashable, Sendable {
    /// The exchange; empty for the default one, which knows every queue by its name.
    public var exchange: ShortString
    /// The routing key; for the default exchange the queue.
    public var routingKey: ShortString

    /// An exchange and a key.
    public init(exchange: ShortString, routingKey: ShortString) {
        self.exchange = exchange
        self.routingKey = routingKey
    }

    /// A queue, by way of the default exchange.
    public static func queue(_ name: ShortString) -> Destination { Destination(exchange: "", routingKey: name) }
}
