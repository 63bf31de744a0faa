package import AMQP
package import Lane
import TestSupport
package import Worker

/// An installation of a test's own, at whose queues it looks from outside.
package protocol QueueSite: Sendable {
    /// Where its connections live.
    var lane: Lane { get }
    /// How its broker is reached.
    var configuration: ConnectionConfiguration { get throws }
}

extension QueueSite {
    /// Does something on a connection of its own.
    @discardableResult
    package func connected<Value: Sendable>(_ body: (Connection) async throws -> Value) async throws -> Value {
        let connection = try await Connection.open(try configuration, on: lane)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Makes the queues; a broker with much to do may close the connection on the first try, or let it wait for too long.
    package func declare(_ topology: WorkerTopology) async throws {
        try await eventually("the queues are there") {
            do {
                try await connected { _ = try await topology.declare(on: $0) }
                return true
            } catch AMQPError.connectionClosed {
                return false
            } catch AMQPError.timedOut {
                return false
            }
        }
    }

    /// Puts messages on a queue, in their order.
    package func put(_ messages: [Message], on queue: ShortString) async throws {
        try await connected { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (place, message) in messages.enumerated() {
                    if place >= 500 { try await group.next() }
                    group.addTask(executorPreference: lane) {
                        while true {
                            do throws(PublishError) {
                                return try await connection.publish(message, to: .queue(queue))
                            } catch {
                                // A quorum queue may refuse for a moment after it was declared.
                                guard case .refused = error else { throw error }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Puts jobs on a queue, as a service does.
    package func put(
        _ bodies: [String], on queue: ShortString, _ change: (inout Properties) -> Void = { _ in }
    ) async throws {
        var properties = Properties()
        properties.deliveryMode = .persistent
        change(&properties)
        try await put(bodies.map { Message(body: Array($0.utf8), properties: properties) }, on: queue)
    }

    /// What a queue holds, in its order; it stays there.
    package func content(of queue: ShortString) async throws -> [Delivery] {
        try await connected { connection in
            let depth = try await connection.status(of: queue).readyMessages
            guard depth > 0 else { return [] }
            var messages: [Delivery] = []
            for try await delivery in try await connection.consume(queue, prefetch: min(depth, 65_535)) {
                messages.append(delivery)
                if messages.count == depth { break }
            }
            return messages
        }
    }

    /// Takes so many messages off a queue; the others keep their order, as they are all in hand meanwhile.
    package func take(_ count: Int, from queue: ShortString) async throws -> [Delivery] {
        try await connected { connection in
            var messages: [Delivery] = []
            for try await delivery in try await connection.consume(queue, prefetch: 1000) {
                messages.append(delivery)
                await connection.acknowledge(delivery)
                if messages.count == count { break }
            }
            return messages
        }
    }

    /// Waits until a queue holds so many messages.
    package func awaitCount(_ count: Int, in queue: ShortString) async throws {
        try await eventually("\(count) in \(queue)") {
            try await connected { try await $0.status(of: queue).readyMessages } == count
        }
    }
}
