import Foundation
import Lane
import TestSupport
import Testing

@testable import AMQP

/// What a broker does that crashes, freezes, runs full or is told off; it is started for these tests alone.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"), .serialized, .timeLimit(.minutes(2)))
struct AMQPFaultTests {
    private static let start = Task.detached { try await PrivateBroker.start() }

    /// The broker of this suite.
    private func broker() async throws -> PrivateBroker { try await Self.start.value }

    // MARK: Crashes

    @Test func `a killed broker leaves publishes in doubt, and both links come back with it`() async throws {
        let broker = try await broker()
        try await Links.run(at: broker.url) { links in
            let doubts = Shared(0)
            let isOver = Shared(false)
            let publishing = (0..<20).map { _ in
                Task(executorPreference: links.lane) {
                    var confirmed = 0
                    while !isOver.value {
                        do throws(PublishError) {
                            try await links.publish([1])
                            confirmed += 1
                        } catch .outcomeUnknown(.connectionLost) {
                            doubts.change { $0 += 1 }
                        } catch {
                            Issue.record("\(error)")
                        }
                    }
                    return confirmed
                }
            }
            let consumed = links.consumeAll()
            try await eventually("messages flow") { consumed.value > 200 }
            try await broker.kill()
            try await eventually("both links know") { links.losses >= 2 }
            #expect(doubts.value > 0)
            try await broker.restart()
            let before = consumed.value
            try await eventually("messages flow again") { consumed.value > before + 200 }
            isOver.change { $0 = true }
            var confirmed = 0
            for task in publishing { confirmed += await task.value }
            // None that was confirmed is lost.
            try await eventually("all has arrived") { consumed.value >= confirmed }
        }
    }

    @Test func `a connection to a killed broker is lost`() async throws {
        let broker = try await broker()
        try await withConnection(to: broker) { connection in
            let deliveries = try await connection.consume(
                connection.declare(Queue("", isExclusive: true)).name, prefetch: 1)
            let reading = Task {
                var iterator = deliveries.makeAsyncIterator()
                _ = try await iterator.next()
            }
            try await broker.kill()
            let reason = try #require(await connection.untilClosed())
            if case .connectionLost = reason {} else { Issue.record("\(reason)") }
            await #expect(throws: reason) { try await reading.value }
            await #expect(throws: reason) { try await connection.status(of: "any") }
        }
        try await broker.restart()
    }

    @Test func `a broker that shuts down in order says so`() async throws {
        let broker = try await broker()
        try await withConnection(to: broker) { connection in
            try await broker.terminate()
            guard case .connectionClosed(let closure) = await connection.untilClosed() else {
                Issue.record("closed otherwise")
                return
            }
            #expect(closure.code == 320)
            #expect(closure.text.contains("shutdown"))
        }
        try await broker.restart()
    }

    @Test func `connections that an operator closes come back`() async throws {
        let broker = try await broker()
        try await Links.run(at: broker.url) { links in
            try await links.expectThrough()
            try await broker.control("close_all_connections", "maintenance")
            try await eventually("both links were told") {
                links.reasons.filter { if case .connectionClosed(let why) = $0 { why.code == 320 } else { false } }
                    .count == 2
            }
            try await links.expectThrough()
        }
    }

    // MARK: Frozen

