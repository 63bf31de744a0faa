import AMQP
import BrokerSupport
import JSON
import TestSupport
import Testing
import Worker

/// What lies in the queues.
extension Office {
    /// The queue of the dead letters.
    var dead: ShortString { QueueNames(prefix: prefix).dead }

    private var names: QueueNames { QueueNames(prefix: prefix) }

    /// Puts jobs on the queue of the workers.
    func send(_ bodies: String...) async throws {
        try await put(bodies, on: names.jobs)
    }

    /// Puts letters among the dead ones.
    func bury(_ letters: [Message]) async throws { try await put(letters, on: dead) }

    /// What lies among the results, oldest first; it stays there.
    func results(_ count: Int) async throws -> [JSONObject] {
        try await awaitCount(count, in: names.results)
        return try await content(of: names.results).map { try #require(try JSONValue(parsing: $0.body).object) }
    }
}
