import AMQP
import Lane
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct AMQPConsumingTests {
    /// Puts numbered messages on a new queue.
    private func fill(
        _ connection: Connection, _ count: Int, arguments: Table = ["x-queue-type": "quorum"]
    ) async throws -> ShortString {
        let queue = ShortString(uniqueName("consume"))
        try await connection.declare(Queue(queue, arguments: arguments))
        try await publishNumbered(0..<count, to: queue, on: connection)
        return queue
    }

    @Test func `deliveries come in order, and acknowledged ones are gone`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 100)
            let deliveries = try await connection.consume(queue, prefetch: 10)
            var seen: [Int] = []
            for try await delivery in deliveries {
                seen.append(try number(of: delivery))
                #expect(delivery.routingKey == queue)
                #expect(delivery.exchange.isEmpty)
                #expect(!delivery.isRedelivered)
                #expect(await connection.acknowledge(delivery))
                if seen.count == 100 { break }
            }
            #expect(seen == Array(0..<100))
            await connection.close()
            try await expectMessages(0, in: queue, on: broker)
        }
    }

    @Test func `the prefetch is all that is sent ahead`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 50)
            let deliveries = try await connection.consume(queue, prefetch: 7)
            var held: [Delivery] = []
            for try await delivery in deliveries {
                held.append(delivery)
                if held.count == 7 { break }
            }
            // An eighth would come before the answer to a later call.
            #expect(try await connection.status(of: queue).readyMessages == 43)
            for delivery in held { await connection.acknowledge(delivery) }
            var more = 0
            for try await _ in deliveries {
                more += 1
                if more == 7 { break }
            }
            #expect(try await connection.status(of: queue).readyMessages == 36)
        }
    }

    @Test func `a slow job does not hold the others back`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 200)
            let deliveries = try await connection.consume(queue, prefetch: 10)
            var slow: Delivery?
            var done = 0
            for try await delivery in deliveries {
                // The first one stays with us; with a prefetch of ten the others can only go on if they leave one by one.
                if slow == nil { slow = delivery } else { await connection.acknowledge(delivery) }
                done += 1
                if done == 200 { break }
            }
            let first = try #require(slow)
            #expect(try number(of: first) == 0)
            #expect(await connection.acknowledge(first))
        }
    }

    @Test func `what is refused goes back or on, as asked`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let dead = ShortString(uniqueName("dead"))
            try await connection.declare(.quorum(dead))
            let queue = try await fill(
                connection, 2,
                arguments: [
                    "x-queue-type": "quorum", "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": .string(dead.description),
                ])
            let deliveries = try await connection.consume(queue, prefetch: 1)
            var numbers: [Int] = []
            for try await delivery in deliveries {
                numbers.append(try number(of: delivery))
                switch numbers.count {
                case 1: #expect(await connection.refuse(delivery, requeue: false))
                case 2: #expect(await connection.refuse(delivery, requeue: true))
                default:
                    #expect(delivery.isRedelivered)
                    #expect(delivery.returnCount == 1)
                    #expect(await connection.acknowledge(delivery))
                }
                if numbers.count == 3 { break }
            }
            #expect(numbers == [0, 1, 1])
            try await eventually("the refused one is in the dead queue") {
                try await connection.status(of: dead).readyMessages == 1
            }
            let letter = try #require(try await connection.fetch(dead))
            #expect(letter.properties.headers["x-first-death-reason"]?.text == "rejected")
            let deaths = letter.properties.headers["x-death"]?.array
            #expect(deaths?.first?.table?["count"]?.integer == 1)
        }
    }

    @Test func `a delivery is settled once, and not after its channel has ended`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 3)
            let one = try #require(try await connection.fetch(queue))
            let two = try #require(try await connection.fetch(queue))
            #expect(await connection.acknowledge(one))
            #expect(await !connection.acknowledge(one))
            #expect(await !connection.refuse(one, requeue: true))
            // A missing queue costs the channel; the next call opens another one, whose tags start at one again.
            await #expect(throws: AMQPError.self) { try await connection.status(of: "no such queue") }
            let again = try #require(try await connection.fetch(queue))
            #expect(await !connection.acknowledge(two))
            #expect(await !connection.refuse(two, requeue: false))
            #expect(try number(of: again) == 1)
            #expect(again.isRedelivered)
            #expect(await connection.acknowledge(again))
            #expect(try await connection.status(of: queue).readyMessages == 1)
        }
    }

    @Test func `fetching an empty queue gives nothing`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 0)
            #expect(try await connection.fetch(queue) == nil)
        }
    }

    @Test func `a consumer that is cancelled keeps what it holds and gives the rest back`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 20)
            let deliveries = try await connection.consume(queue, prefetch: 20)
            var iterator = deliveries.makeAsyncIterator()
            let held = try #require(try await iterator.next())
            try await connection.cancelConsumer()
            #expect(try await iterator.next() == nil)
            #expect(await connection.acknowledge(held))
            let status = QueueStatus(name: queue, readyMessages: 19, consumers: 0)
            try await eventually("all but the held one are back") { try await connection.status(of: queue) == status }
            // It can start anew.
            let others = try await connection.consume(queue, prefetch: 1)
            var next = others.makeAsyncIterator()
            #expect(try await next.next() != nil)
        }
    }

    @Test func `a deleted queue ends the sequence with an error, and says so`() async throws {
        let broker = try await PrivateBroker.shared()
        let events = Shared<[Connection.Event]>([])
        try await withLane { lane in
            let connection = try await Connection.open(try configuration(for: broker), on: lane) { event in
                events.change { $0.append(event) }
            }
            let queue = try await fill(connection, 0)
            let deliveries = try await connection.consume(queue, prefetch: 1)
            let reader = Task(executorPreference: lane) { for try await _ in deliveries {} }
            try await withConnection(to: broker) { other in _ = try await other.deleteQueue(queue) }
            await #expect(throws: AMQPError.consumerCancelled) { try await reader.value }
            #expect(events.value == [.consumerCancelled])
            #expect(await connection.isOpen)
            await connection.close()
        }
    }

    @Test func `a reader whose task is cancelled leaves, and takes nothing with it`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 0)
            let deliveries = try await connection.consume(queue, prefetch: 5)
            let readers = (0..<5).map { _ in
                Task(executorPreference: connection.lane) { () -> Int in
                    var count = 0
                    for try await delivery in deliveries {
                        count += 1
                        await connection.acknowledge(delivery)
                    }
                    return count
                }
            }
            for reader in readers { reader.cancel() }
            for reader in readers { #expect(try await reader.value == 0) }
            try await publishNumbered(0..<3, to: queue, on: connection)
            var numbers: [Int] = []
            for try await delivery in deliveries {
                numbers.append(try number(of: delivery))
                if numbers.count == 3 { break }
            }
            #expect(numbers == [0, 1, 2])
        }
    }

    @Test func `many readers share the deliveries, each gets its own`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 1000)
            let deliveries = try await connection.consume(queue, prefetch: 100)
            let seen = Shared<[Int]>([])
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 {
                    group.addTask(executorPreference: connection.lane) {
                        for try await delivery in deliveries {
                            let number = try number(of: delivery)
                            // Out of order on purpose.
                            if number % 7 == 0 { try await connection.lane.sleep(for: .milliseconds(number % 5)) }
                            await connection.acknowledge(delivery)
                            let count = seen.change {
                                $0.append(number)
                                return $0.count
                            }
                            if count == 1000 { try await connection.cancelConsumer() }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(seen.value.sorted() == Array(0..<1000))
            await connection.close()
            try await expectMessages(0, in: queue, on: broker)
        }
    }

    @Test func `readers that work together handle everything, and end with the sequence`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 500)
            let seen = Shared<Set<Int>>([])
            try await connection.consume(queue, prefetch: 50).forEach(readers: 20) { delivery in
                #expect(connection.lane.isCurrent)
                let number = try number(of: delivery)
                await connection.acknowledge(delivery)
                let count = seen.change {
                    $0.insert(number)
                    return $0.count
                }
                if count == 500 { try await connection.cancelConsumer() }
            }
            #expect(seen.value == Set(0..<500))
        }
    }

    @Test func `a handler that throws ends the others, and its error is told`() async throws {
        struct Enough: Error {}
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 3)
            let deliveries = try await connection.consume(queue, prefetch: 10)
            // Most of the readers never get anything, and have to be sent home.
            await #expect(throws: Enough.self) {
                try await deliveries.forEach(readers: 20) { delivery in
                    if try number(of: delivery) == 2 { throw Enough() }
                }
            }
            // The consumer goes on for whoever reads next.
            try await publishNumbered(7..<8, to: queue, on: connection)
            var next = deliveries.makeAsyncIterator()
            #expect(try number(of: try #require(try await next.next())) == 7)
        }
    }

    @Test func `readers that work together leave when their task is cancelled`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 1)
            let deliveries = try await connection.consume(queue, prefetch: 10)
            let handled = Shared(0)
            let crew = Task(executorPreference: connection.lane) {
                try await deliveries.forEach(readers: 20) { _ in handled.change { $0 += 1 } }
            }
            try await eventually("the one is handled") { handled.value == 1 }
            crew.cancel()
            try await crew.value
            await connection.close()
        }
    }

    @Test func `arguments that cannot be are refused before anything is sent`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = try await fill(connection, 0)
            for prefetch in [0, -1, 65_536] {
                await #expect(throws: AMQPError.invalid("a prefetch must be from 1 to 65535, not \(prefetch)")) {
                    _ = try await connection.consume(queue, prefetch: prefetch)
                }
            }
            _ = try await connection.consume(queue, prefetch: 1)
            await #expect(throws: AMQPError.invalid("this connection consumes already")) {
                _ = try await connection.consume(queue, prefetch: 1)
            }
        }
    }

    @Test func `consuming a queue that does not exist says so, and another one works after it`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let error = await #expect(throws: AMQPError.self) {
                _ = try await connection.consume("no such queue", prefetch: 1)
            }
            guard case .channelClosed(let closure) = error else { throw error ?? .closed }
            #expect(closure.code == 404)
            let queue = try await fill(connection, 1)
            var iterator = try await connection.consume(queue, prefetch: 1).makeAsyncIterator()
            #expect(try await iterator.next() != nil)
        }
    }

    @Test(arguments: ["quorum", "classic"])
    func `looking at messages and closing keeps them and their order`(type: String) async throws {
        let broker = try await PrivateBroker.shared()
        let queue = try await withConnection(to: broker) { connection in
            try await fill(connection, 10, arguments: ["x-queue-type": .string(type)])
        }
        for _ in 0..<2 {
            try await withConnection(to: broker) { connection in
                let deliveries = try await connection.consume(queue, prefetch: 5)
                var seen: [Int] = []
                for try await delivery in deliveries {
                    seen.append(try number(of: delivery))
                    if seen.count == 5 { break }
                }
                #expect(seen == [0, 1, 2, 3, 4])
                await connection.close()
            }
            try await expectMessages(10, in: queue, on: broker)
        }
    }
}
