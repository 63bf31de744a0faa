import TestSupport
import Testing

@Suite struct ScriptedServerTests {
    @Test func `a script can play the broker and then break off`() async throws {
        let server = try ScriptedServer.start { peer in
            try peer.serveHandshake(heartbeat: 5)
            try peer.expect(.queueDeclare)
            try peer.write(AMQPFrames.heartbeat)
            let answer = AMQPFrames.shortString("q") + AMQPFrames.long(0) + AMQPFrames.long(0)
            try peer.write(AMQPFrames.method(.queueDeclareOK, answer))
            // A frame that promises more than it holds.
            try peer.write(Array(AMQPFrames.body([1, 2, 3]).dropLast(2)))
        }
        let port = server.port
        try await onOwnThread {
            let client = try RawAMQPClient(port: port)
            try client.declareQueue("q")
            #expect(throws: Peer.Failure.closed) { try client.peer.readFrame() }
        }
        await server.stop()
        #expect(server.accepted == 1)
        #expect(server.failures.isEmpty)
        try await eventually("the port is free") { FreePorts.isFree(port) }
    }

    @Test func `a script's error is kept`() async throws {
        let server = try ScriptedServer.start { peer in try peer.serveHandshake() }
        let port = server.port
        try await onOwnThread {
            let client = try Peer.connect(port: port)
            try client.write(Array("GET / HT".utf8))
            #expect(try client.readAvailable().isEmpty)
        }
        try await eventually("the script has ended") { server.connections == 0 }
        #expect(server.failures.count == 1)
        #expect(server.failures.first is Peer.UnexpectedFrame)
        await server.stop()
    }

    @Test func `stopping breaks off a script that waits`() async throws {
        let server = try ScriptedServer.start { peer in try peer.drain() }
        let port = server.port
        let client = try await onOwnThread { try Peer.connect(port: port) }
        try await eventually("the script plays") { server.connections == 1 }
        await server.stop()
        #expect(server.connections == 0)
        #expect(try await onOwnThread { try client.readAvailable() }.isEmpty)
    }

    @Test func `a peer can reset`() async throws {
        let server = try ScriptedServer.start { peer in
            _ = try peer.read(count: 1)
            peer.reset()
        }
        let port = server.port
        try await onOwnThread {
            let client = try Peer.connect(port: port)
            try client.write([1])
            #expect(throws: Peer.Failure.reset) { try client.readAvailable() }
        }
        await server.stop()
    }

    @Test func `nested tables and arrays carry the right lengths`() {
        let empty: [UInt8] = [0, 0, 0, 0]
        let inner: [UInt8] = [0, 0, 0, 7, 1, 0x6E, 0x46] + empty
        #expect(AMQPFrames.nestedTable(depth: 0) == empty)
        #expect(AMQPFrames.nestedTable(depth: 1) == AMQPFrames.field("n", table: []).withLength)
        #expect(AMQPFrames.nestedTable(depth: 2) == [0, 0, 0, 14, 1, 0x6E, 0x46] + inner)
        #expect(AMQPFrames.nestedArray(depth: 1) == [0, 0, 0, 5, 0x41] + empty)
        #expect(AMQPFrames.heartbeat == [8, 0, 0, 0, 0, 0, 0, 0xCE])
    }
}

extension [UInt8] {
    fileprivate var withLength: [UInt8] { AMQPFrames.longString(self) }
}
