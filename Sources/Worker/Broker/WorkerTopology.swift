package import AMQP

/// All that an installation has at the broker.
package struct WorkerTopology: Sendable {
    /// The names.
    package let names: QueueNames
    /// The waiting rooms.
    package let ladder: DelayLadder
    /// How often the broker hands a job out again before it gives up on it.
    package let deliveryLimit: Int

    /// What an installation of a prefix has.
    package init(prefix: String = "wxpush", deliveryLimit: Int = 100) {
        names = QueueNames(prefix: prefix)
        ladder = DelayLadder(names)
        self.deliveryLimit = deliveryLimit
    }

    /// The three queues, in the order in which they need one another.
    private func queues(of server: ServerInfo) -> [Queue] {
        // RabbitMQ 4 gives up on a message after 20 looks at it unless it is told otherwise; for 3, the same word means none at all.
        let keeps = (server.version.split(separator: ".").first.flatMap { Int($0) } ?? 3) >= 4
        return [
            .quorum(names.dead, arguments: keeps ? ["x-delivery-limit": -1] : [:]),
            .quorum(names.results),
            .quorum(
                names.jobs,
                arguments: [
                    "x-delivery-limit": .int64(Int64(deliveryLimit)), "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": .string(names.dead.description),
                    "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish",
                ]),
        ]
    }

    /// Declares everything; what exists already is left as it is, and what exists otherwise is an error that names the difference.
    ///
    /// A worker that may not declare uses what is there.
    ///
    /// - Returns: The state of the job queue.
    @discardableResult
    package func declare(on connection: Connection) async throws(AMQPError) -> QueueStatus {
        do throws(AMQPError) {
            for queue in queues(of: connection.server) { _ = try await connection.declare(queue) }
            try await ladder.declare(on: connection)
        } catch {
            guard error.isRefusal else { throw error }
            for queue in [names.results, names.dead] { try await connection.check(queue) }
        }
        return try await connection.check(names.jobs)
    }

    /// How queues that are there differ from what is declared, each in its own words; nothing is made.
    ///
    /// Nothing can be told to a user who may not declare.
    package func mismatches(of there: [QueueStatus], on connection: Connection) async throws(AMQPError) -> [AMQPError] {
        var mismatches: [AMQPError] = []
        for queue in queues(of: connection.server) + ladder.declarations
        where there.contains(where: { $0.name == queue.name }) {
            do throws(AMQPError) { try await connection.declare(queue) } catch {
                if error.isRefusal { return mismatches }
                guard case .mismatch = error else { throw error }
                mismatches.append(error)
            }
        }
        return mismatches
    }

    /// How many messages wait in each queue, and who reads them.
    package func status(on connection: Connection) async throws(AMQPError) -> [QueueStatus] {
        var statuses: [QueueStatus] = []
        for queue in [names.jobs, names.results, names.dead] + ladder.queues {
            do throws(AMQPError) {
                statuses.append(try await connection.status(of: queue))
            } catch {
                guard case .channelClosed(let closure) = error, closure.code == 404 else { throw error }
            }
        }
        return statuses
    }

    /// Deletes everything, with what is in it.
    package func delete(on connection: Connection) async throws(AMQPError) {
        for queue in [names.jobs, names.results, names.dead, names.requeued] {
            _ = try await connection.deleteQueue(queue)
        }
        try await ladder.delete(on: connection)
    }
}

extension AMQPError {
    /// Whether the broker denies a right.
    fileprivate var isRefusal: Bool {
        if case .channelClosed(let closure) = self { closure.code == 403 } else { false }
    }
}
