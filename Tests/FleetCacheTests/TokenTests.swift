import FleetCache
import Telemetry
import Testing

@Suite struct `Tokens of the fleet` {
    private let app = "mini"

    @Test(arguments: Backend.allCases) func `a stored token is everyone's`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            #expect(try await fleet.one.tokenState(of: app) == TokenState(token: nil, holder: nil))
            let stored = try #require(try await store("first", in: fleet.one, replacing: nil))
            let seen = try #require(try await fleet.other.tokenState(of: app).token)
            #expect(seen.value == Secret("first"))
            #expect(seen.generation == stored.generation)
            #expect(seen.remaining > .seconds(7100) && seen.remaining <= .seconds(7200))
            #expect(try await fleet.other.tokenState(of: "another").token == nil)
        }
    }

    @Test(arguments: Backend.allCases) func `one lease at a time, while the old token goes on`(
        _ backend: Backend
    ) async throws {
        try await Fleet.with(backend) { fleet in
            let old = try #require(try await store("old", in: fleet.one, replacing: nil))
            let lease = try await grant(fleet.one, replacing: old.generation)
            guard case .held(let holder) = try await ask(fleet.other, replacing: old.generation, owner: "b") else {
                Issue.record("two leases at once")
                return
            }
            #expect(holder.owner == "a")
            #expect(holder.remaining > .seconds(20) && holder.remaining <= .seconds(30))
            let state = try await fleet.other.tokenState(of: app)
            #expect(state.token?.value == Secret("old"))
            #expect(state.holder?.owner == "a")
            let new = try await fleet.one.storeToken(Secret("new"), lifetime: .seconds(7200), under: lease)
            #expect(try #require(new).generation > old.generation)
            #expect(try await fleet.other.tokenState(of: app).holder == nil)
        }
    }

    @Test(arguments: Backend.allCases) func `a token that was replaced already is not replaced again`(
        _ backend: Backend
    ) async throws {
        try await Fleet.with(backend) { fleet in
            let old = try #require(try await store("old", in: fleet.one, replacing: nil))
            let new = try #require(try await store("new", in: fleet.one, replacing: old.generation))
            for known in [old.generation, nil] {
                guard case .newer(let token) = try await ask(fleet.other, replacing: known, owner: "b") else {
                    Issue.record("a lease for a token that is gone")
                    return
                }
                #expect(token.value == Secret("new"))
                #expect(token.generation == new.generation)
            }
        }
    }

    @Test(arguments: Backend.allCases) func `a holder that was stopped cannot overwrite a newer token`(
        _ backend: Backend
    ) async throws {
        try await Fleet.with(backend) { fleet in
            let stale = try await grant(fleet.one, replacing: nil, for: .milliseconds(200))
            var next: TokenLease?
            try await fleet.untilTime("the lease has run out") {
                guard case .granted(let lease) = try await ask(fleet.other, replacing: nil, owner: "b") else {
                    return false
                }
                next = lease
                return true
            }
            let lease = try #require(next)
            #expect(lease.fence > stale.fence)
            // Before its successor has stored, and after.
            #expect(try await fleet.one.storeToken(Secret("stale"), lifetime: .seconds(9), under: stale) == nil)
            #expect(try await fleet.one.tokenState(of: app).token == nil)
            let token = try await fleet.other.storeToken(Secret("good"), lifetime: .seconds(7200), under: lease)
            #expect(token?.value == Secret("good"))
            #expect(try await fleet.one.storeToken(Secret("stale"), lifetime: .seconds(9), under: stale) == nil)
            try await fleet.one.giveUp(stale, pause: .seconds(60))
            let state = try await fleet.one.tokenState(of: app)
            #expect(state.token?.value == Secret("good"))
            #expect(state.holder == nil)
        }
    }

    @Test(arguments: Backend.allCases) func `a late holder without a successor may store, and stores once`(
        _ backend: Backend
    ) async throws {
        try await Fleet.with(backend) { fleet in
            let lease = try await grant(fleet.one, replacing: nil, for: .milliseconds(100))
            try await fleet.untilTime("the lease has run out") {
                try await fleet.one.tokenState(of: app).holder == nil
            }
            let token = try await fleet.one.storeToken(Secret("late"), lifetime: .seconds(7200), under: lease)
            #expect(token?.value == Secret("late"))
            let again = try await fleet.one.storeToken(Secret("other"), lifetime: .seconds(7200), under: lease)
            #expect(again?.value == Secret("late"))
            #expect(again?.generation == token?.generation)
        }
    }

    @Test(arguments: Backend.allCases) func `a lease that is given up is held back for its pause`(
        _ backend: Backend
    ) async throws {
        try await Fleet.with(backend) { fleet in
            let lease = try await grant(fleet.one, replacing: nil)
            try await fleet.one.giveUp(lease, pause: .seconds(2))
            guard case .held = try await ask(fleet.other, replacing: nil, owner: "b") else {
                Issue.record("no pause after a failure")
                return
            }
            try await fleet.untilTime("the pause is over") {
                if case .granted = try await ask(fleet.other, replacing: nil, owner: "b") { true } else { false }
            }
        }
    }

    @Test(arguments: Backend.allCases) func `an expired token is none`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            let lease = try await grant(fleet.one, replacing: nil)
            let token = try await fleet.one.storeToken(Secret("short"), lifetime: .milliseconds(300), under: lease)
            #expect(token?.value == Secret("short"))
            try await fleet.untilTime("the token has expired") { try await fleet.one.tokenState(of: app).token == nil }
            let next = try #require(try await store("next", in: fleet.other, replacing: nil))
            #expect(next.generation > (token?.generation ?? .max))
        }
    }

    @Test(arguments: Backend.allCases) func `of hundreds that meet a rejected token one refreshes`(
        _ backend: Backend
    ) async throws {
        try await Fleet.with(backend, workers: 4) { fleet in
            let old = try #require(try await store("old", in: fleet.one, replacing: nil))
            let tokens = try await withThrowingTaskGroup(of: (CachedToken, Bool).self) { group in
                for number in 0..<400 {
                    let cache = fleet.workers[number % fleet.workers.count]
                    group.addTask { try await replace(old, in: cache, owner: "worker \(number)") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(tokens.count { $0.1 } == 1)
            #expect(Set(tokens.map(\.0.generation)).count == 1)
            #expect(tokens.allSatisfy { $0.0.value == Secret("new") })
        }
    }

    @Test(arguments: Backend.allCases) func `waiting ends with the holder`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            let lease = try await grant(fleet.one, replacing: nil)
            let held = try await fleet.other.awaitToken(
                of: app, newerThan: nil, limit: .milliseconds(50), sleep: pause)
            guard case .held = held else {
                Issue.record("\(held)")
                return
            }
            async let waited = fleet.other.awaitToken(of: app, newerThan: nil, limit: .seconds(20), sleep: pause)
            try await fleet.one.giveUp(lease, pause: .zero)
            #expect(try await waited == .free)
        }
    }

    // MARK: Steps

    private func replace(
        _ old: CachedToken, in cache: any FleetCache, owner: String
    ) async throws -> (CachedToken, Bool) {
        while true {
            switch try await cache.leaseToken(of: app, replacing: old.generation, owner: owner, for: .seconds(30)) {
            case .newer(let token): return (token, false)
            case .granted(let lease):
                let token = try await cache.storeToken(Secret("new"), lifetime: .seconds(7200), under: lease)
                return (try #require(token), true)
            case .held:
                let wait = try await cache.awaitToken(
                    of: app, newerThan: old.generation, limit: .seconds(20), sleep: pause)
                if case .newer(let token) = wait { return (token, false) }
            }
        }
    }

    private func pause(_ duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    }

    private func ask(
        _ cache: any FleetCache, replacing generation: Int64?, owner: String
    ) async throws -> LeaseAnswer {
        try await cache.leaseToken(of: app, replacing: generation, owner: owner, for: .seconds(30))
    }

    private func grant(
        _ cache: any FleetCache, replacing generation: Int64?, for duration: Duration = .seconds(30)
    ) async throws -> TokenLease {
        let answer = try await cache.leaseToken(of: app, replacing: generation, owner: "a", for: duration)
        guard case .granted(let lease) = answer else { throw Unexpected(what: "\(answer)") }
        return lease
    }

    private func store(
        _ value: String, in cache: any FleetCache, replacing generation: Int64?
    ) async throws -> CachedToken? {
        let lease = try await grant(cache, replacing: generation)
        return try await cache.storeToken(Secret(value), lifetime: .seconds(7200), under: lease)
    }
}

/// An answer that the test cannot go on from.
struct Unexpected: Error {
    let what: String
}

/// The cache's error that a step ends with, if it does.
func failure(_ step: () async throws -> Void) async -> FleetCacheError? {
    do {
        try await step()
        return nil
    } catch let error as FleetCacheError {
        return error
    } catch {
        Issue.record(error)
        return nil
    }
}
