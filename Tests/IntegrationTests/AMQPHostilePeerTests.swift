import AMQP
import Foundation
import Lane
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"), .timeLimit(.minutes(2)))
struct AMQPHostilePeerTests {
    // MARK: Instead of a login

    /// What is sent to a client that expects a login.
    struct Greeting: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]

        static let all: [Greeting] = [
            Greeting(testDescription: "nothing", bytes: []),
            Greeting(
                testDescription: "HTTP", bytes: Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8)),
            Greeting(testDescription: "another version", bytes: Array("AMQP".utf8) + [0, 1, 0, 0]),
            Greeting(testDescription: "our own words", bytes: AMQPFrames.protocolHeader),
            Greeting(testDescription: "a heartbeat", bytes: AMQPFrames.heartbeat),
            Greeting(
                testDescription: "a method out of place",
                bytes: AMQPFrames.method(.connectionTune, channel: 0, [0, 0])),
            Greeting(
                testDescription: "a start that breaks off", bytes: AMQPFrames.method(.connectionStart, channel: 0)),
            Greeting(testDescription: "a method frame of one byte", bytes: AMQPFrames.frame(.method, channel: 0, [7])),
            Greeting(testDescription: "a header frame of one byte", bytes: AMQPFrames.frame(.header, channel: 0, [7])),
            Greeting(
                testDescription: "a frame that is too long",
                bytes: [1, 0, 0] + AMQPFrames.long(.max) + [UInt8](repeating: 0, count: 4096)),
            Greeting(
                testDescription: "a table longer than its frame",
                bytes: AMQPFrames.method(.connectionStart, channel: 0, [0, 9] + AMQPFrames.long(1 << 30))),
        ]

        static let random = (0..<16).map { seed in
            var noise = Noise(seed: seed)
            let count = Int.random(in: 1...50_000, using: &noise)
            return Greeting(testDescription: "noise \(seed)", bytes: noise.bytes(count))
        }
    }

    @Test(arguments: Greeting.all + Greeting.random)
    func `a peer that speaks something else is unreachable`(greeting: Greeting) async throws {
        let server = try ScriptedServer.start { peer in
            try peer.write(greeting.bytes)
            peer.finishWriting()
            try peer.drain()
        }
        var configuration = try ConnectionConfiguration(url: server.url)
        configuration.connectTimeout = .seconds(2)
        try await withLane { [configuration] lane in
            let begun = Moment.now
            let error = await #expect(throws: AMQPError.self) { try await Connection.open(configuration, on: lane) }
            #expect(Moment.now - begun < .seconds(30))
            if case .unreachable = error {} else { Issue.record("\(String(describing: error))") }
            try await Self.expectWorking(lane)
        }
        await server.stop()
    }

    /// Ends of a login that are less usual.
    enum Login: CaseIterable, CustomTestStringConvertible {
        case frameLimitOne, frameLimitZero, channelLimitOne, heartbeatHuge, closeInsteadOfOpen, noMechanism
        case otherVersion, openTwice

        var testDescription: String { "\(self)" }

        /// Whether the login succeeds nevertheless.
        var mayConnect: Bool {
            switch self {
            case .frameLimitOne, .frameLimitZero, .channelLimitOne, .heartbeatHuge: true
            case .closeInsteadOfOpen, .noMechanism, .otherVersion, .openTwice: false
            }
        }

        func play(to peer: Peer) throws {
            switch self {
            case .frameLimitOne: try open(peer, Tuning(frameMax: 1))
            case .frameLimitZero: try open(peer, Tuning(frameMax: 0))
            case .channelLimitOne: try open(peer, Tuning(channelMax: 1))
            case .heartbeatHuge: try open(peer, Tuning(heartbeat: .max))
            case .closeInsteadOfOpen:
                try AMQPHostilePeerTests.greet(peer)
                try peer.expect(.connectionStartOK)
                let text = AMQPFrames.shortString([UInt8](repeating: 0xFF, count: 255))
                try peer.write(
                    AMQPFrames.method(.connectionClose, channel: 0, AMQPFrames.short(541) + text + AMQPFrames.long(0)))
            case .noMechanism: try AMQPHostilePeerTests.greet(peer, mechanisms: "GSSAPI")
            case .otherVersion: try AMQPHostilePeerTests.greet(peer, version: [8, 0])
            case .openTwice:
                try AMQPHostilePeerTests.greet(peer)
                try peer.expect(.connectionStartOK)
                try AMQPHostilePeerTests.greet(peer)
            }
            peer.finishWriting()
            try peer.drain()
        }

        private func open(_ peer: Peer, _ tuning: Tuning) throws {
            try peer.serveLogin(offering: tuning)
            try peer.expect(.channelOpen)
            try peer.write(AMQPFrames.method(.channelOpenOK, AMQPFrames.longString("")))
            try peer.expect(.confirmSelect)
            try peer.write(AMQPFrames.method(.confirmSelectOK))
        }
    }

    @Test(arguments: Login.allCases)
    func `a login with odd terms ends soon, one way or the other`(login: Login) async throws {
        let server = try ScriptedServer.start { try login.play(to: $0) }
        var configuration = try ConnectionConfiguration(url: server.url)
        configuration.connectTimeout = .seconds(2)
        configuration.callTimeout = .seconds(2)
        try await withLane { [configuration] lane in
            do throws(AMQPError) {
                let connection = try await Connection.open(configuration, on: lane)
                #expect(login.mayConnect)
                await Self.hear(connection)
            } catch {
                switch error {
                case .unreachable, .connectionLost: break
                case .denied(_, let closure): #expect(login == .closeInsteadOfOpen && closure.code == 541)
                default: Issue.record("\(error)")
                }
            }
            try await Self.expectWorking(lane)
        }
        try await eventually("the connection is closed") { server.connections == 0 }
        await server.stop()
    }

    /// What a peer says of itself, with tables in tables or arrays in arrays.
    struct Nesting: CustomTestStringConvertible {
        enum Kind { case tables, arrays }
        let kind: Kind
        let depth: Int

        var testDescription: String { "\(depth) \(kind)" }

        /// One field of a table.
        var field: [UInt8] {
            let key = Array("n".utf8)
            return switch kind {
            case .tables: AMQPFrames.field(key, "F", AMQPFrames.nestedTable(depth: depth))
            case .arrays: AMQPFrames.field(key, "A", AMQPFrames.nestedArray(depth: depth))
            }
        }

        /// The deepest fill the largest frame that there may be before the limits are agreed.
        static let inLogin = [
            Nesting(kind: .tables, depth: 5000), Nesting(kind: .tables, depth: 9300),
            Nesting(kind: .arrays, depth: 5000), Nesting(kind: .arrays, depth: 13_000),
        ]
        /// The deepest fill the largest frame.
        static let inDelivery = [
            Nesting(kind: .tables, depth: 5000), Nesting(kind: .tables, depth: 18_500),
            Nesting(kind: .arrays, depth: 5000), Nesting(kind: .arrays, depth: 20_000),
            Nesting(kind: .arrays, depth: 26_000),
        ]
        static let tooLargeForLogin = [
            Nesting(kind: .tables, depth: 20_000), Nesting(kind: .arrays, depth: 20_000),
        ]
    }

    @Test(arguments: Nesting.inLogin)
    func `a peer whose description nests deeply does no harm`(nesting: Nesting) async throws {
        let server = try ScriptedServer.start { peer in
            try Self.greet(peer, properties: AMQPFrames.table([nesting.field]))
            try peer.expect(.connectionStartOK)
            try peer.write(AMQPFrames.method(.connectionTune, channel: 0, [7, 0xFF, 0, 2, 0, 0, 0, 0]))
            try peer.expect(.connectionTuneOK)
            try peer.expect(.connectionOpen)
            try peer.write(AMQPFrames.method(.connectionOpenOK, channel: 0, [0]))
            try peer.expect(.channelOpen)
            try peer.write(AMQPFrames.method(.channelOpenOK, AMQPFrames.longString("")))
            try peer.expect(.confirmSelect)
            try peer.write(AMQPFrames.method(.confirmSelectOK))
            try peer.drain()
        }
        try await withLane { lane in
            var configuration = try ConnectionConfiguration(url: server.url)
            // Reading all that takes its time on a busy machine.
            configuration.connectTimeout = .seconds(60)
            let connection = try await Connection.open(configuration, on: lane)
            #expect(connection.server.product == "unknown")
            await server.stop()
            #expect(try await Self.end(of: connection).isLoss)
            try await Self.expectWorking(lane)
        }
    }

    @Test(arguments: Nesting.tooLargeForLogin)
    func `a description larger than any frame is refused`(nesting: Nesting) async throws {
        let server = try ScriptedServer.start { peer in
            try Self.greet(peer, properties: AMQPFrames.table([nesting.field]))
            try peer.drain()
        }
        try await withLane { lane in
            let error = await #expect(throws: AMQPError.self) {
                try await Connection.open(ConnectionConfiguration(url: server.url), on: lane)
            }
            if case .unreachable = error {} else { Issue.record("\(String(describing: error))") }
            try await Self.expectWorking(lane)
        }
        await server.stop()
    }

    // MARK: In place of a delivery or a confirm

    /// What is sent to a client that is logged in, and how that ends.
    struct Attack: CustomTestStringConvertible {
        enum Outcome { case malformed, lost, closed, channelClosed, loses }
        let testDescription: String
        let bytes: [UInt8]
        let outcome: Outcome

        init(_ description: String, _ bytes: [UInt8], _ outcome: Outcome) {
            testDescription = description
            self.bytes = bytes
            self.outcome = outcome
        }

        func explains(_ error: AMQPError) -> Bool {
            switch (outcome, error) {
            case (.malformed, .malformed), (.lost, .connectionLost), (.closed, .connectionClosed),
                (.channelClosed, .channelClosed), (.loses, .malformed), (.loses, .connectionLost):
                true
            default: false
            }
        }

        private static let huge = AMQPFrames.shortString([UInt8](repeating: UInt8(ascii: "x"), count: 255))
        private static let deliver = AMQPHostilePeerTests.deliver
        private static func header(_ size: UInt64, classNumber: UInt16 = 60, flags: UInt16 = 0, _ rest: [UInt8] = [])
            -> [UInt8]
        {
            AMQPFrames.frame(
                .header, channel: 1,
                AMQPFrames.short(classNumber) + [0, 0] + AMQPFrames.longLong(size) + AMQPFrames.short(flags) + rest)
        }

        static let all: [Attack] = [
            Attack("an unknown class", AMQPFrames.method(MethodID(77, 10)), .malformed),
            Attack("an unknown method", AMQPFrames.method(MethodID(60, 77)), .malformed),
            Attack("a frame without its last octet", AMQPFrames.heartbeat.dropLast() + [0], .malformed),
            Attack("a method frame of three bytes", AMQPFrames.frame(.method, channel: 1, [0, 60, 0]), .malformed),
            Attack("a header frame of three bytes", AMQPFrames.frame(.header, channel: 1, [0, 60, 0]), .malformed),
            Attack("a frame of two gigabytes", [3, 0, 1] + AMQPFrames.long(1 << 31), .malformed),
            Attack("a frame over the limit", [3, 0, 1] + AMQPFrames.long(131_072 - 7), .malformed),
            Attack(
                "a delivery on another channel", AMQPFrames.method(.basicDeliver, channel: 2, deliver(1)), .malformed),
            Attack("a delivery on channel 0", AMQPFrames.method(.basicDeliver, channel: 0, deliver(1)), .malformed),
            Attack("a confirm on another channel", AMQPFrames.method(.basicAck, channel: 3, ack(1)), .malformed),
            Attack(
                "a connection.close on channel 1",
                AMQPFrames.method(.connectionClose, channel: 1, AMQPFrames.short(320) + [0] + AMQPFrames.long(0)),
                .malformed),
            Attack(
                "a header on another channel",
                AMQPFrames.method(.basicDeliver, deliver(1)) + AMQPFrames.header(bodySize: 1, channel: 2), .malformed),
            Attack(
                "a body on another channel",
                AMQPFrames.method(.basicDeliver, deliver(1)) + AMQPFrames.header(bodySize: 1)
                    + AMQPFrames.body([1], channel: 2), .malformed),
            Attack("a header without a method", AMQPFrames.header(bodySize: 1), .malformed),
            Attack("a body without a header", AMQPFrames.body([1]), .malformed),
            Attack(
                "a body right after the method", AMQPFrames.method(.basicDeliver, deliver(1)) + AMQPFrames.body([1]),
                .malformed),
            Attack(
                "a header of another class",
                AMQPFrames.method(.basicDeliver, deliver(1)) + header(0, classNumber: 10), .malformed),
            Attack(
                "a header of another class with all flags",
                AMQPFrames.method(.basicDeliver, deliver(1)) + header(0, classNumber: 20, flags: 0xFFFC), .malformed),
            Attack(
                "a header of an unknown class",
                AMQPFrames.method(.basicDeliver, deliver(1)) + header(0, classNumber: 61), .malformed),
            Attack(
                "properties that are not there",
                AMQPFrames.method(.basicDeliver, deliver(1)) + header(0, flags: 0xFFFC), .malformed),
            Attack(
                "a body longer than announced",
                AMQPFrames.method(.basicDeliver, deliver(1)) + AMQPFrames.header(bodySize: 3)
                    + AMQPFrames.body([1, 2, 3, 4]), .malformed),
            Attack(
                "a delivery inside a delivery",
                AMQPFrames.method(.basicDeliver, deliver(1)) + AMQPFrames.header(bodySize: 3)
                    + AMQPFrames.method(.basicDeliver, deliver(2)), .malformed),
            Attack(
                "a body of 2^63 bytes that breaks off",
                AMQPFrames.method(.basicDeliver, deliver(1)) + header(1 << 63)
                    + AMQPFrames.body([UInt8](repeating: 1, count: 100_000)), .lost),
            Attack(
                "a body of 2^64 - 1 bytes with another header",
                AMQPFrames.method(.basicDeliver, deliver(1)) + header(.max) + header(.max), .malformed),
            Attack("delivery 0", delivery(0), .malformed),
            Attack("delivery 2 before 1", delivery(2) + delivery(1), .malformed),
            Attack("delivery 1 twice", delivery(1) + delivery(1), .malformed),
            Attack("delivery 2^64 - 1", delivery(.max), .malformed),
            Attack("an answer to nothing", AMQPFrames.method(.basicQoSOK), .malformed),
            Attack("a queue that was not asked for", AMQPFrames.method(.basicGetEmpty, [0]), .malformed),
            Attack(
                "channel.close with a huge text",
                AMQPFrames.method(.channelClose, AMQPFrames.short(406) + huge + AMQPFrames.long(0)), .channelClosed),
            Attack(
                "channel.close whose text is cut off", AMQPFrames.method(.channelClose, AMQPFrames.short(406) + [255]),
                .malformed),
            Attack(
                "connection.close",
                AMQPFrames.method(.connectionClose, channel: 0, AMQPFrames.short(541) + huge + AMQPFrames.long(0)),
                .closed),
            Attack("connection.close-ok", AMQPFrames.method(.connectionCloseOK, channel: 0), .malformed),
            Attack("a header that ends after a header of ours", AMQPFrames.protocolHeader, .malformed),
            Attack("the end", [], .lost),
        ]

        static let random = (0..<16).map { seed in
            var noise = Noise(seed: 100 + seed)
            let count = Int.random(in: 1...50_000, using: &noise)
            return Attack("noise \(seed)", noise.bytes(count), .loses)
        }

        private static func delivery(_ tag: UInt64) -> [UInt8] {
            AMQPFrames.method(.basicDeliver, deliver(tag)) + AMQPFrames.header(bodySize: 0)
        }

        private static func ack(_ tag: UInt64) -> [UInt8] { AMQPFrames.longLong(tag) + [0] }
    }

    @Test(arguments: Attack.all + Attack.random)
    func `an attack on a consumer ends its connection and no more`(attack: Attack) async throws {
        let attacks = Atomic<Int>(1)
        let server = try ScriptedServer.start { peer in
            try Self.serveConsumer(peer)
            if attacks.subtract(1, ordering: .relaxed).newValue >= 0 {
                try peer.write(attack.bytes)
                peer.finishWriting()
            } else {
                try peer.write(Self.message(1, Array("after".utf8)))
            }
            try peer.drain()
        }
        try await withLane { lane in
            // On its own: the connection ends, and says why.
            let configuration = try ConnectionConfiguration(url: server.url)
            let connection = try await Connection.open(configuration, on: lane)
            var received = try await connection.consume("q", prefetch: 10).makeAsyncIterator()
            let failure: AMQPError? =
                if attack.outcome == .channelClosed {
                    // Costs no more than the channel.
                    await #expect(throws: AMQPError.self) { while try await received.next() != nil {} }
                } else {
                    try await Self.end(of: connection)
                }
            #expect(failure.map(attack.explains) == true, "\(String(describing: failure))")
            await connection.close()

            // Watched over: it comes back.
            attacks.store(1, ordering: .relaxed)
            let states = Log<LinkState>()
            let consumer = Consumer(
                "q", prefetch: 10, configuration, on: lane, backoff: .short, onState: { states.append($0) })
            let run = Task(executorPreference: lane) { await consumer.run() }
            var delivery: Delivery?
            repeat { delivery = await consumer.nextDelivery() } while delivery.map { $0.body.isEmpty } == true
            #expect(delivery?.body == Array("after".utf8))
            let reasons = states.all.compactMap { if case .waiting(let error, _) = $0 { error } else { nil } }
            #expect(reasons.count == 1)
            #expect(reasons.first.map(attack.explains) == true, "\(reasons)")
            run.cancel()
            await server.stop()
            await run.value
            try await Self.expectWorking(lane)
        }
    }

    @Test(arguments: Attack.all.filter { $0.outcome != .channelClosed } + Attack.random)
    func `an attack on a publisher costs a message and no more`(attack: Attack) async throws {
        let attacks = Atomic<Int>(1)
        let server = try ScriptedServer.start { peer in
            try Self.serveChannel(peer)
            var tag: UInt64 = 0
            while true {
                try peer.expect(.basicPublish)
                _ = try peer.readFrame()
                _ = try peer.readFrame()
                if attacks.subtract(1, ordering: .relaxed).newValue >= 0 {
                    try peer.write(attack.bytes)
                    peer.finishWriting()
                    return try peer.drain()
                }
                tag += 1
                try peer.write(AMQPFrames.method(.basicAck, AMQPFrames.longLong(tag) + [0]))
            }
        }
        try await withLane { lane in
            let publisher = Publisher(try ConnectionConfiguration(url: server.url), on: lane, backoff: .short)
            let run = Task(executorPreference: lane) { await publisher.run() }
            let error = await #expect(throws: PublishError.self) {
                try await publisher.publish(Message(body: [1]), to: .queue("q"))
            }
            if case .outcomeUnknown(let reason) = error {
                #expect(attack.explains(reason), "\(reason)")
            } else {
                Issue.record("\(String(describing: error))")
            }
            for _ in 0..<3 { try await publisher.publish(Message(body: [2]), to: .queue("q")) }
            run.cancel()
            await server.stop()
            await run.value
            try await Self.expectWorking(lane)
        }
    }

    @Test func `frames of an unknown type are passed over`() async throws {
        let server = try ScriptedServer.start { peer in
            try Self.serveConsumer(peer)
            for kind: UInt8 in [0, 4, 7, 9, 65, 255] {
                try peer.write([kind, 0, 1] + AMQPFrames.long(5) + [1, 2, 3, 4, 5, AMQPFrames.end])
            }
            try peer.write(Self.message(1, Array("after".utf8)))
            try peer.drain()
        }
        try await withLane { lane in
            let connection = try await Connection.open(ConnectionConfiguration(url: server.url), on: lane)
            var received = try await connection.consume("q", prefetch: 10).makeAsyncIterator()
            #expect(try await received.next()?.body == Array("after".utf8))
            await server.stop()
            #expect(try await Self.end(of: connection).isLoss)
        }
    }

    @Test(arguments: Nesting.inDelivery)
    func `a delivery whose headers nest deeply arrives as a fault`(nesting: Nesting) async throws {
        let server = try ScriptedServer.start { peer in
            try Self.serveConsumer(peer)
            try peer.write(Self.message(1, [1], properties: .headers(AMQPFrames.table([nesting.field]))))
            try peer.write(Self.message(2, [2]))
            try peer.drain()
        }
        try await withLane { lane in
            let connection = try await Connection.open(ConnectionConfiguration(url: server.url), on: lane)
            var received = try await connection.consume("q", prefetch: 10).makeAsyncIterator()
            let deep = try await received.next()
            #expect(deep?.fault == .headersTooDeep)
            #expect(deep?.properties.headers.isEmpty == true)
            #expect(deep?.properties.deliveryMode == .persistent)
            let plain = try await received.next()
            #expect(plain?.fault == nil)
            #expect(plain?.body == [2])
            await server.stop()
            #expect(try await Self.end(of: connection).isLoss)
            try await Self.expectWorking(lane)
        }
    }

    @Test func `a peer that floods leaves room for the rest of the lane`() async throws {
        let server = try ScriptedServer.start { peer in
            try Self.serveChannel(peer)
            let news = AMQPFrames.method(.connectionUnblocked, channel: 0)
            let many = Array(repeating: news, count: 5000).flatMap { $0 }
            while true { try peer.write(many) }
        }
        try await withLane { lane in
            let connection = try await Connection.open(ConnectionConfiguration(url: server.url), on: lane)
            // The flood has no end: without a fair share the lane would not tick at all.
            for _ in 0..<100 { try await lane.sleep(for: .milliseconds(1)) }
            #expect(await connection.isOpen)
            await server.stop()
            #expect(try await Self.end(of: connection).isLoss)
        }
    }

    @Test func `a peer that delivers more than was asked for is let go`() async throws {
        let server = try ScriptedServer.start { peer in
            try Self.serveConsumer(peer)
            for tag in UInt64(1)...1000 { try peer.write(Self.message(tag, [1])) }
            try peer.drain()
        }
        try await withLane { lane in
            let connection = try await Connection.open(ConnectionConfiguration(url: server.url), on: lane)
            _ = try await connection.consume("q", prefetch: 100)
            let error = try await Self.end(of: connection)
            if case .malformed = error {} else { Issue.record("\(error)") }
        }
        await server.stop()
    }

    // MARK: A real broker, spoiled on the way

    @Test func `a login that breaks off anywhere is an error and nothing else`() async throws {
        let broker = try await PrivateBroker.shared()
        let proxy = try FaultProxy(to: broker.port)
        var configuration = try ConnectionConfiguration(url: proxy.url)
        configuration.connectTimeout = .seconds(5)
        try await withLane { [configuration] lane in
            var offset = 0
            while true {
                proxy.truncateToClient(afterBytes: offset)
                do throws(AMQPError) {
                    let connection = try await Connection.open(configuration, on: lane)
                    await connection.close()
                    break
                } catch {
                    switch error {
                    case .unreachable, .connectionLost: break
                    default: Issue.record("after \(offset) bytes: \(error)")
                    }
                }
                offset += 7
                try #require(offset < 5000)
            }
            // All of it was tried: what the broker says of itself alone is longer.
            #expect(offset > 400)
            try await eventually("the connections are closed") { proxy.connections == 0 }
            try await Self.expectWorking(lane)
        }
        proxy.stop()
    }

    @Test(arguments: Array(stride(from: 0, through: 299, by: 13)))
    func `a connection that breaks off anywhere ends, and the consumer and the publisher go on`(
        offset: Int
    ) async throws {
        try await withLinks { proxy, consumer, publisher, queue in
            try await Self.expectThrough(publisher, consumer, queue)
            proxy.truncateToClient(afterBytes: offset)
            // Confirms and deliveries come until the cut.
            let publishing = Task {
                for number in UInt8(1)...40 { try? await publisher.publish(Message(body: [number]), to: .queue(queue)) }
            }
            try await eventually("both connections have been cut") { proxy.accepted >= 4 }
            proxy.pass()
            await publishing.value
            try await Self.expectThrough(publisher, consumer, queue)
        }
    }

    @Test(arguments: 0..<24)
    func `a connection with spoilt bytes ends or goes on, and the consumer and the publisher work`(
        seed: Int
    ) async throws {
        try await withLinks { proxy, consumer, publisher, queue in
            try await Self.expectThrough(publisher, consumer, queue)
            // Anywhere in the next frames, from a single byte to several frames.
            var noise = Noise(seed: seed)
            let start = Int.random(in: 0..<200, using: &noise)
            let count = Int.random(in: 1...(seed % 2 == 0 ? 2 : 60), using: &noise)
            proxy.corrupt(start..<start + count, seed: UInt64(seed))
            await withTaskGroup { group in
                for number in UInt8(1)...20 {
                    group.addTask { try? await publisher.publish(Message(body: [number]), to: .queue(queue)) }
                }
            }
            proxy.pass()
            // A length that was spoilt leaves a client waiting for what never comes.
            proxy.cut()
            try await Self.expectThrough(publisher, consumer, queue)
        }
    }
}

