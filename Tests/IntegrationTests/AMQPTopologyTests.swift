import AMQP
import Lane
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct AMQPTopologyTests {
    @Test func `a queue can be declared, asked for, emptied and deleted`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = ShortString(uniqueName("queue"))
            let arguments: Table = [
                "x-queue-type": "quorum", "x-delivery-limit": 10, "x-overflow": "reject-publish",
                "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "elsewhere",
                "x-dead-letter-strategy": "at-least-once",
            ]
            #expect(try await connection.declare(Queue(queue, arguments: arguments)).name == queue)
            // Declaring the same again is fine.
            #expect(try await connection.declare(Queue(queue, arguments: arguments)).readyMessages == 0)
            try await publishNumbered(0..<4, to: queue, on: connection)
            let status = try await connection.status(of: queue)
            #expect(status == QueueStatus(name: queue, readyMessages: 4, consumers: 0))
            #expect(try await connection.purge(queue) == 4)
            try await publishNumbered(0..<2, to: queue, on: connection)
            #expect(try await connection.deleteQueue(queue) == 2)
            let error = await #expect(throws: AMQPError.self) { try await connection.status(of: queue) }
            guard case .channelClosed(let closure) = error else { throw error ?? .closed }
            #expect(closure.code == 404)
        }
    }

    @Test func `the broker can choose the name`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let status = try await connection.declare(Queue("", isDurable: false, isExclusive: true))
            #expect(status.name.description.hasPrefix("amq.gen-"))
        }
    }

    @Test func `a mismatch says which argument differs from what`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let name = ShortString(uniqueName("queue"))
            try await connection.declare(Queue(name, arguments: ["x-message-ttl": 1000]))
            let other = await #expect(throws: AMQPError.self) {
                try await connection.declare(Queue(name, arguments: ["x-message-ttl": 5]))
            }
            guard case .mismatch(let ttl) = other else { throw other ?? .closed }
            #expect(ttl.kind == "queue")
            #expect(ttl.name == name.description)
            #expect(ttl.argument == "x-message-ttl")
            #expect(ttl.declared == "5")
            #expect(ttl.existing == "1000")

            let transient = await #expect(throws: AMQPError.self) {
                try await connection.declare(
                    Queue(name, isDurable: false, arguments: ["x-message-ttl": 1000]))
            }
            guard case .mismatch(let durable) = transient else { throw transient ?? .closed }
            #expect(durable.argument == "durable")
            #expect(durable.declared == "false")
            #expect(durable.existing == "true")

            let exchange = ShortString(uniqueName("exchange"))
            try await connection.declare(Exchange(exchange, type: "topic"))
            let fanout = await #expect(throws: AMQPError.self) {
                try await connection.declare(Exchange(exchange, type: "fanout"))
            }
            guard case .mismatch(let type) = fanout else { throw fanout ?? .closed }
            #expect(type.kind == "exchange")
            #expect(type.argument == "type")
            #expect(type.declared == "fanout")
            #expect(type.existing == "topic")
            // The connection has outlived all three.
            #expect(try await connection.status(of: name).readyMessages == 0)
        }
    }

    @Test func `exchanges bind to exchanges, and bindings can be undone`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let name = uniqueName("chain")
            let (first, second, queue) = (
                ShortString("\(name).1"), ShortString("\(name).2"), ShortString("\(name).queue")
            )
            try await connection.declare(Exchange(first, type: "topic"))
            try await connection.declare(Exchange(second, type: "topic", isInternal: true))
            try await connection.declare(Queue(queue))
            try await connection.bind(exchange: second, to: first, routingKey: "1.#")
            try await connection.bind(queue, to: second, routingKey: "#.jobs")
            try await connection.checkExchange(second)
            let destination = Destination(exchange: first, routingKey: "1.0.jobs")
            try await connection.publish(Message(body: [1]), to: destination)
            #expect(try await connection.status(of: queue).readyMessages == 1)
            try await connection.unbind(queue, from: second, routingKey: "#.jobs")
            await #expect(throws: PublishError.unroutable(.init(code: 312, text: "NO_ROUTE"))) {
                try await connection.publish(Message(body: [1]), to: destination)
            }
            try await connection.deleteExchange(first)
            await #expect(throws: AMQPError.self) { try await connection.checkExchange(first) }
        }
    }

    @Test func `a headers exchange matches arguments`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let name = uniqueName("headers")
            let (exchange, queue) = (ShortString(name), ShortString("\(name).queue"))
            try await connection.declare(Exchange(exchange, type: "headers"))
            try await connection.declare(Queue(queue))
            try await connection.bind(
                queue, to: exchange, routingKey: "", arguments: ["x-match": "all", "app": "mini"])
            var properties = Properties()
            properties.headers = ["app": "mini"]
            try await connection.publish(
                Message(body: [], properties: properties), to: Destination(exchange: exchange, routingKey: ""))
            #expect(try await connection.status(of: queue).readyMessages == 1)
        }
    }

    @Test func `calls made at once are answered each with its own`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let name = uniqueName("many")
            try await withThrowingTaskGroup { group in
                for index in 0..<40 {
                    group.addTask(executorPreference: connection.lane) {
                        let queue = ShortString("\(name).\(index)")
                        // Every fourth asks for a queue that is not there, which closes the channel among the others.
                        if index % 4 == 0 {
                            await #expect(throws: AMQPError.self) { try await connection.status(of: queue) }
                        } else {
                            let status = try await connection.declare(Queue(queue, isDurable: false))
                            #expect(status.name == queue)
                            try await connection.deleteQueue(queue)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a queue that is busy is not called empty`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let name = uniqueName("busy")
            let queue = ShortString(name)
            try await connection.declare(.quorum(queue))
            for _ in 0..<3 { try await connection.publish(Message(body: [1]), to: .queue(queue)) }
            try await broker.holdUp(name, for: .seconds(1))
            #expect(try await connection.status(of: queue).readyMessages == 3)
            try await connection.deleteQueue(queue)
        }
    }

    @Test func `an empty queue is empty, however far away the broker is`() async throws {
        let broker = try await PrivateBroker.shared()
        let proxy = try FaultProxy(to: broker.port)
        try await withConnection(to: broker) { configuration in
            configuration.endpoints = try ConnectionConfiguration(url: proxy.url).endpoints
        } _: { connection in
            let queue = ShortString(uniqueName("far"))
            try await connection.declare(.quorum(queue))
            proxy.behave(.slow(.milliseconds(300)))
            let start = ContinuousClock.now
            let status = try await connection.status(of: queue)
            #expect(status.isKnown && status.readyMessages == 0)
            // A question and what tells the way: not the half minute in which a queue has to answer.
            #expect(ContinuousClock.now - start < .seconds(15))
            proxy.pass()
            try await connection.deleteQueue(queue)
        }
        proxy.stop()
    }

    @Test func `names that are too long are refused before anything is sent`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let long = ShortString(String(repeating: "x", count: 256))
            let error = AMQPError.tooLong(field: "queue", bytes: 256, limit: 255)
            await #expect(throws: error) { try await connection.declare(Queue(long)) }
            await #expect(throws: error) { try await connection.status(of: long) }
            await #expect(throws: error) { try await connection.deleteQueue(long) }
            await #expect(throws: error) { try await connection.purge(long) }
            await #expect(throws: error) { _ = try await connection.fetch(long) }
            await #expect(throws: error) { _ = try await connection.consume(long, prefetch: 1) }
            await #expect(throws: AMQPError.tooLong(field: "routing key", bytes: 256, limit: 255)) {
                try await connection.bind("q", to: "amq.topic", routingKey: long)
            }
            await #expect(throws: AMQPError.tooLong(field: "exchange", bytes: 256, limit: 255)) {
                try await connection.declare(Exchange(long, type: "topic"))
            }
            #expect(await connection.isOpen)
        }
    }
}
