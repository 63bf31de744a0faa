import AMQP
import BrokerSupport
import DeadLetters
import TestSupport
import Testing
import Worker

/// What looking leaves behind: nothing.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct LookingTests {
    @Test func `a look that has seen enough changes no order either`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<200).map { Yard.letter("l-\($0)", reason: $0 == 20 ? "bad_json" : "bad_value") })
            // Few letters a connection, so that those that come back do so in many parts.
            let queue = yard.queue(lookAhead: 16)
            let before = try await queue.ids()
            for _ in 0..<3 {
                #expect(try await queue.find("l-20", atMost: 1).count == 1)
                let snapshot = try await queue.snapshot(of: try DeadQuery(words: ["reason=bad_json"]))
                #expect(try await queue.look(at: snapshot) { _ in false }.count == 1)
            }
            let after = try await queue.ids()
            #expect(before == (0..<200).map { "l-\($0)" } && after == before)
        }
    }

    @Test func `order and content are the same after any number of looks, in one process and in many`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<300).map { Yard.letter("l-\($0)", errcode: 47003) })
            let before = try await yard.content(of: yard.names.dead)
            let queue = yard.queue()
            for _ in 0..<4 { #expect(try await queue.ids().count == 300) }
            #expect(try await yard.wxpush("dead", "list", "--limit", "5").status == 0)
            #expect(try await yard.wxpush("dead", "groups").status == 0)
            #expect(try await yard.wxpush("dead", "show", "l-7").status == 0)
            #expect(try await yard.wxpush("dead", "export", "-o", "out.jsonl").status == 0)
            #expect(try await yard.wxpush("dead", "requeue", "--all", "--dry-run").status == 0)
            // A look that ends in the middle, too.
            try await queue.scan(DeadQuery()) { letter in letter?.id != "l-100" }
            let after = try await yard.content(of: yard.names.dead)
            #expect(after.map(\.body) == before.map(\.body))
            let changed = zip(after, before).filter { Self.lasting($0) != Self.lasting($1) }
            #expect(changed.isEmpty)
            #expect(try await yard.content(of: yard.names.jobs).isEmpty)
        }
    }

    @Test func `letters that need more than one connection keep their order too`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<130).map { Yard.letter("l-\($0)") })
            let expected = (0..<130).map { "l-\($0)" }
            let queue = yard.queue(lookAhead: 20)
            for _ in 0..<3 {
                let ids = try await queue.ids()
                #expect(ids == expected)
            }
            let ids = try await yard.queue().ids()
            #expect(ids == expected)
        }
    }

    @Test func `two who look at once see everything, one after the other`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<500).map { Yard.letter("l-\($0)") })
            let expected = (0..<500).map { "l-\($0)" }
            let (one, other) = (yard.queue(), yard.queue())
            for _ in 0..<5 {
                async let first = one.ids()
                async let second = other.ids()
                #expect(try await first == expected)
                #expect(try await second == expected)
            }
        }
    }

    @Test func `whoever has to wait for too long is told so`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("a")])
            let other = yard.queue(patience: .milliseconds(300))
            try await yard.queue().scan(DeadQuery()) { _ in
                await #expect(throws: DeadError.busy) { _ = try await other.ids() }
                return true
            }
        }
    }

    @Test func `whoever need not wait any more gives up`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("a")])
            let stop = DeadStop()
            let other = DeadQueue(
                yard.names, yard.configuration, patience: .seconds(3600), waitsNoMore: stop, on: yard.lane)
            try await yard.queue().holding {
                let cancelled = Task { try await other.ids() }
                cancelled.cancel()
                await #expect(throws: (any Error).self) { _ = try await cancelled.value }
                let stopped = Task { try await other.ids() }
                stop.set()
                await #expect(throws: DeadError.busy) { _ = try await stopped.value }
            }
            #expect(try await yard.queue().ids() == ["a"])
        }
    }

    @Test func `what waits in memory while somebody takes their time is bounded`() async throws {
        try await Yard.run { yard in
            let body = String(repeating: "x", count: 100_000)
            try await yard.bury((0..<300).map { Yard.letter("l-\($0)", body: body) })
            let queue = yard.queue()
            let snapshot = try await queue.snapshot(of: DeadQuery())
            let (isFirst, waiting) = (Shared(true), Shared(0))
            let met = try await queue.look(at: snapshot) { _ in
                guard isFirst.value else { return true }
                isFirst.change { $0 = false }
                // 16 MiB are 167 of them; the others stay with the broker.
                do {
                    try await yard.awaitCount(133, in: yard.names.dead)
                    waiting.change { $0 = 167 }
                } catch { return false }
                return true
            }
            #expect(waiting.value == 167)
            #expect(met.count == 300)
            #expect(try await queue.ids() == (0..<300).map { "l-\($0)" })
        }
    }

    @Test func `a broker that is slow to hand out what it has is waited for`() async throws {
        try await Yard.run { yard in
            // More than lies on the way between two sockets.
            let body = String(repeating: "x", count: 1 << 20)
            try await yard.bury((0..<40).map { Yard.letter("l-\($0)", body: body) })
            let proxy = try FaultProxy(to: yard.broker.port)
            var configuration = yard.configuration
            configuration.endpoints = try ConnectionConfiguration(url: proxy.url).endpoints
            let queue = DeadQueue(yard.names, configuration, on: yard.lane)
            let (met, pause) = (Shared<[String]>([]), Shared<Task<Void, any Error>?>(nil))
            let walk = try await queue.scan(DeadQuery()) { letter in
                if met.value.isEmpty {
                    proxy.stall(.toClient)
                    pause.change { pause in
                        pause = Task {
                            try await Task.sleep(for: .seconds(8))
                            proxy.pass()
                        }
                    }
                }
                if let letter { met.change { $0.append(letter.address) } }
                return true
            }
            proxy.stop()
            try await pause.value?.value
            #expect(walk.missed == 0 && met.value == (0..<40).map { "l-\($0)" })
        }
    }

    @Test func `what the broker has given up on has its reason, its time and its id`() async throws {
        try await Yard.run { yard in
            // A job that expires in the queue, and one that comes back too often.
            try await yard.bury(
                [
                    Message(body: Array(Yard.job("late").utf8), properties: Self.properties { $0.expiration = "1" }),
                    Message(body: Array(Yard.job("bad").utf8), properties: Self.properties { $0.messageID = "m" }),
                ], in: yard.names.jobs)
            try await yard.awaitCount(1, in: yard.names.dead)
            try await yard.connected { connection in
                let delivery = try #require(try await connection.fetch(yard.names.jobs))
                await connection.refuse(delivery, requeue: false)
            }
            try await yard.awaitCount(2, in: yard.names.dead)
            let queue = yard.queue()
            #expect(try await queue.ids("reason=expired_in_queue") == ["late"])
            let rejected = try await queue.ids("reason=rejected", "age=..1h")
            #expect(rejected == ["bad"])
            let late = try #require(try await queue.find("late").first)
            #expect(late.advice?.english.contains("workers") == true && late.advice?.chinese.isEmpty == false)
        }
    }

    @Test func `a queue that does not exist is an error that says so, and an empty one is none`() async throws {
        try await Yard.run { yard in
            #expect(try await yard.queue().ids().isEmpty)
            #expect(try await yard.wxpush("dead", "list").output == "No dead letters.\n")
            let lost = try await yard.wxpush("dead", "list", environment: ["WXPUSH_AMQP_URL": "amqp://127.0.0.1:1/"])
            #expect(lost.status == 3 && lost.errors.split(separator: "\n").count == 1, "\(lost)")
            try await yard.connected { _ = try await $0.deleteQueue(yard.names.dead) }
            let gone = try await yard.wxpush("dead", "groups")
            #expect(gone.status == 1 && gone.errors.contains("topology declare"), "\(gone)")
        }
    }

    private static func properties(_ change: (inout Properties) -> Void) -> Properties {
        var properties = Properties()
        properties.deliveryMode = .persistent
        change(&properties)
        return properties
    }

    /// The properties without the broker's count of looks, for which it sorts the headers too.
    private static func lasting(_ delivery: Delivery) -> Properties {
        var properties = delivery.properties
        properties.headers["x-delivery-count"] = nil
        let sorted = properties.headers.sorted { $0.key.description < $1.key.description }
        properties.headers = Table(sorted.map { ($0.key, $0.value) })
        return properties
    }
}
