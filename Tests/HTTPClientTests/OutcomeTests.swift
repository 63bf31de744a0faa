import HTTPClient
import Lane
import TestSupport
import Testing

@Suite("Whether a request has left", .timeLimit(.minutes(3)))
struct OutcomeTests {
    @Test("Nobody listens: not sent")
    func refused() async throws {
        let port = try FreePorts.take(1)[0]
        try await withClient { client async throws in
            let error = await client.failure(of: .post("http://127.0.0.1:\(port)/x", .json([1])))
            #expect(error?.summary == "notSent unreachable")
            #expect(error?.description.contains("http://127.0.0.1:\(port) cannot be reached") == true)
        }
    }

    @Test("No such host: not sent")
    func unresolvable() async throws {
        var configuration = HTTPConfiguration.patient
        // A resolver without a network may try for long; its limit has the same meaning.
        configuration.connectTimeout = .seconds(5)
        try await withClient(configuration) { client async throws in
            let error = await client.failure(of: .post("http://nobody.invalid/x", .json([1])))
            #expect(error?.summary.hasPrefix("notSent") == true, "\(String(describing: error))")
        }
    }

    @Test("The connection is there and TLS does not begin: the connect time-out, not sent")
    func connectTimeout() async throws {
        let server = try ScriptedServer.start { peer in try peer.drain() }
        var configuration = HTTPConfiguration.patient
        configuration.connectTimeout = .milliseconds(200)
        try await withClient(configuration) { client async throws in
            let error = await client.failure(of: .post("https://127.0.0.1:\(server.port)/x", .json([1])))
            #expect(error?.summary == "notSent timedOut")
        }
        await server.stop()
    }

    @Test("Read and never answered: the total time-out, outcome unknown")
    func silence() async throws {
        let server = try ScriptedServer.start { peer in try peer.drain() }
        try await withClient { client async throws in
            var request = HTTPRequest.post("\(server.http)/x", .json([1]))
            // Long enough to connect on any day; if not, the test says so.
            request.timeout = .seconds(2)
            #expect(await client.failure(of: request)?.summary == "outcomeUnknown timedOut")
        }
        await server.stop()
    }

    @Test(
        "Read, and the connection ends or breaks: outcome unknown, and sent once",
        arguments: [false, true], [false, true])
    func closedAfterReading(withReset: Bool, isReading: Bool) async throws {
        let count = Shared(0)
        let server = try ScriptedServer.start { peer in
            guard try peer.readRequest() != nil else { return }
            count.change { $0 += 1 }
            if withReset { peer.reset() }
        }
        try await withClient { client async throws in
            let url = "\(server.http)/x"
            let request = isReading ? HTTPRequest.get(url) : .post(url, .json([1]))
            #expect(await client.failure(of: request)?.summary == "outcomeUnknown connectionLost")
        }
        #expect(count.value == 1)
        await server.stop()
    }

    @Test("A large body that is not read to its end: outcome unknown")
    func closedWhileReading() async throws {
        let server = try ScriptedServer.start { peer in
            _ = try peer.read(count: 100_000)
            peer.reset()
        }
        try await withClient { client async throws in
            let body = HTTPBody([UInt8](repeating: 1, count: 20 << 20), contentType: "x/y")
            let error = await client.failure(of: .post("\(server.http)/x", body))
            #expect(error?.summary == "outcomeUnknown connectionLost")
        }
        await server.stop()
    }
}

@Suite("Connections that a server gives up", .timeLimit(.minutes(3)))
struct ReuseTests {
    /// Serves a connection's first request, and drops the second after it was read, on the first connection only.
    private func start(_ count: Shared<Int>, withReset: Bool) throws -> ScriptedServer {
        let isFirst = Shared(true)
        return try ScriptedServer.start { peer in
            let drops = isFirst.change { first in
                defer { first = false }
                return first
            }
            while try peer.readRequest() != nil {
                let number = count.change { count in
                    count += 1
                    return count
                }
                if drops, number == 2 {
                    if withReset { peer.reset() }
                    return
                }
                try peer.answer()
            }
        }
    }

    @Test(
        "A POST that the server has read on a reused connection is never sent again",
        arguments: [10, 100_000], [false, true])
    func postIsNotRepeated(size: Int, withReset: Bool) async throws {
        let count = Shared(0)
        let server = try start(count, withReset: withReset)
        try await withClient { client async throws in
            let body = HTTPBody([UInt8](repeating: 1, count: size), contentType: "x/y")
            _ = try await client.send(.post("\(server.http)/1", body))
            let error = await client.failure(of: .post("\(server.http)/2", body))
            #expect(error?.summary == "outcomeUnknown connectionLost")
            #expect(count.value == 2)
            // The client goes on as before.
            #expect(try await client.send(.post("\(server.http)/3", body)).status == 200)
        }
        #expect(count.value == 3)
        await server.stop()
    }

    @Test("A request that may be repeated is, at once and whole", arguments: [10, 100_000])
    func repeatable(size: Int) async throws {
        let count = Shared(0)
        let server = try start(count, withReset: false)
        try await withClient { client async throws in
            _ = try await client.send(.get("\(server.http)/1"))
            var post = HTTPRequest.post(
                "\(server.http)/2", HTTPBody([UInt8](repeating: 1, count: size), contentType: "x/y"))
            post.isRepeatable = true
            #expect(try await client.send(post).status == 200)
        }
        #expect(count.value == 3)
        await server.stop()
    }

    @Test("A connection that the server has closed before is noticed, and costs no request")
    func closedWhileIdle() async throws {
        let server = try ScriptedServer.start { peer in
            guard try peer.readRequest() != nil else { return }
            try peer.answer()
            // A closing alone may wait for a child that another test just starts, which holds a copy of the descriptor.
            peer.finishWriting()
        }
        try await withClient { client async throws in
            for _ in 0..<5 {
                _ = try await client.send(.post("\(server.http)/x", .json([1])))
                try await eventually("the server has closed") { server.connections == 0 }
            }
        }
        #expect(server.accepted == 5)
        await server.stop()
    }

    @Test("A server that closes after every answer is never a reason for an error")
    func alwaysClosing() async throws {
        let server = try ScriptedServer.start { peer in
            guard try peer.readRequest() != nil else { return }
            try peer.answer(200, "{}", ["Connection: close"])
        }
        try await withClient { client async throws in
            for _ in 0..<100 { _ = try await client.send(.post("\(server.http)/x", .json([1]))) }
        }
        #expect(server.accepted == 100)
        await server.stop()
    }

    @Test("Connections that lie idle too long are closed, and those of a client that nobody holds")
    func idle() async throws {
        let server = try ScriptedServer.start(answering)
        var configuration = HTTPConfiguration.patient
        configuration.idleLimit = .seconds(1)
        try await withClient(configuration) { client async throws in
            _ = try await client.send(.get(server.http))
            try await eventually("the idle connection is closed") { server.connections == 0 }
            #expect(await client.handles == 0)
            _ = try await client.send(.get(server.http))

            var other: HTTPClient? = HTTPClient(on: client.lane)
            _ = try await other?.send(.get(server.http))
            other = nil
            try await eventually("both are closed") { server.connections == 0 }
        }
        await server.stop()
    }

    @Test("A client that outlives its lane ends without it")
    func outlivingLane() async throws {
        let server = try ScriptedServer.start(answering)
        let lane = try Lane(name: "http-test")
        var client: HTTPClient? = HTTPClient(on: lane)
        _ = try await client?.send(.get(server.http))
        await lane.stop()
        client = nil
        try await eventually("its connection is closed") { server.connections == 0 }
        await server.stop()
    }
}
