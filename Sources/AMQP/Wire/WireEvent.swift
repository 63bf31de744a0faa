/// What the broker has sent, as Swift values.
enum WireEvent {
    case delivery(Delivery)
    case returned(Returned)
    case confirmed(tag: UInt64, multiple: Bool)
    case refused(tag: UInt64, multiple: Bool)
    case reply(Reply)
    case consumerCancelled
    case channelClosed(AMQPError.Closure)
    case connectionClosed(AMQPError.Closure)
    case connectionCloseConfirmed
    case blocked(String)
    case unblocked
}

/// The broker's answer to a call.
enum Reply {
    /// Done; the number is the answering method's.
    case done(UInt32)
    case declared(QueueStatus)
    /// How many messages a purge or a deletion has removed.
    case removed(Int)
    /// A message fetched, and how many the queue still holds.
    case fetched(Delivery, remaining: Int)
    /// Nothing to fetch.
    case empty
}

/// A message that came back because no queue wanted it.
struct Returned {
    var reason: AMQPError.Closure
    var exchange: ShortString
    var routingKey: ShortString
    var properties: Properties
    var bodySize: UInt64
}
