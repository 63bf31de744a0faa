import HTTPClient
import Lane
import TestSupport
import Testing

@Suite("Which address is tried first")
struct EndpointOrderTests {
    private let start = Moment(nanoseconds: 1_000_000_000)

    @Test("The first, as long as nothing else is known")
    func firstFirst() {
        var order = EndpointOrder(count: 3, memory: .seconds(60))
        #expect(order.next(at: start) == [0, 1, 2])
        order.reached(0, after: [], at: start)
        #expect(order.next(at: start) == [0, 1, 2])
    }

    @Test("One that works instead is remembered, then a single request tries the first again")
    func memory() {
        var order = EndpointOrder(count: 3, memory: .seconds(60))
        order.reached(1, after: [0], at: start)
        #expect(order.next(at: start + .seconds(59)) == [1, 0, 2])
        #expect(order.next(at: start + .seconds(60)) == [0, 1, 2])
        #expect(order.next(at: start + .seconds(60)) == [1, 0, 2])
        #expect(order.next(at: start + .seconds(119)) == [1, 0, 2])
        #expect(order.next(at: start + .seconds(120)) == [0, 1, 2])
        order.reached(0, after: [], at: start + .seconds(121))
        #expect(order.next(at: start + .seconds(121)) == [0, 1, 2])
    }

    @Test("When the stand-in fails, the next one takes its place")
    func next() {
        var order = EndpointOrder(count: 3, memory: .seconds(60))
        order.reached(1, after: [0], at: start)
        order.reached(2, after: [1, 0], at: start)
        #expect(order.next(at: start) == [2, 0, 1])
        order.reached(0, after: [2], at: start)
        #expect(order.next(at: start) == [0, 1, 2])
    }

    @Test("A success of the stand-in does not keep the first from being tried again")
    func successDoesNotProlong() {
        var order = EndpointOrder(count: 2, memory: .seconds(60))
        order.reached(1, after: [0], at: start)
        order.reached(1, after: [], at: start + .seconds(50))
        #expect(order.next(at: start + .seconds(60)) == [0, 1])
    }
}

@Suite("Fail-over", .timeLimit(.minutes(3)))
struct FailoverTests {
    @Test("Where nothing has left, the next address is tried, and remembered")
    func failover() async throws {
        let dead = try FreePorts.take(1)[0]
        let server = try ScriptedServer.start(answering)
        try await withClient { client async throws in
            let failover = HTTPFailover(["http://127.0.0.1:\(dead)", server.http], client: client)
            for _ in 0..<3 { #expect(try await failover.send(.post("/x?a=b", .json([1]))).status == 200) }
        }
        await server.stop()
    }

    @Test("A request whose outcome is unknown is not sent elsewhere")
    func unknown() async throws {
        let first = try ScriptedServer.start { peer in _ = try peer.readRequest() }
        let second = try ScriptedServer.start(answering)
        try await withClient { client async throws in
            let failover = HTTPFailover([first.http, second.http], client: client)
            do throws(HTTPError) {
                _ = try await failover.send(.post("/x", .json([1])))
                Issue.record("answered")
            } catch {
                #expect(error.summary == "outcomeUnknown connectionLost")
            }
        }
        #expect(second.accepted == 0)
        await first.stop()
        await second.stop()
    }

    @Test("Nobody can be reached: the last address's error")
    func nobody() async throws {
        let ports = try FreePorts.take(2)
        try await withClient { client async throws in
            let failover = HTTPFailover(ports.map { "http://127.0.0.1:\($0)" }, client: client)
            do throws(HTTPError) {
                _ = try await failover.send(.get("/x"))
                Issue.record("answered")
            } catch {
                #expect(error.summary == "notSent unreachable")
                #expect(error.failure.origin == "http://127.0.0.1:\(ports[1])")
            }
        }
    }

    @Test("A broken request, a cancelled task or a closed client is no reason to try elsewhere")
    func noReason() async throws {
        let dead = try FreePorts.take(1)[0]
        let server = try ScriptedServer.start(answering)
        try await withClient { client async throws in
            let failover = HTTPFailover([server.http, "http://127.0.0.1:\(dead)"], client: client)
            await client.close()
            do throws(HTTPError) {
                _ = try await failover.send(.get("/x"))
                Issue.record("answered")
            } catch {
                #expect(error.summary == "notSent closed")
            }
        }
        #expect(server.accepted == 0)
        await server.stop()
    }
}