    @Test func `a frozen broker is noticed by its silence, and holds up nobody`() async throws {
        let broker = try await broker()
        try await withLane { lane in
            var configuration = try configuration(for: broker)
            configuration.heartbeat = .seconds(2)
            let connection = try await Connection.open(configuration, on: lane)
            try await broker.pause()
            let begun = Moment.now
            let message = Message(body: [UInt8](repeating: 7, count: 4096))
            let gap = try await longestGap(on: lane) {
                let failures = await withTaskGroup { group in
                    for _ in 0..<3000 {
                        group.addTask(executorPreference: lane) {
                            await Self.failure { () async throws(PublishError) in
                                try await connection.publish(message, to: .queue("frozen"))
                            }
                        }
                    }
                    return await group.reduce(into: [:]) { $0[Self.kind(of: $1), default: 0] += 1 }
                }
                // Some had left, and some had not.
                #expect(failures["unknown", default: 0] > 0)
                #expect(failures["unknown", default: 0] + failures["not sent", default: 0] == 3000)
            }
            let reason = await connection.untilClosed()
            if case .connectionLost = reason {} else { Issue.record("\(String(describing: reason))") }
            // Two intervals, and an allowance for a busy machine; a lane that were held would have no tick for as long.
            #expect(Moment.now - begun < .seconds(7))
            #expect(gap < .seconds(2))
            broker.resume()
            let next = try await Connection.open(configuration, on: lane)
            await next.close()
        }
    }

    @Test func `a frozen broker is noticed while nothing is sent`() async throws {
        let broker = try await broker()
        try await withConnection(to: broker) { configuration in
            configuration.heartbeat = .seconds(1)
        } _: { connection in
            try await broker.pause()
            let begun = Moment.now
            let reason = await connection.untilClosed()
            let elapsed = Moment.now - begun
            if case .connectionLost = reason {} else { Issue.record("\(String(describing: reason))") }
            #expect(elapsed > .milliseconds(500))
            #expect(elapsed < .seconds(3))
            broker.resume()
        }
    }

    @Test func `a call that hangs in the library is broken by the watchdog`() async throws {
        let broker = try await broker()
        let endpoint = try configuration(for: broker).endpoints[0]
        var settings = try configuration(for: broker)
        settings.heartbeat = .zero
        let handle = try await onOwnThread { [settings] in
            try Handle.open(endpoint, settings, patience: .milliseconds(700))
        }
        try await broker.pause()
        let (error, elapsed) = try await onOwnThread {
            let begun = Moment.now
            let message = Message(body: [UInt8](repeating: 1, count: 64 << 20))
            do throws(AMQPError) {
                try handle.publish(message, to: .queue("stuck"), mandatory: false)
                return (AMQPError?.none, Moment.now - begun)
            } catch {
                return (error, Moment.now - begun)
            }
        }
        broker.resume()
        if case .connectionLost = error {} else { Issue.record("\(String(describing: error))") }
        #expect(elapsed > .milliseconds(600))
        #expect(elapsed < .seconds(4))
    }

    // MARK: Told off

    @Test func `an alarm blocks publishers, spares consumers, and ends`() async throws {
        let broker = try await broker()
        try await Links.run(at: broker.url) { configuration in
            configuration.publishTimeout = .seconds(2)
        } _: { links in
            try await links.expectThrough()
            // For the consumer to chew on meanwhile.
            for number in 0..<50 { try await links.publish([UInt8(number)]) }
            let gap = try await longestGap(on: links.lane) {
                try await broker.raiseMemoryAlarm()
                // The broker tells of its alarm once a message comes, which it takes no more.
                let first = Task(executorPreference: links.lane) {
                    await Self.failure { () async throws(PublishError) in try await links.publish([100]) }
                }
                try await eventually("the publisher is blocked") { links.isPublisherBlocked }
                // Whoever comes now gives up before anything is sent.
                let begun = Moment.now
                let late = await Self.failure { () async throws(PublishError) in try await links.publish([101]) }
                guard case .notSent(.timedOut) = late else {
                    Issue.record("\(String(describing: late))")
                    return
                }
                #expect(Moment.now - begun < .seconds(4))
                // A consumer goes on.
                for number in 0..<50 {
                    let delivery = try #require(await links.next())
                    #expect(delivery.body == [UInt8(number)])
                    #expect(await links.consumer.acknowledge(delivery))
                }
                try await eventually("the broker has heard the acknowledgements") {
                    try await broker.messageCount("\(links.queue)") == 0
                }
                // And whoever waits when the alarm ends is sent.
                let waiting = Task(executorPreference: links.lane) {
                    await Self.failure { () async throws(PublishError) in try await links.publish([102]) }
                }
                try await broker.control("set_vm_memory_high_watermark", "0.4")
                #expect(await waiting.value == nil)
                // What the broker had in its socket counts as sent, however long it takes.
                #expect(await first.value == nil)
                try await broker.clearMemoryAlarm()
            }
            #expect(gap < .seconds(2))
            try await eventually("the publisher is ready") { !links.isPublisherBlocked }
            #expect(links.losses == 0)
            try await links.expectThrough()
        }
    }

