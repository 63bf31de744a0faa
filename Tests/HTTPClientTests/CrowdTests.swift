import Glibc
import HTTPClient
import Lane
import Testing

@Suite("Many requests at once", .timeLimit(.minutes(5)))
struct CrowdTests {
    /// Two descriptors for each connection, as both ends are here.
    private func allowDescriptors() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    @Test("2,000 requests are under way on one lane, several times over, on connections that stay")
    func crowd() async throws {
        allowDescriptors()
        let count = 2000
        let serverLane = try Lane(name: "crowd-server")
        let server = try CrowdServer(on: serverLane, crowd: count)
        try await server.start()
        try await withClient { client async throws in
            let url = "http://127.0.0.1:\(server.port)/x"
            // No answer leaves before all have arrived: if fewer were under way, nothing would.
            for round in 1...3 {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<count {
                        group.addTask(executorPreference: client.lane) {
                            try await client.send(.post(url, .json([0x7b, 0x7d]))).status
                        }
                    }
                    for try await status in group { #expect(status == 200) }
                }
                #expect(await server.received == round * count)
            }
            #expect(await client.inFlight == 0)
            let handles = await client.handles
            #expect(handles == (count + 63) / 64)
            #expect(await server.connections == count)
        }
        await server.stop()
        await serverLane.stop()
    }
}
