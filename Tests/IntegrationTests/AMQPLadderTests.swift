import AMQP
import Lane
import TestSupport
import Testing

/// Delays by queues that expire: the broker's own machinery, as the module lets one build it.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct AMQPLadderTests {
    /// A binary ladder: level n delays by 2ⁿ units, and a routing key of bits says which levels a message waits on.
    private struct Ladder {
        static let unit = 100
        static let levels = 4

        let name: String
        let target: ShortString

        private func exchange(_ level: Int) -> ShortString { "\(name).\(level)" }

        func declare(on connection: Connection) async throws {
            try await connection.declare(.quorum(target))
            try await connection.declare(Exchange("\(name).out", type: "topic"))
            try await connection.bind(target, to: "\(name).out", routingKey: "#.jobs")
            for level in 0..<Self.levels {
                let next: ShortString = level == 0 ? "\(name).out" : exchange(level - 1)
                let waiting: ShortString = "\(name).wait.\(level)"
                let anyBefore = String(repeating: "*.", count: Self.levels - 1 - level)
                try await connection.declare(Exchange(exchange(level), type: "topic"))
                try await connection.declare(
                    .quorum(
                        waiting,
                        arguments: [
                            "x-message-ttl": .int64(Int64(Self.unit << level)),
                            "x-dead-letter-exchange": .string(next.description),
                            "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish",
                        ]))
                try await connection.bind(waiting, to: exchange(level), routingKey: "\(anyBefore)1.#")
                try await connection.bind(exchange: next, to: exchange(level), routingKey: "\(anyBefore)0.#")
            }
        }

        func send(
            _ name: String, after units: Int, headers: Table = Table(), on connection: Connection
        ) async throws {
            let bits = (0..<Self.levels).reversed().map { units >> $0 & 1 == 1 ? "1." : "0." }.joined()
            var properties = Properties()
            properties.deliveryMode = .persistent
            properties.headers = headers
            try await connection.publish(
                Message(body: Array(name.utf8), properties: properties),
                to: Destination(exchange: exchange(Self.levels - 1), routingKey: "\(bits)jobs"))
        }

        func delete(on connection: Connection) async throws {
            for level in 0..<Self.levels {
                try await connection.deleteQueue("\(name).wait.\(level)")
                try await connection.deleteExchange(exchange(level))
            }
            try await connection.deleteExchange("\(name).out")
            try await connection.deleteQueue(target)
        }
    }

    private func withLadder(
        _ body: @escaping @Sendable (Ladder, Connection) async throws -> Void
    ) async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let name = uniqueName("ladder")
            let ladder = Ladder(name: name, target: "\(name).jobs")
            try await ladder.declare(on: connection)
            try await body(ladder, connection)
            try await ladder.delete(on: connection)
        }
    }

    @Test func `each message comes after its own delay, whoever was sent before`() async throws {
        try await withLadder { ladder, connection in
            let delays = [15, 1, 5, 0, 8]
            var due: [Int: Moment] = [:]
            for units in delays {
                due[units] = .now + .milliseconds(units * Ladder.unit)
                try await ladder.send("\(units)", after: units, on: connection)
            }
            var order: [Int] = []
            for try await delivery in try await connection.consume(ladder.target, prefetch: 10) {
                let units = try number(of: delivery)
                // Never early; the broker's clock and ours tick alike, to a millisecond or two.
                #expect(Moment.now - (try #require(due[units])) >= .milliseconds(-5))
                order.append(units)
                await connection.acknowledge(delivery)
                if order.count == delays.count { break }
            }
            // Nobody waits behind the longest, which was sent first. The others may have been sent late, on a slow day.
            #expect(Set(order) == Set(delays))
            #expect(order.last == 15)
        }
    }

    @Test func `a job survives many trips if the record of its deaths is left behind`() async throws {
        try await withLadder { ladder, connection in
            try await ladder.send("job", after: 5, on: connection)
            var trips = 0
            for try await delivery in try await connection.consume(ladder.target, prefetch: 10) {
                trips += 1
                #expect(!delivery.isRedelivered)
                #expect(delivery.properties.headers["x-death"]?.array?.count == 2)
                var headers = delivery.properties.headers
                // Kept, the broker would take the next expiry for a cycle, and drop the message without a word.
                headers.removeAll { $0.key == "x-death" || $0.key.description.hasPrefix("x-first-death-") }
                #expect(headers["attempts"]?.integer ?? 0 == trips - 1)
                headers["attempts"] = .int64(Int64(trips))
                if trips < 5 { try await ladder.send("job", after: 5, headers: headers, on: connection) }
                await connection.acknowledge(delivery)
                if trips == 5 { break }
            }
            #expect(trips == 5)
        }
    }

    @Test func `a dead letter that is sent again can be delayed again`() async throws {
        try await withLadder { ladder, connection in
            let dead = ShortString("\(ladder.name).dead")
            try await connection.declare(.quorum(dead))
            let poisoned = ShortString("\(ladder.name).poisoned")
            try await connection.declare(
                .quorum(
                    poisoned,
                    arguments: [
                        "x-delivery-limit": 1, "x-dead-letter-exchange": "",
                        "x-dead-letter-routing-key": .string(dead.description),
                    ]))
            try await publishNumbered(0..<1, to: poisoned, on: connection)
            for _ in 0..<2 {
                let delivery = try #require(try await connection.fetch(poisoned))
                await connection.refuse(delivery, requeue: true)
            }
            let letter = try await eventuallyFetch(dead, on: connection)
            #expect(letter.properties.headers["x-first-death-reason"]?.text == "delivery_limit")
            var headers = letter.properties.headers
            headers.removeAll { $0.key == "x-death" || $0.key.description.hasPrefix("x-first-death-") }
            try await ladder.send("0", after: 3, headers: headers, on: connection)
            await connection.acknowledge(letter)
            let job = try await eventuallyFetch(ladder.target, on: connection)
            #expect(try number(of: job) == 0)
            await connection.acknowledge(job)
            try await connection.deleteQueue(dead)
            try await connection.deleteQueue(poisoned)
        }
    }

    @Test(arguments: ["quorum", "classic"])
    func `a crash between the copy and its acknowledgement doubles a message, and loses none`(
        type: String
    ) async throws {
        let broker = try await PrivateBroker.shared()
        let dead = ShortString(uniqueName("dead"))
        let jobs = ShortString(uniqueName("jobs"))
        try await withConnection(to: broker) { connection in
            try await connection.declare(Queue(dead, arguments: ["x-queue-type": .string(type)]))
            try await connection.declare(.quorum(jobs))
            try await publishNumbered(0..<5, to: dead, on: connection)
        }
        // Moves the third of five, and ends before it is acknowledged.
        let proxy = try FaultProxy(to: broker.port)
        await #expect(throws: AMQPError.self) {
            try await withLane { lane in
                let reading = try await Connection.open(try ConnectionConfiguration(url: proxy.url), on: lane)
                let writing = try await Connection.open(try configuration(for: broker), on: lane)
                for try await letter in try await reading.consume(dead, prefetch: 5) {
                    guard try number(of: letter) == 2 else { continue }
                    try await writing.publish(
                        Message(body: letter.body, properties: letter.properties), to: .queue(jobs))
                    await writing.close()
                    proxy.cut()
                    await reading.acknowledge(letter)
                }
            }
        }
        proxy.stop()
        try await withConnection(to: broker) { connection in
            var seen: [Int] = []
            for try await letter in try await connection.consume(dead, prefetch: 5) {
                seen.append(try number(of: letter))
                await connection.acknowledge(letter)
                if seen.count == 5 { break }
            }
            #expect(seen == [0, 1, 2, 3, 4])
            #expect(try await connection.status(of: jobs).readyMessages == 1)
            try await connection.deleteQueue(jobs)
            try await connection.deleteQueue(dead)
        }
    }

    /// The next message of a queue, which may be on its way.
    private func eventuallyFetch(_ queue: ShortString, on connection: Connection) async throws -> Delivery {
        let found = Shared<Delivery?>(nil)
        try await eventually("a message in \(queue)") {
            guard let delivery = try await connection.fetch(queue) else { return false }
            found.change { $0 = delivery }
            return true
        }
        return try #require(found.value)
    }
}
