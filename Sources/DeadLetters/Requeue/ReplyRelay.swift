import AMQP
import JSON
import Lane
import Worker

/// The queue by way of which results go while somebody waits for them, and from where each goes on to its own queue.
///
/// It is there to stay: if whoever waits is gone, the broker passes what it holds on to the queue of all results after a minute. So
/// no result is lost, whatever happens.
actor ReplyRelay: LaneBound {
    nonisolated let lane: Lane
    private let names: QueueNames
    private let inbound: Connection
    private let outbound: Connection
    private let handle: @Sendable (ShortString, JSONObject) async -> DeadLetter?

    /// Opens it.
    ///
    /// - Parameter handle: Takes a result by the name that its job was given; returns the letter that it belongs to.
    init(
        _ names: QueueNames, _ configuration: ConnectionConfiguration, outbound: Connection, on lane: Lane,
        handle: @escaping @Sendable (ShortString, JSONObject) async -> DeadLetter?
    ) async throws(AMQPError) {
        self.names = names
        self.lane = lane
        self.outbound = outbound
        self.handle = handle
        inbound = try await Connection.open(configuration, on: lane)
        do throws(AMQPError) {
            try await inbound.declare(
                .quorum(
                    names.requeued,
                    arguments: [
                        "x-message-ttl": 60_000, "x-dead-letter-exchange": "",
                        "x-dead-letter-routing-key": .string(names.results.description),
                        "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish",
                    ]))
        } catch {
            // Who may not declare uses what somebody else has declared.
            guard case .channelClosed(let closure) = error, closure.code == 403,
                (try? await inbound.check(names.requeued)) != nil
            else { throw error }
        }
    }

    /// Passes results on until it is closed; returns why it ended, if it broke.
    func run() async -> AMQPError? {
        do throws(AMQPError) {
            let deliveries = try await inbound.consume(names.requeued, prefetch: 500)
            for try await delivery in deliveries {
                let result = (try? JSONValue(parsing: delivery.body))?.object ?? JSONObject()
                let letter = await handle(delivery.properties.correlationID ?? "", result)
                guard await passOn(delivery, letter) else { return .connectionLost("a result was not confirmed") }
                await inbound.acknowledge(delivery)
            }
            return nil
        } catch {
            return error
        }
    }

    func close() async { await inbound.close() }

    /// Sends a result to where its job wants it.
    private func passOn(_ delivery: Delivery, _ letter: DeadLetter?) async -> Bool {
        var properties = delivery.properties
        properties.headers.removeAll { $0.key == DeadHeader.deliveryCount }
        properties.userID = nil
        if let letter { properties.correlationID = letter.correlationID ?? delivery.properties.messageID }
        var message = Message(body: delivery.body, properties: properties)
        switch ReplyAddress(letter?.replyTo, names: names) {
        case .direct(let queue):
            // Whoever asked may be gone, and the broker cannot say.
            return await publish(message, to: queue, mandatory: false) != nil
        case .queue(let queue):
            switch await publish(message, to: queue, mandatory: true) {
            case true?: return true
            case nil: return false
            case false?:
                properties.headers["x-wxpush-unroutable"] = .string(queue.description)
                message = Message(body: delivery.body, properties: properties)
            }
        case .none, .forbidden: break
        }
        return await publish(message, to: names.results, mandatory: true) == true
    }

    /// Whether there was a queue for it; nil if nobody knows what became of it.
    private func publish(_ message: Message, to queue: ShortString, mandatory: Bool) async -> Bool? {
        do throws(PublishError) {
            try await outbound.publish(message, to: .queue(queue), mandatory: mandatory)
            return true
        } catch {
            if case .unroutable = error { return false }
            return nil
        }
    }
}
