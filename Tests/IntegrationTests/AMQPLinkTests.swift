import Foundation
import Lane
import TestSupport
import Testing

@testable import AMQP

/// What goes wrong on the way, or is wanted: nothing here harms the broker that others share.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"), .timeLimit(.minutes(2)))
struct AMQPLinkTests {
    // MARK: Heartbeats

    @Test func `an idle connection is kept alive by heartbeats`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { configuration in
            configuration.heartbeat = .seconds(1)
        } _: { connection in
            try await connection.lane.sleep(for: .seconds(4))
            #expect(await connection.isOpen)
            _ = try await connection.declare(Queue("", isExclusive: true))
        }
    }

    @Test func `a busy connection is kept alive by heartbeats`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { configuration in
            configuration.heartbeat = .seconds(1)
        } _: { connection in
            let queue = try await connection.declare(Queue("", isExclusive: true)).name
            let begun = Moment.now
            while Moment.now - begun < .seconds(4) {
                await withTaskGroup { group in
                    for _ in 0..<50 {
                        group.addTask { try? await connection.publish(Message(body: [1]), to: .queue(queue)) }
                    }
                }
                try await connection.purge(queue)
            }
            #expect(await connection.isOpen)
        }
    }

    @Test(arguments: [FaultProxy.Direction.both, .toClient])
    func `a network that swallows everything is noticed by heartbeats`(direction: FaultProxy.Direction) async throws {
        let proxy = try await FaultProxy(to: PrivateBroker.shared().port)
        try await Links.run(at: proxy.url) { configuration in
            configuration.heartbeat = .seconds(1)
            configuration.connectTimeout = .seconds(1)
        } _: { links in
            try await links.expectThrough()
            let begun = Moment.now
            proxy.stall(direction)
            try await eventually("both links notice") { links.losses >= 2 }
            #expect(Moment.now - begun < .seconds(20))
            proxy.pass()
            try await links.expectThrough()
        }
        proxy.stop()
    }

    @Test func `links that are cut under load come back each time`() async throws {
        let proxy = try await FaultProxy(to: PrivateBroker.shared().port)
        try await Links.run(at: proxy.url) { links in
            let isOver = Shared(false)
            defer { isOver.change { $0 = true } }
            let publishing = (0..<20).map { _ in
                Task(executorPreference: links.lane) {
                    var confirmed = 0
                    while !isOver.value {
                        if (try? await links.publish([UInt8](repeating: 1, count: 2000))) != nil { confirmed += 1 }
                    }
                    return confirmed
                }
            }
            let consumed = links.consumeAll()
            for _ in 0..<8 {
                let before = consumed.value
                // A link that is not up yet would not notice the cut.
                try await eventually("messages flow") { consumed.value > before + 100 && links.areBothReady }
                let losses = links.losses
                proxy.cut()
                try await eventually("both links notice") { links.losses >= losses + 2 }
            }
            isOver.change { $0 = true }
            var confirmed = 0
            for task in publishing { confirmed += await task.value }
            try await eventually("all has arrived") { consumed.value >= confirmed }
        }
        proxy.stop()
    }

    // MARK: Queues

    @Test func `a consumer whose queue is deleted declares it again and goes on`() async throws {
        let broker = try await PrivateBroker.shared()
        try await Links.run(at: broker.url) { links in
            try await links.expectThrough()
            let events = Shared<[Connection.Event]>([])
            let connection = try await Connection.open(configuration(for: broker), on: links.lane) { event in
                events.change { $0.append(event) }
            }
            let received = try await connection.consume(links.queue, prefetch: 1)
            let reading = Task {
                var iterator = received.makeAsyncIterator()
                _ = try await iterator.next()
            }
            let operating = try await Connection.open(configuration(for: broker), on: links.lane)
            try await operating.deleteQueue(links.queue)
            await operating.close()
            await #expect(throws: AMQPError.consumerCancelled) { try await reading.value }
            #expect(events.value == [.consumerCancelled])
            #expect(await connection.isOpen)
            await connection.close()
            try await eventually("the consumer was told") { links.reasons.contains(.consumerCancelled) }
            try await eventually("the queue is there again") { links.readyCount >= 3 }
            try await links.expectThrough()
        }
    }

    // MARK: Ending

    /// Where a link may be when it is told to end.
    enum Stage: CaseIterable {
        case connecting, openingChannel, preparing, waiting, connected
    }

    @Test(arguments: Stage.allCases, [true, false])
    func `a link that is told to end ends soon, wherever it is`(stage: Stage, isConsumer: Bool) async throws {
        let server = try ScriptedServer.start { peer in
            switch stage {
            case .connecting: break
            case .openingChannel: try peer.serveLogin()
            case .preparing, .connected, .waiting:
                try peer.serveHandshake()
                try peer.expect(.confirmSelect)
                try peer.write(AMQPFrames.method(.confirmSelectOK))
            }
            if stage == .waiting { return }
            try peer.drain()
        }
        let broker = try await PrivateBroker.shared()
        try await withLane { lane in
            var configuration = try ConnectionConfiguration(url: stage == .connected ? broker.url : server.url)
            configuration.connectTimeout = .seconds(60)
            configuration.callTimeout = .seconds(60)
            var backoff = Backoff()
            backoff.first = .seconds(3600)
            backoff.limit = .seconds(3600)
            let states = Shared<[LinkState]>([])
            let note: @Sendable (LinkState) -> Void = { state in states.change { $0.append(state) } }
            let queue = ShortString(uniqueName("ending"))
            let prepare: @Sendable (Connection) async throws(AMQPError) -> Void = { connection throws(AMQPError) in
                try await connection.declare(Queue(queue, isDurable: false, deletesItself: true))
            }
            let run: Task<Void, Never>
            if isConsumer {
                let consumer = Consumer(
                    queue, prefetch: 1, configuration, on: lane, backoff: backoff, prepare: prepare, onState: note)
                run = Task(executorPreference: lane) { await consumer.run() }
            } else {
                let publisher = Publisher(
                    configuration, on: lane, backoff: backoff, prepare: prepare, onState: note)
                run = Task(executorPreference: lane) { await publisher.run() }
            }
            try await eventually("it is there") {
                switch stage {
                case .connecting, .openingChannel, .preparing: server.connections == 1
                case .waiting: states.value.contains { if case .waiting = $0 { true } else { false } }
                case .connected: states.value.contains { if case .ready = $0 { true } else { false } }
                }
            }
            let begun = Moment.now
            run.cancel()
            await run.value
            #expect(Moment.now - begun < .seconds(8))
            #expect(states.value.last == .closed)
        }
        await server.stop()
    }

    @Test func `a publisher that is blocked ends within the limit of a goodbye`() async throws {
        let server = try ScriptedServer.start { peer in
            try peer.serveHandshake()
            try peer.expect(.confirmSelect)
            try peer.write(AMQPFrames.method(.confirmSelectOK))
            try peer.write(AMQPFrames.method(.connectionBlocked, channel: 0, AMQPFrames.shortString("low on memory")))
            try peer.drain()
        }
        try await withLane { lane in
            let states = Shared<[LinkState]>([])
            let publisher = Publisher(
                try ConnectionConfiguration(url: server.url), on: lane,
                onState: { state in states.change { $0.append(state) } })
            let run = Task(executorPreference: lane) { await publisher.run() }
            try await eventually("it is blocked") { states.value.contains(.blocked(reason: "low on memory")) }
            let waiting = Task(executorPreference: lane) {
                try await publisher.publish(Message(body: [1]), to: .queue("q"))
            }
            let begun = Moment.now
            run.cancel()
            await run.value
            #expect(Moment.now - begun < .seconds(20))
            await #expect(throws: PublishError.notSent(.closed)) { try await waiting.value }
        }
        await server.stop()
    }

    @Test func `closing waits for the confirms of what was published before`() async throws {
        let broker = try await PrivateBroker.shared()
        let queue = ShortString(uniqueName("closing"))
        try await withLane { lane in
            let connection = try await Connection.open(configuration(for: broker), on: lane)
            try await connection.declare(Queue(queue, isDurable: false))
            let publishing = (0..<500).map { number in
                Task(executorPreference: lane) {
                    try await connection.publish(Message(body: [UInt8](repeating: 1, count: 500)), to: .queue(queue))
                }
            }
            // Once the last one has begun, which is the order of the lane.
            await Task(executorPreference: lane) {}.value
            await connection.close()
            for task in publishing { try await task.value }
            await #expect(throws: PublishError.notSent(.closed)) {
                try await connection.publish(Message(body: [1]), to: .queue(queue))
            }
        }
        try await eventually("all are listed") { try await broker.messageCount("\(queue)") == 500 }
    }
}
