import AMQP
import Lane
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct AMQPPublishingTests {
    @Test func `publishing returns when the broker has the message`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = ShortString(uniqueName("publish"))
            try await connection.declare(.quorum(queue))
            try await connection.publish(Message(body: [1]), to: .queue(queue))
            #expect(try await connection.status(of: queue).readyMessages == 1)
        }
    }

    @Test(arguments: ["quorum", "classic"])
    func `thousands are on their way at once, and each is confirmed once`(type: String) async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = ShortString(uniqueName("publish"))
            try await connection.declare(Queue(queue, arguments: ["x-queue-type": .string(type)]))
            try await publishNumbered(0..<5000, to: queue, on: connection)
            #expect(try await connection.status(of: queue).readyMessages == 5000)
        }
    }

    @Test func `a message that no queue wants comes back as unroutable, the others do not`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = ShortString(uniqueName("publish"))
            try await connection.declare(Queue(queue))
            let outcomes = await withTaskGroup(of: (Int, PublishError?).self) { group in
                for number in 0..<600 {
                    group.addTask(executorPreference: connection.lane) {
                        var properties = Properties()
                        // The same name for many: they can still be told apart by where they go.
                        properties.messageID = "the same"
                        let destination = number % 3 == 0 ? Destination.queue("nobody") : .queue(queue)
                        do throws(PublishError) {
                            try await connection.publish(
                                Message(body: [], properties: properties), to: destination)
                            return (number, nil)
                        } catch {
                            return (number, error)
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for number in 0..<600 {
                if number % 3 == 0 {
                    #expect(outcomes[number] == .unroutable(.init(code: 312, text: "NO_ROUTE")))
                } else {
                    #expect(outcomes[number] == nil)
                }
            }
            #expect(try await connection.status(of: queue).readyMessages == 400)
            // Without the wish to know, it is confirmed and gone.
            try await connection.publish(Message(body: []), to: .queue("nobody"), mandatory: false)
        }
    }

    @Test func `a full queue refuses, and what it took is confirmed`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = ShortString(uniqueName("full"))
            try await connection.declare(
                Queue(queue, arguments: ["x-max-length": 10, "x-overflow": "reject-publish"]))
            var refused = 0
            for _ in 0..<30 {
                do throws(PublishError) {
                    try await connection.publish(Message(body: [1]), to: .queue(queue))
                } catch {
                    #expect(error == .refused)
                    refused += 1
                }
            }
            let held = try await connection.status(of: queue).readyMessages
            #expect(held + refused == 30)
            #expect(refused > 0)
        }
    }

    @Test func `an exchange that does not exist costs the channel, not the connection`() async throws {
        let broker = try await PrivateBroker.shared()
        let events = Shared<[Connection.Event]>([])
        try await withLane { lane in
            let connection = try await Connection.open(try configuration(for: broker), on: lane) { event in
                events.change { $0.append(event) }
            }
            let error = await #expect(throws: PublishError.self) {
                try await connection.publish(
                    Message(body: []), to: Destination(exchange: "nowhere", routingKey: "x"))
            }
            guard case .outcomeUnknown(.channelClosed(let closure)) = error else { throw error ?? .refused }
            #expect(closure.code == 404)
            #expect(events.value == [.channelClosed(closure)])
            // The next ones go out on a new channel, whose confirms count from one again.
            let queue = ShortString(uniqueName("after"))
            try await connection.declare(Queue(queue))
            try await publishNumbered(0..<50, to: queue, on: connection)
            #expect(try await connection.status(of: queue).readyMessages == 50)
            await connection.close()
        }
    }

    @Test func `a topic exchange routes by the key`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let name = uniqueName("topic")
            let (exchange, queue) = (ShortString(name), ShortString("\(name).queue"))
            try await connection.declare(Exchange(exchange, type: "topic"))
            try await connection.declare(Queue(queue))
            try await connection.bind(queue, to: exchange, routingKey: "orders.#")
            try await connection.publish(
                Message(body: [1]), to: Destination(exchange: exchange, routingKey: "orders.paid"))
            await #expect(throws: PublishError.unroutable(.init(code: 312, text: "NO_ROUTE"))) {
                try await connection.publish(
                    Message(body: [2]), to: Destination(exchange: exchange, routingKey: "refunds"))
            }
            let delivery = try #require(try await connection.fetch(queue))
            #expect(delivery.exchange == exchange)
            #expect(delivery.routingKey == "orders.paid")
            try await connection.deleteExchange(exchange)
        }
    }

    @Test func `a reply to a live direct reply-to arrives`() async throws {
        let broker = try await PrivateBroker.shared()
        let request = ShortString(uniqueName("request"))
        try await withConnection(to: broker) { connection in
            try await connection.declare(Queue(request))
            let answer = try await RawAMQPClient.with(port: broker.port) { client in
                // A raw client asks: this module has no consumers without acknowledgement, which direct reply-to wants.
                try client.peer.write(
                    AMQPFrames.method(
                        .basicConsume,
                        AMQPFrames.short(0) + AMQPFrames.shortString("amq.rabbitmq.reply-to")
                            + AMQPFrames.shortString("") + [0b0000_0010] + AMQPFrames.table([])))
                _ = try client.peer.expect(.basicConsumeOK)
                // The reply-to property alone.
                try client.publish(
                    to: request.description,
                    properties: RawProperties(
                        flags: 1 << 9, bytes: AMQPFrames.shortString("amq.rabbitmq.reply-to")), body: [1])
                return try awaitReply(on: client, answering: request, with: connection)
            }
            #expect(answer == Array("done".utf8))
        }
    }

    /// Answers the request from the lane, and waits for the answer on the raw client.
    private func awaitReply(
        on client: RawAMQPClient, answering request: ShortString, with connection: Connection
    ) throws -> [UInt8] {
        Task(executorPreference: connection.lane) {
            var delivery: Delivery?
            while delivery == nil { delivery = try await connection.fetch(request) }
            guard let delivery, let target = delivery.properties.replyTo else { return }
            // Mandatory would deliver it and give it back at once.
            try await connection.publish(Message(body: Array("done".utf8)), to: .queue(target), mandatory: false)
            await connection.acknowledge(delivery)
        }
        _ = try client.peer.expect(.basicDeliver)
        _ = try client.peer.readFrame()
        return try client.peer.readFrame().payload
    }

    @Test func `publishing after the end says that nothing was sent`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            await connection.close()
            await #expect(throws: PublishError.notSent(.closed)) {
                try await connection.publish(Message(body: []), to: .queue("q"))
            }
            await #expect(throws: AMQPError.closed) { try await connection.status(of: "q") }
        }
    }

    @Test func `closing waits for confirms that are due`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            let queue = ShortString(uniqueName("closing"))
            try await connection.declare(.quorum(queue))
            let begun = Shared(0)
            async let published: Void = withThrowingTaskGroup { group in
                for _ in 0..<2000 {
                    group.addTask(executorPreference: connection.lane) {
                        begun.change { $0 += 1 }
                        try await connection.publish(Message(body: [1]), to: .queue(queue))
                    }
                }
                try await group.waitForAll()
            }
            try await eventually("all have begun") { begun.value == 2000 }
            await connection.close()
            try await published
            try await expectMessages(2000, in: queue, on: broker)
        }
    }
}
