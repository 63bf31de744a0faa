import TestSupport
import Testing

@Suite struct FaultProxyTests {
    /// Sends back whatever comes.
    private static let echo: ScriptedServer.Script = { peer in
        while true {
            let bytes = try peer.readAvailable()
            if bytes.isEmpty { return }
            try peer.write(bytes)
        }
    }

    private static let sample: [UInt8] = (0..<100).map { UInt8($0) }

    /// Runs a body, on a thread made for it, with a client that reaches an echoing server through a proxy.
    private func withProxy(_ body: @escaping @Sendable (FaultProxy, Peer) throws -> Void) async throws {
        let server = try ScriptedServer.start(Self.echo)
        let proxy = try FaultProxy(to: server.port)
        try await onOwnThread {
            let client = try Peer.connect(port: proxy.port, limit: 1)
            try body(proxy, client)
        }
        proxy.stop()
        #expect(proxy.connections == 0)
        try await eventually("the port is free") { FreePorts.isFree(proxy.port) }
        await server.stop()
    }

    @Test func `it passes bytes on, both ways and in order`() async throws {
        try await withProxy { _, client in
            for round in 0..<50 {
                let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* (round + 1)) }
                try client.write(bytes)
                #expect(try client.read(count: bytes.count) == bytes)
            }
        }
    }

    @Test func `it hands on the end of a stream`() async throws {
        try await withProxy { proxy, client in
            try client.write(Self.sample)
            client.finishWriting()
            #expect(try client.read(count: 100) == Self.sample)
            #expect(try client.readAvailable().isEmpty)
            #expect(proxy.accepted == 1)
        }
    }

    @Test(arguments: [FaultProxy.Direction.both, .toClient, .toServer])
    func `a stalled proxy keeps the bytes until it passes again`(direction: FaultProxy.Direction) async throws {
        try await withProxy { proxy, client in
            proxy.stall(direction)
            try client.write(Self.sample)
            #expect(throws: Peer.Failure.timedOut) { try client.read(count: 1) }
            #expect(proxy.connections == 1)
            proxy.pass()
            #expect(try client.read(count: 100) == Self.sample)
        }
    }

    @Test func `a stalled proxy still accepts`() async throws {
        try await withProxy { proxy, _ in
            proxy.stall()
            let late = try Peer.connect(port: proxy.port, limit: 1)
            try late.write([1])
            #expect(throws: Peer.Failure.timedOut) { try late.read(count: 1) }
            #expect(proxy.connections == 2)
        }
    }

    @Test func `a cut resets every connection and lets new ones in`() async throws {
        try await withProxy { proxy, client in
            try client.write([1])
            #expect(try client.read(count: 1) == [1])
            proxy.cut()
            #expect(proxy.connections == 0)
            #expect(throws: Peer.Failure.reset) { try client.readAvailable() }
            let next = try Peer.connect(port: proxy.port, limit: 1)
            try next.write([2])
            #expect(try next.read(count: 1) == [2])
        }
    }

    @Test(arguments: [0, 1, 10])
    func `a truncated stream ends in order after exactly so many bytes`(count: Int) async throws {
        try await withProxy { proxy, client in
            try client.write([1])
            #expect(try client.read(count: 1) == [1])
            proxy.truncateToClient(afterBytes: count)
            // At 0 the connection is ended at once, so the write may or may not find it open.
            if count > 0 { try client.write(Self.sample) }
            #expect(try client.read(count: count) == Array(Self.sample.prefix(count)))
            #expect(try client.readAvailable().isEmpty)
        }
    }

    @Test func `corruption spoils the range and nothing else, the same way each time`() async throws {
        let spoilt = try await [corrupted(seed: 1), corrupted(seed: 1), corrupted(seed: 2)]
        for bytes in spoilt {
            #expect(bytes.prefix(3) == Self.sample.prefix(3))
            #expect(bytes[3..<20] != Self.sample[3..<20])
            #expect(bytes.suffix(80) == Self.sample.suffix(80))
        }
        #expect(spoilt[0] == spoilt[1])
        #expect(spoilt[0] != spoilt[2])
    }

    private func corrupted(seed: UInt64) async throws -> [UInt8] {
        let server = try ScriptedServer.start(Self.echo)
        let proxy = try FaultProxy(to: server.port)
        let bytes = try await onOwnThread {
            let client = try Peer.connect(port: proxy.port)
            try client.write([9])
            _ = try client.read(count: 1)
            proxy.corrupt(3..<20, seed: seed)
            var bytes: [UInt8] = []
            // In parts, so that the range falls across what the proxy moves at once.
            for part in [Self.sample[..<7], Self.sample[7...]] {
                try client.write(Array(part))
                bytes += try client.read(count: part.count)
            }
            return bytes
        }
        proxy.stop()
        await server.stop()
        return bytes
    }

    @Test(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
    func `it carries AMQP to a real broker and can cut it off`() async throws {
        let broker = try await PrivateBroker.shared()
        let proxy = try FaultProxy(to: broker.port)
        let queue = uniqueName("proxied")
        try await onOwnThread {
            let client = try RawAMQPClient(port: proxy.port)
            try client.declareQueue(queue)
            try client.selectConfirms()
            try client.publish(to: queue, body: [UInt8](repeating: 1, count: 1_000_000))
            proxy.cut()
            #expect(throws: Peer.Failure.reset) { try client.peer.readFrame() }
        }
        try await eventually("it is listed") { try await broker.messageCount(queue) == 1 }
        proxy.stop()
    }

    @Test func `a refusing proxy closes new connections and spares the old`() async throws {
        try await withProxy { proxy, client in
            try client.write([1])
            #expect(try client.read(count: 1) == [1])
            proxy.refuse()
            let late = try Peer.connect(port: proxy.port, limit: 1)
            #expect(try late.readAvailable().isEmpty)
            try client.write([2])
            #expect(try client.read(count: 1) == [2])
            #expect(proxy.accepted == 2)
        }
    }
}
