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
    let continuation: UnsafeContinuation<PublishError?, Never>
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

    /// Whether this is the message that came back: nothing better than its name and its address tells.
    func isRecognised(in returned: Returned) -> Bool {
        mandatory && self.returned == nil && destination.routingKey == returned.routingKey
            && destination.exchange == returned.exchange && message.properties.messageID == returned.messageID
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
        if !wantsConfirms {
            do throws(AMQPError) { try await enableConfirms() } catch { throw .notSent(error) }
        }
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
        try destination.exchange.check("exchange")
        try destination.routingKey.check("routing key")
        if let user = message.properties.userID, user != ShortString(endpoint.credentials.user) {
            throw .invalid("user_id must be the name of the login")
        }
        return try message.properties.check() + message.body.count + destination.exchange.byteCount
            + destination.routingKey.byteCount
    }

    private func submit(_ pending: PendingMessage) {
        outbox.append(.publish(pending))
        scheduleFlush()
    }

    func confirm(_ tag: UInt64, multiple: Bool, error: PublishError?) {
        confirms.settle(tag, multiple: multiple) { sent in
            sent.end(with: error ?? sent.returned.map(PublishError.unroutable))
        }
    }

    /// A message came back; its confirm will follow.
    func noteReturn(_ returned: Returned) {
        confirms.firstReturned { $0.isRecognised(in: returned) }?.returned = returned.reason
    }
}