extension AMQPHostilePeerTests {
    /// Runs a consumer and a publisher behind a proxy in front of the shared broker.
    private func withLinks(
        _ body: @escaping @Sendable (FaultProxy, Consumer, Publisher, ShortString) async throws -> Void
    ) async throws {
        let broker = try await PrivateBroker.shared()
        let proxy = try FaultProxy(to: broker.port)
        let queue = ShortString(uniqueName("spoilt"))
        var configuration = try ConnectionConfiguration(url: proxy.url)
        configuration.connectTimeout = .seconds(2)
        configuration.callTimeout = .seconds(2)
        configuration.confirmTimeout = .seconds(2)
        configuration.publishTimeout = .seconds(2)
        try await withLane { [configuration] lane in
            let declare: @Sendable (Connection) async throws(AMQPError) -> Void = { connection throws(AMQPError) in
                try await connection.declare(Queue(queue, isDurable: false))
            }
            let consumer = Consumer(
                queue, prefetch: 100, configuration, on: lane, backoff: .short, prepare: declare)
            let publisher = Publisher(configuration, on: lane, backoff: .short, prepare: declare)
            let runs = [
                Task(executorPreference: lane) { await consumer.run() },
                Task(executorPreference: lane) { await publisher.run() },
            ]
            let result = await Task(executorPreference: lane) { try await body(proxy, consumer, publisher, queue) }
                .result
            for run in runs { run.cancel() }
            for run in runs { await run.value }
            try await Self.expectWorking(lane)
            try result.get()
        }
        proxy.stop()
        try await RawAMQPClient.with(port: broker.port) { client in
            _ = try client.call(
                .init(50, 40), [0, 0] + AMQPFrames.shortString("\(queue)") + [0], answer: .init(50, 41))
        }
    }

