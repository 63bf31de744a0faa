import FleetCache
import FleetCacheRedis
import Glibc
import Lane
import Telemetry
import TestSupport
import Testing

@Suite struct `A cache in a Redis server` {
    private func claim(_ id: String) -> LedgerClaim {
        LedgerClaim(id: id, owner: "a", lease: .seconds(30), keep: .seconds(600))
    }

    /// Runs a test with one connection.
    private func with(
        _ server: RedisServer, _ change: (inout RedisFleetCache.Configuration) -> Void = { _ in },
        _ body: (RedisFleetCache) async throws -> Void
    ) async throws {
        var configuration = server.configuration
        change(&configuration)
        let lane = try Lane(name: "cache")
        do {
            let cache = try await RedisFleetCache.open(configuration, on: lane)
            do {
                try await body(cache)
            } catch {
                await cache.close()
                throw error
            }
            await cache.close()
        } catch {
            await lane.stop()
            throw error
        }
        await lane.stop()
    }

    @Test func `a server that is killed comes back with what it has answered`() async throws {
        try await RedisServer.with { server in
            try await with(server) { cache in
                #expect(try await cache.begin(claim("j")) == .fresh)
                #expect(try await cache.finish(LedgerOutcome(id: "j", result: [7], keep: .seconds(600))) == .recorded)
                await server.kill()
                var error: FleetCacheError?
                try await eventually("the loss is noticed") {
                    error = await failure { _ = try await cache.begin(claim("k")) }
                    return error != nil
                }
                expectAway(error)
                // At once, not after a limit.
                let begin = ContinuousClock.now
                for _ in 0..<100 { expectAway(await failure { _ = try await cache.begin(claim("k")) }) }
                #expect(ContinuousClock.now - begin < .seconds(10))
                try await server.start()
                try await eventually("the connection is back") { (try? await cache.value(of: "c")) != nil }
                #expect(try await cache.begin(claim("j")) == .finished([7]))
            }
        }
    }

    @Test func `requests under way when the server is killed end`() async throws {
        try await RedisServer.with { server in
            try await with(server) { cache in
                server.signal(SIGSTOP)
                await withTaskGroup(of: FleetCacheError?.self) { group in
                    for number in 0..<500 {
                        group.addTask { await failure { _ = try await cache.begin(claim("job \(number)")) } }
                    }
                    await server.kill()
                    for await error in group { expectAway(error) }
                }
            }
        }
    }

    @Test func `a server that hangs is left within the limit`() async throws {
        try await RedisServer.with { server in
            let change = { (configuration: inout RedisFleetCache.Configuration) in
                configuration.answerLimit = .milliseconds(300)
            }
            try await with(server, change) { cache in
                server.signal(SIGSTOP)
                let begin = ContinuousClock.now
                expectAway(await failure { _ = try await cache.begin(claim("j")) })
                #expect(ContinuousClock.now - begin >= .milliseconds(250))
                #expect(ContinuousClock.now - begin < .seconds(30))
                let after = ContinuousClock.now
                for _ in 0..<50 { expectAway(await failure { _ = try await cache.begin(claim("j")) }) }
                #expect(ContinuousClock.now - after < .seconds(10))
                server.signal(SIGCONT)
                try await eventually("the connection is back") { (try? await cache.value(of: "c")) != nil }
            }
        }
    }

    @Test func `the password is asked for, and wrong ones are a clear error`() async throws {
        try await RedisServer.with(password: "right: one%") { server in
            try await with(server) { cache in
                let answer = try await cache.begin(claim("j"))
                #expect(answer == .fresh)
            }
            for wrong in [Secret("wr0ng"), nil] {
                let error = await failure { try await with(server, { $0.password = wrong }) { _ in } }
                guard case .unusable(let text) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(!text.contains("wr0ng") && !text.contains("right"))
            }
        }
    }

    @Test func `databases are apart, and one that does not exist is a clear error`() async throws {
        try await RedisServer.with { server in
            try await with(server, { $0.database = 3 }) { cache in
                let answer = try await cache.begin(claim("j"))
                #expect(answer == .fresh)
                #expect(try await server.command("-n", "3", "exists", "wxpush:ledger:j").contains("1"))
            }
            try await with(server) { cache in
                let answer = try await cache.begin(claim("j"))
                #expect(answer == .fresh)
            }
            let error = await failure { try await with(server, { $0.database = 99 }) { _ in } }
            guard case .unusable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `scripts that the server has forgotten are sent again`() async throws {
        try await RedisServer.with { server in
            try await with(server) { cache in
                #expect(try await cache.begin(claim("j")) == .fresh)
                _ = try await server.command("script", "flush")
                #expect(try await cache.finish(LedgerOutcome(id: "j", result: [7], keep: .seconds(9))) == .recorded)
                #expect(try await cache.begin(claim("j")) == .finished([7]))
            }
        }
    }

    @Test func `numbers go on after the server was emptied`() async throws {
        try await RedisServer.with { server in
            try await with(server) { cache in
                guard case .granted(let stale) = try await lease(cache) else { throw Unexpected(what: "no lease") }
                _ = try await server.command("flushall")
                guard case .granted(let lease) = try await lease(cache) else { throw Unexpected(what: "no lease") }
                #expect(lease.fence > stale.fence)
                #expect(try await cache.storeToken(Secret("stale"), lifetime: .seconds(9), under: stale) == nil)
            }
        }
    }

    @Test func `a stranger's value under our key is an error, and spoils nothing else`() async throws {
        try await RedisServer.with { server in
            try await with(server) { cache in
                _ = try await server.command("set", "wxpush:ledger:j", "text")
                _ = try await server.command("set", "wxpush:counter:c", "text")
                _ = try await server.command(
                    "hset", "wxpush:token:mini", "fence", "nonsense", "lease", "x", "owner", "y")
                for step in [
                    { _ = try await cache.begin(claim("j")) }, { _ = try await cache.value(of: "c") },
                    { _ = try await cache.add(1, to: "c", keptFor: .seconds(9)) },
                ] as [() async throws -> Void] {
                    guard case .unusable = await failure(step) else {
                        Issue.record("a stranger's value was taken")
                        return
                    }
                }
                guard case .granted = try await lease(cache) else { throw Unexpected(what: "no lease") }
                #expect(try await cache.begin(claim("k")) == .fresh)
            }
        }
    }

    @Test func `closing answers what was asked before`() async throws {
        try await RedisServer.with { server in
            let lane = try Lane(name: "cache")
            let cache = try await RedisFleetCache.open(server.configuration, on: lane)
            let task = Task(executorPreference: lane) {
                async let first = cache.begin(claim("j"))
                let answer = try await first
                await cache.close()
                return answer
            }
            #expect(try await task.value == .fresh)
            #expect(await failure { _ = try await cache.begin(claim("k")) } == .closed)
            await lane.stop()
        }
    }

    @Test func `nobody there is away`() async throws {
        let lane = try Lane(name: "cache")
        var configuration = RedisFleetCache.Configuration()
        configuration.host = "127.0.0.1"
        configuration.port = try FreePorts.take(1)[0]
        expectAway(await failure { _ = try await RedisFleetCache.open(configuration, on: lane) })
        configuration.host = "nobody.invalid"
        expectAway(await failure { _ = try await RedisFleetCache.open(configuration, on: lane) })
        await lane.stop()
    }

    private func lease(_ cache: RedisFleetCache) async throws -> LeaseAnswer {
        try await cache.leaseToken(of: "mini", replacing: nil, owner: "a", for: .seconds(30))
    }

    private func expectAway(_ error: FleetCacheError?) {
        guard case .away = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
