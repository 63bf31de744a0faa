import Foundation
import Lane
import TestSupport
import Testing

@testable import AMQP

/// What a broker does that crashes, freezes, runs full or is told off; it is started for these tests alone.

extension HeavyTests {
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
                defer { isOver.change { $0 = true } }
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
                #expect(Moment.now - begun < .seconds(30))
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
                #expect(elapsed < .seconds(30))
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
            #expect(elapsed < .seconds(30))
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
                    #expect(Moment.now - begun < .seconds(30))
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
                        // The command that ends the alarm may take longer than a message waits.
                        while true {
                            let failure = await Self.failure { () async throws(PublishError) in
                                try await links.publish([102])
                            }
                            if case .notSent(.timedOut) = failure { continue }
                            return failure
                        }
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
}