    /// Sends one more message through; what is left of earlier ones comes before it.
    private static func expectThrough(
        _ publisher: Publisher, _ consumer: Consumer, _ queue: ShortString
    ) async throws {
        let last = Array(uniqueName("last").utf8)
        try await eventually("a message is confirmed") {
            (try? await publisher.publish(Message(body: last), to: .queue(queue))) != nil
        }
        let receiving = Task {
            while let delivery = await consumer.nextDelivery() {
                _ = await consumer.acknowledge(delivery)
                if delivery.body == last { return true }
            }
            return false
        }
        let limit = Task {
            try await Task.sleep(for: .seconds(10))
            receiving.cancel()
        }
        #expect(await receiving.value, "the message does not arrive")
        limit.cancel()
    }

    /// Uses the lane as if nothing had happened.
    private static func expectWorking(_ lane: Lane) async throws {
        let connection = try await Connection.open(configuration(for: PrivateBroker.shared()), on: lane)
        let queue = try await connection.declare(Queue("", isExclusive: true)).name
        try await connection.publish(Message(body: [1]), to: .queue(queue))
        #expect(try await connection.status(of: queue).readyMessages == 1)
        await connection.close()
    }

    /// Waits until a connection has ended, and says why.
    private static func end(of connection: Connection) async throws -> AMQPError {
        try await eventually("the connection ends", within: .seconds(10)) { await !connection.isOpen }
        return try #require(await connection.untilClosed())
    }

