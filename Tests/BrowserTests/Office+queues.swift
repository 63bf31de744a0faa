import AMQP
import JSON
import TestSupport
import Testing
import Worker

/// What lies in the queues.
extension Office {
    /// The queue of the dead letters.
    var dead: ShortString { QueueNames(prefix: prefix).dead }

    private var names: QueueNames { QueueNames(prefix: prefix) }

    /// Does something on a connection of its own.
    @discardableResult
    func connected<Value: Sendable>(_ body: (Connection) async throws -> Value) async throws -> Value {
        let connection = try await Connection.open(configuration, on: lane)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Puts messages on a queue.
    func put(_ messages: [Message], on queue: ShortString) async throws {
        try await connected { connection in
            for message in messages {
                // A quorum queue may refuse for a moment after it was declared.
                try await eventually("the broker takes a message", within: .seconds(60)) {
                    do throws(PublishError) {
                        try await connection.publish(message, to: .queue(queue))
                        return true
                    } catch {
                        guard case .refused = error else { throw error }
                        return false
                    }
                }
            }
        }
    }

    /// Puts jobs on the queue of the workers.
    func send(_ bodies: String...) async throws {
        var properties = Properties()
        properties.deliveryMode = .persistent
        try await put(bodies.map { Message(body: Array($0.utf8), properties: properties) }, on: names.jobs)
    }

    /// Puts letters among the dead ones.
    func bury(_ letters: [Message]) async throws { try await put(letters, on: dead) }

    /// Waits until a queue holds so many messages.
    func awaitCount(_ count: Int, in queue: ShortString) async throws {
        try await eventually("\(count) in \(queue)", within: .seconds(60)) {
            try await connected { try await $0.status(of: queue).readyMessages } == count
        }
    }

    /// What lies among the results, oldest first; it stays there.
    func results(_ count: Int) async throws -> [JSONObject] {
        try await awaitCount(count, in: names.results)
        return try await connected { connection in
            var results: [JSONObject] = []
            for try await delivery in try await connection.consume(self.names.results, prefetch: count) {
                results.append(try #require(try JSONValue(parsing: delivery.body).object))
                if results.count == count { break }
            }
            return results
        }
    }
}
