package import AMQP

/// Where a job wants its result.
package enum ReplyAddress: Hashable, Sendable {
    /// Nowhere in particular: the queue of results.
    case none
    /// A queue of the sender's.
    case queue(ShortString)
    /// RabbitMQ's direct reply-to, which is gone with the sender's connection.
    case direct(ShortString)
    /// A name that no result may go to.
    case forbidden(ShortString)

    private static let directPrefix = "amq.rabbitmq.reply-to."

    /// What a job's property says, which anybody may have written.
    package init(_ replyTo: ShortString?, names: QueueNames) {
        guard let replyTo, !replyTo.isEmpty else {
            self = .none
            return
        }
        guard let name = replyTo.text else {
            // RabbitMQ closes the connection for a name that is not UTF-8.
            self = .forbidden(replyTo)
            return
        }
        if name.hasPrefix(Self.directPrefix) {
            self = .direct(replyTo)
        } else if name.hasPrefix("amq.") || names.owns(replyTo) {
            self = .forbidden(replyTo)
        } else {
            self = .queue(replyTo)
        }
    }
}