    /// Waits until a connection has ended, or a limit has passed, which is a fault.
    private static func hear(_ connection: Connection) async {
        do { _ = try await end(of: connection) } catch { Issue.record(error) }
    }

    // MARK: The other side

    /// Waits for the client's first words and describes itself.
    static func greet(
        _ peer: Peer, properties: [UInt8] = AMQPFrames.table(), mechanisms: String = "PLAIN", version: [UInt8] = [0, 9]
    ) throws {
        _ = try peer.read(count: 8)
        let words = AMQPFrames.longString(mechanisms) + AMQPFrames.longString("en_US")
        try peer.write(AMQPFrames.method(.connectionStart, channel: 0, version + properties + words))
    }

    /// Plays a broker up to where messages may follow.
    static func serveChannel(_ peer: Peer) throws {
        try peer.serveHandshake()
        try peer.expect(.confirmSelect)
        try peer.write(AMQPFrames.method(.confirmSelectOK))
    }

    /// Plays a broker up to where deliveries may follow.
    static func serveConsumer(_ peer: Peer) throws {
        try serveChannel(peer)
        try peer.expect(.basicQoS)
        try peer.write(AMQPFrames.method(.basicQoSOK))
        try peer.expect(.basicConsume)
        try peer.write(AMQPFrames.method(.basicConsumeOK, AMQPFrames.shortString("tag")))
    }