    @Test func `a message for whose acknowledgement the broker waits too long costs the channel`() async throws {
        let broker = try await broker()
        try await broker.evaluate("application:set_env(rabbit, consumer_timeout, 1000).")
        try await broker.evaluate("application:set_env(rabbit, channel_tick_interval, 500).")
        do {
            let events = Shared<[Connection.Event]>([])
            try await Links.run(at: broker.url) { links in
                try await links.publish([1])
                // Never acknowledged, so it comes again on another connection.
                let delivery = try #require(await links.next())
                #expect(!delivery.isRedelivered)
                let connection = try await Connection.open(configuration(for: broker), on: links.lane) { event in
                    events.change { $0.append(event) }
                }
                let queue = try await connection.declare(Queue("", isExclusive: true)).name
                try await connection.publish(Message(body: [1]), to: .queue(queue))
                var received = try await connection.consume(queue, prefetch: 1).makeAsyncIterator()
                _ = try await received.next()
                let error = await #expect(throws: AMQPError.self) { try await received.next() }
                guard case .channelClosed(let closure) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(closure.code == 406)
                #expect(events.value == [.channelClosed(closure)])
                // Only the channel is gone.
                #expect(try await connection.status(of: queue).readyMessages == 1)
                await connection.close()

                let again = try #require(await links.next())
                #expect(again.body == [1])
                #expect(again.isRedelivered)
                #expect(await !links.consumer.acknowledge(delivery))
                #expect(await links.consumer.acknowledge(again))
                #expect(
                    links.reasons.contains {
                        if case .channelClosed(let why) = $0 { why.code == 406 } else { false }
                    })
            }
        }
        try await broker.evaluate("application:set_env(rabbit, consumer_timeout, 1800000).")
        try await broker.evaluate("application:set_env(rabbit, channel_tick_interval, 60000).")
    }

    private static func failure(_ body: () async throws(PublishError) -> Void) async -> PublishError? {
        do throws(PublishError) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    private static func kind(of error: PublishError?) -> String {
        switch error {
        case .outcomeUnknown: "unknown"
        case .notSent: "not sent"
        default: String(describing: error)
        }
    }
}

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
            #expect(Moment.now - begun < .seconds(3))
            proxy.pass()
            try await links.expectThrough()
        }
        proxy.stop()
    }

    @Test func `links that are cut under load come back each time`() async throws {
        let proxy = try await FaultProxy(to: PrivateBroker.shared().port)
        try await Links.run(at: proxy.url) { links in
            let isOver = Shared(false)
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
                try await eventually("messages flow") { consumed.value > before + 100 }
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
            #expect(Moment.now - begun < .seconds(1))
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
            #expect(Moment.now - begun < .seconds(6))
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
        #expect(try await broker.messageCount("\(queue)") == 500)
    }
}

/// A consumer and a publisher of one queue, each with a connection of its own, on one lane.
private final class Links: Sendable {
    let lane: Lane
    let queue: ShortString
    let consumer: Consumer
    let publisher: Publisher
    private let consumerStates = Shared<[LinkState]>([])
    private let publisherStates = Shared<[LinkState]>([])

