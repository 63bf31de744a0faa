import HTTPClient
import Lane
import TestSupport
import Testing

@Suite("Requests that are broken off", .timeLimit(.minutes(3)))
struct CancellationTests {
    @Test("The end of the task ends the request and its connection")
    func cancellation() async throws {
        let received = Shared(0)
        let server = try ScriptedServer.start { peer in
            if try peer.readRequest() != nil { received.change { $0 += 1 } }
            try peer.drain()
        }
        try await withClient { client async throws in
            let task = Task(executorPreference: client.lane) {
                await client.failure(of: .post(server.http, .json([1])))
            }
            try await eventually("the request has arrived") { received.value == 1 }
            task.cancel()
            #expect(await task.value?.summary == "outcomeUnknown cancelled")
            try await eventually("the server is left alone") { server.connections == 0 }
            #expect(await client.inFlight == 0)
        }
        await server.stop()
    }

    @Test("A task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
        let server = try ScriptedServer.start(answering)
        try await withClient { client async throws in
            let task = Task(executorPreference: client.lane) {
                withUnsafeCurrentTask { $0?.cancel() }
                return await client.failure(of: .post(server.http, .json([1])))
            }
            #expect(await task.value?.summary == "notSent cancelled")
        }
        #expect(server.accepted == 0)
        await server.stop()
    }

    @Test("A cancellation before there is a connection: not sent")
    func cancelledWhileConnecting() async throws {
        let server = try ScriptedServer.start { peer in try peer.drain() }
        try await withClient { client async throws in
            let task = Task(executorPreference: client.lane) {
                await client.failure(of: .post("https://127.0.0.1:\(server.port)", .json([1])))
            }
            try await eventually("a connection") { server.connections == 1 }
            task.cancel()
            #expect(await task.value?.summary == "notSent cancelled")
        }
        await server.stop()
    }

    @Test("Cancellations at any moment, from any thread, leave the client whole")
    func storm() async throws {
        let server = try ScriptedServer.start(answering)
        try await withClient { client async throws in
            for round in 0..<200 {
                let task = Task(executorPreference: client.lane) {
                    try? await client.send(.post(server.http, .json([1])))
                }
                let rival = Task.detached {
                    for _ in 0..<(round % 20) { await Task.yield() }
                    task.cancel()
                }
                _ = await (task.value, rival.value)
            }
            #expect(await client.inFlight == 0)
            #expect(try await client.send(.get(server.http)).status == 200)
        }
        await server.stop()
    }

    @Test("The end of the client ends its requests, and it takes no more")
    func closing() async throws {
        let received = Shared(0)
        let server = try ScriptedServer.start { peer in
            if try peer.readRequest() != nil { received.change { $0 += 1 } }
            try peer.drain()
        }
        try await withClient { client async throws in
            let tasks = (0..<20).map { _ in
                Task(executorPreference: client.lane) { await client.failure(of: .post(server.http, .json([1]))) }
            }
            try await eventually("the requests have arrived") { received.value == 20 }
            await client.close()
            for task in tasks { #expect(await task.value?.summary == "outcomeUnknown closed") }
            #expect(await client.failure(of: .get(server.http))?.summary == "notSent closed")
        }
        await server.stop()
    }

    @Test("The end of a client in the very turn in which its requests begin")
    func closingAtOnce() async throws {
        let server = try ScriptedServer.start(answering)
        try await withClient { client async throws in
            let tasks = (0..<100).map { _ in
                Task(executorPreference: client.lane) { await client.failure(of: .post(server.http, .json([1]))) }
            }
            // All of them run before this task does again, and nothing is read or written meanwhile.
            await Task.yield()
            await client.close()
            for task in tasks { #expect(await task.value?.summary == "notSent closed") }
        }
        await server.stop()
    }
}