    /// The arguments of basic.deliver.
    static func deliver(_ tag: UInt64) -> [UInt8] {
        AMQPFrames.shortString("tag") + AMQPFrames.longLong(tag) + [0] + AMQPFrames.shortString("")
            + AMQPFrames.shortString("q")
    }

    /// A whole delivery.
    static func message(_ tag: UInt64, _ body: [UInt8], properties: RawProperties = RawProperties()) -> [UInt8] {
        AMQPFrames.method(.basicDeliver, deliver(tag)) + AMQPFrames.header(bodySize: body.count, properties)
            + AMQPFrames.body(body)
    }
}

extension AMQPError {
    /// Whether the connection broke, rather than that anybody closed it.
    fileprivate var isLoss: Bool { if case .connectionLost = self { true } else { false } }
}

extension Consumer {
    fileprivate func nextDelivery() async -> Delivery? {
        var iterator = deliveries.makeAsyncIterator()
        return await iterator.next()
    }
}

extension Backoff {
    /// Hardly any wait.
    fileprivate static var short: Backoff {
        var backoff = Backoff()
        backoff.first = .milliseconds(5)
        backoff.limit = .milliseconds(100)
        return backoff
    }
}

/// What has happened, in its order.
private final class Log<Entry: Sendable>: Sendable {
    private let entries = Mutex<[Entry]>([])

    var all: [Entry] { entries.withLock { $0 } }

    func append(_ entry: Entry) { entries.withLock { $0.append(entry) } }
}

/// Random numbers that are the same for the same seed.
private struct Noise: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(seed) &* 0x2545_F491_4F6C_DD1D }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