    private init(_ configuration: ConnectionConfiguration, on lane: Lane) {
        self.lane = lane
        let queue = ShortString(uniqueName("links"))
        self.queue = queue
        var backoff = Backoff()
        backoff.first = .milliseconds(5)
        backoff.limit = .milliseconds(100)
        let declare: @Sendable (Connection) async throws(AMQPError) -> Void = { connection throws(AMQPError) in
            try await connection.declare(Queue(queue))
        }
        consumer = Consumer(
            queue, prefetch: 200, configuration, on: lane, backoff: backoff, prepare: declare,
            onState: { [consumerStates] state in consumerStates.change { $0.append(state) } })
        publisher = Publisher(
            configuration, on: lane, backoff: backoff, prepare: declare,
            onState: { [publisherStates] state in publisherStates.change { $0.append(state) } })
    }

    /// Runs both for the length of a body.
    static func run(
        at url: String, configure: (inout ConnectionConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (Links) async throws -> Void
    ) async throws {
        var configuration = try ConnectionConfiguration(url: url)
        configure(&configuration)
        try await withLane { [configuration] lane in
            let links = Links(configuration, on: lane)
            let runs = [
                Task(executorPreference: lane) { await links.consumer.run() },
                Task(executorPreference: lane) { await links.publisher.run() },
            ]
            let result = await Task(executorPreference: lane) { try await body(links) }.result
            for run in runs { run.cancel() }
            for run in runs { await run.value }
            try result.get()
        }
    }

    /// Why connections have ended so far.
    var reasons: [AMQPError] {
        (consumerStates.value + publisherStates.value).compactMap {
            if case .waiting(let error, _) = $0 { error } else { nil }
        }
    }

    /// How often a working connection has ended.
    var losses: Int {
        [consumerStates, publisherStates].reduce(0) { sum, states in
            let states = states.value
            return sum
                + zip(states, states.dropFirst()).count { before, after in
                    // A try that failed comes from connecting.
                    if case .connecting = before { return false }
                    if case .waiting = after { return true }
                    return false
                }
        }
    }

    /// How often either was ready.
    var readyCount: Int {
        (consumerStates.value + publisherStates.value).count { if case .ready = $0 { true } else { false } }
    }

    var isPublisherBlocked: Bool {
        if case .blocked = publisherStates.value.last { true } else { false }
    }

    func publish(_ body: [UInt8]) async throws(PublishError) {
        try await publisher.publish(Message(body: body), to: .queue(queue))
    }

    func next() async -> Delivery? {
        var iterator = consumer.deliveries.makeAsyncIterator()
        return await iterator.next()
    }

    /// Consumes until the end, and counts.
    func consumeAll() -> Shared<Int> {
        let count = Shared(0)
        Task(executorPreference: lane) { [consumer] in
            for await delivery in consumer.deliveries where await consumer.acknowledge(delivery) {
                count.change { $0 += 1 }
            }
        }
        return count
    }

    /// Sends one more message through, and whatever comes before it.
    func expectThrough() async throws {
        let last = Array(uniqueName("last").utf8)
        try await eventually("a message is confirmed") { (try? await publish(last)) != nil }
        while let delivery = await next() {
            await consumer.acknowledge(delivery)
            if delivery.body == last { return }
        }
        Issue.record("the consumer has ended")
    }
}

/// Ticks on a lane while a body runs; the longest time between two ticks tells for how long anything held up the lane.
private func longestGap(on lane: Lane, while body: () async throws -> Void) async throws -> Duration {
    let ticking = Task(executorPreference: lane) {
        var (last, longest) = (Moment.now, Duration.zero)
        while !Task.isCancelled {
            try? await lane.sleep(for: .milliseconds(5))
            let now = Moment.now
            longest = max(longest, now - last)
            last = now
        }
        return longest
    }
    do {
        try await body()
    } catch {
        ticking.cancel()
        _ = await ticking.value
        throw error
    }
    ticking.cancel()
    return await ticking.value
}
