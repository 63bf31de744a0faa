import Lane

/// A message on its way: first it waits to be sent, then for its confirm.
@safe final class PendingMessage {
    let message: Message
    let destination: Destination
    let mandatory: Bool
    /// About how many bytes it takes on the wire.
    let size: Int
    /// Until when it may wait to be sent.
    let deadline: Moment
    /// Takes what went wrong, or nil once the broker has confirmed.
    private let continuation: UnsafeContinuation<PublishError?, Never>
    /// When it was sent.
    var sentAt = Moment(nanoseconds: 0)
    /// Why it came back, if it did.
    ///
    /// Its confirm follows, and says no more than that.
    var returned: AMQPError.Closure?

    init(
        _ message: Message, to destination: Destination, mandatory: Bool, size: Int, deadline: Moment,
        _ continuation: UnsafeContinuation<PublishError?, Never>
    ) {
        self.message = message
        self.destination = destination
        self.mandatory = mandatory
        self.size = size
        self.deadline = deadline
        unsafe self.continuation = unsafe continuation
    }

    func end(with error: PublishError?) { unsafe continuation.resume(returning: error) }

    /// Whether this may be the message that came back: it went the same way under the same name.
    func resembles(_ other: Returned) -> Bool {
        mandatory && returned == nil && destination.routingKey == other.routingKey
            && destination.exchange == other.exchange && message.properties.messageID == other.properties.messageID
    }

    /// Whether nothing tells this message from the one that came back.
    func equals(_ other: Returned) -> Bool {
        resembles(other) && UInt64(message.body.count) == other.bodySize && message.properties == other.properties
    }
}

extension Connection {
    /// Publishes a message and returns when the broker has confirmed it.
    ///
    /// Never takes a message back half-way, so a cancelled task still learns what became of it; limits are the configuration's
    /// ``ConnectionConfiguration/publishTimeout`` and ``ConnectionConfiguration/confirmTimeout``.
    ///
    /// - Parameter mandatory: Whether a message that no queue wants comes back as ``PublishError/unroutable(_:)``.
    public func publish(
        _ message: Message, to destination: Destination, mandatory: Bool = true
    ) async throws(PublishError) {
        let size: Int
        do throws(AMQPError) { size = try check(message, destination) } catch { throw .invalid(error) }
        guard isOpen else { throw .notSent(closeReason ?? .closed) }
        let error = unsafe await withUnsafeContinuation { continuation in
            unsafe submit(
                PendingMessage(
                    message, to: destination, mandatory: mandatory, size: size,
                    deadline: roughNow + configuration.publishTimeout, continuation))
        }
        if let error { throw error }
    }

    private func check(_ message: Message, _ destination: Destination) throws(AMQPError) -> Int {
        try destination.exchange.checkName("exchange")
        try destination.routingKey.check("routing key")
        if let user = message.properties.userID, user != ShortString(endpoint.credentials.user) {
            throw .invalid("user_id must be the name of the login")
        }
        let size = try message.properties.check()
        let limit = server.frameLimit - 64
        guard size <= limit else { throw .tooLong(field: "properties", bytes: size, limit: limit) }
        return size + message.body.count + destination.exchange.byteCount
            + destination.routingKey.byteCount
    }

    private func submit(_ pending: PendingMessage) {
        // It may have ended on the way here.
        guard isOpen else { return pending.end(with: .notSent(closeReason ?? .closed)) }
        outbox.append(.publish(pending))
        reopenChannelIfNeeded()
        scheduleFlush()
    }

    func confirm(_ tag: UInt64, multiple: Bool, error: PublishError?) {
        confirms.settle(tag, multiple: multiple) { sent in
            sent.end(with: error ?? sent.returned.map(PublishError.unroutable))
        }
        noteRefusal(error == .refused)
    }

    /// How long a channel may have everything refused before it is exchanged for a new one.
    private static let patienceWithRefusals = Duration.seconds(5)

    /// Looks for a channel on which nothing is accepted any more.
    ///
    /// A queue may be full. But a channel that first met a quorum queue while that had no leader goes on to ask a node that is
    /// gone, in RabbitMQ 3.10, and refuses for ever what a new channel would take at once.
    private func noteRefusal(_ isRefused: Bool) {
        if !isRefused {
            refusedSince = nil
        } else if let refusedSince {
            if roughNow - refusedSince > Self.patienceWithRefusals, canRenewChannel { isRenewing = true }
        } else {
            refusedSince = roughNow
        }
        // No message is to lose its confirm by it, so those that wait for theirs come first.
        guard isRenewing, confirms.isEmpty else { return }
        refusedSince = nil
        onLane { connection in
            do throws(AMQPError) { try await connection.renewChannel() } catch { connection.finish(error) }
            connection.isRenewing = false
            connection.writePending()
        }
    }

    /// A channel with deliveries is left alone: they would all be delivered again.
    private var canRenewChannel: Bool {
        if case .running = consumption { return false }
        return acks.open == 0 && !isRenewing && !isClosing
    }

    /// A message came back, without its number; its confirm will follow.
    ///
    /// Messages without names can still be told apart by what else is in them, unless the broker has changed that.
    func noteReturn(_ returned: Returned) {
        let message =
            confirms.firstReturned { $0.equals(returned) } ?? confirms.firstReturned { $0.resembles(returned) }
        message?.returned = returned.reason
    }
}
