import FleetCache
import JSON
import Lane
import Sandbox
import Telemetry
import TestSupport
import Testing
import WeChat
import WeChatClient

/// The rules of tokens, one worker and one sandbox at a time; what a fleet does is tested with processes.
struct TokenTests {
    @Test func `thousands who need a token cost one call`() async throws {
        try await Rehearsal.run { stage in
            let token = stage.token()
            let values = try await withThrowingTaskGroup(of: AccessToken.self) { group in
                for _ in 0..<2000 { group.addTask(executorPreference: stage.lane) { try await token.token() } }
                return try await group.reduce(into: [AccessToken]()) { $0.append($1) }
            }
            #expect(values.count == 2000 && values.allSatisfy { $0 == values[0] })
            #expect(try await stage.tokenCalls().stable == 1)
            #expect(token.ready == values[0])
            await token.close()
        }
    }

    @Test func `a second worker takes the token from the cache`() async throws {
        try await Rehearsal.run { stage in
            let (one, two) = (stage.token(owner: "w1"), stage.token(owner: "w2"))
            let (first, second) = (try await one.token(), try await two.token())
            #expect(first == second)
            #expect(try await stage.tokenCalls().stable == 1)
            await one.close()
            await two.close()
        }
    }

    @Test func `a rejected token is replaced once, however many come with it`() async throws {
        try await Rehearsal.run { stage in
            let token = stage.token()
            let first = try await token.token()
            try await stage.control("/sandbox/tokens/revoke", #"{"app":"wxapp"}"#)
            #expect(try await stage.code(with: first) == 40001)
            let values = try await withThrowingTaskGroup(of: AccessToken.self) { group in
                for _ in 0..<500 {
                    group.addTask(executorPreference: stage.lane) { try await token.replacement(for: first) }
                }
                return try await group.reduce(into: [AccessToken]()) { $0.append($1) }
            }
            #expect(values.allSatisfy { $0 == values[0] && $0 != first })
            #expect(try await stage.code(with: values[0]) == 0)
            #expect(try await stage.tokenCalls().stable == 2)
            await token.close()
        }
    }

    @Test func `the very token that was rejected is not taken again, but forced out once within the budget`()
        async throws
    {
        try await Rehearsal.run { stage in
            var rules = TokenRules()
            rules.forcedSpacing = .seconds(10)
            let token = stage.token(rules: rules)
            let first = try await token.token()
            // WeChat rejects it here, and its token endpoint knows nothing of that.
            let second = try await token.replacement(for: first)
            #expect(second != first)
            let calls = try await stage.tokenCalls()
            #expect(calls.forced == 1 && calls.repeated == 1)
            let spent = try await stage.cache.refreshesSpent(.forced, of: "wxapp")
            #expect(spent == 1)
            // Too soon for another one: who needs it waits, and a person who only wants it is told.
            await #expect(throws: TokenFailure.rejected) { try await token.refresh(forced: true) }
            await token.close()
            let patient = stage.token(rules: rules)
            // The endpoint ignores a forced refresh within half a minute; that it was asked is what counts here.
            _ = try await patient.replacement(for: second)
            #expect(try await stage.cache.refreshesSpent(.forced, of: "wxapp") > 1)
            await patient.close()
        }
    }

    @Test func `a token is replaced ahead of its end while everyone goes on with the old one`() async throws {
        try await Rehearsal.run { options in
            options.tokenLifetime = .seconds(4)
        } _: { stage in
            let events = Locked<[String]>([])
            let token = stage.token { event in events.withLock { $0.append(event.word) } }
            let first = try await token.token()
            try await eventually("the token is replaced") {
                // Somebody always has one at hand.
                #expect(token.ready != nil)
                return token.ready != first
            }
            #expect(events.withLock { $0 }.prefix(2) == ["fetched missing", "fetched ahead"])
            await token.close()
        }
    }

    @Test func `a token that nobody uses is not replaced`() async throws {
        try await Rehearsal.run { options in
            options.tokenLifetime = .seconds(1)
        } _: { stage in
            let token = stage.token()
            _ = try await token.token()
            try await eventually("it has ended") { token.peek == nil }
            #expect(try await stage.tokenCalls().stable == 1)
            await token.close()
        }
    }

    @Test func `a wrong secret is found out with one call, and said to all who ask`() async throws {
        let seed = try SandboxSeed(
            parsing: Array(#"{"apps":[{"appid":"wxseed","secret":"right","type":"mini"}]}"#.utf8))
        try await Rehearsal.run { options in
            options.seed = seed
        } _: { stage in
            let account = Account(name: "app", type: .mini, appid: "wxseed", secret: Secret("wrong"))
            let token = stage.token(of: account)
            for _ in 0..<50 {
                do throws(TokenFailure) {
                    _ = try await token.token()
                    Issue.record("a token for a wrong secret")
                } catch {
                    #expect([40001, 40125].contains(error.answer?.code))
                    #expect(!"\(error)".contains("wrong"))
                }
            }
            let refused = try await stage.control("/sandbox/counters")["calls"]?.array ?? []
            #expect(refused.count == 1 && refused[0].object?["count"]?.integer == 1)
            await token.close()
        }
    }

    @Test func `an address that is not listed is named`() async throws {
        try await Rehearsal.run { stage in
            try await stage.control("/sandbox/ips", #"{"app":"wxapp","allow":["203.0.113.9"]}"#)
            let token = stage.token()
            do throws(TokenFailure) {
                _ = try await token.token()
                Issue.record("a token for an address that is not listed")
            } catch {
                #expect(error.answer?.code == 40164)
                #expect(error.answer?.address == "127.0.0.1")
            }
            await token.close()
        }
    }

    @Test func `classic tokens are counted, and few enough`() async throws {
        try await Rehearsal.run { stage in
            let account = Account(
                name: "app", type: .mini, appid: "wxapp", secret: Secret("s"), tokenSource: .classic)
            var rules = TokenRules()
            rules.classicPerDay = 2
            rules.classicSpacing = .zero
            let token = stage.token(of: account, rules: rules)
            let first = try await token.token()
            let second = try await token.replacement(for: first)
            #expect(first != second)
            await #expect(throws: TokenFailure.exhausted) { try await token.replacement(for: second) }
            #expect(try await stage.tokenCalls().classic == 2)
            let spent = try await stage.cache.refreshesSpent(.classic, of: "wxapp:classic")
            #expect(spent == 2)
            await token.close()
        }
    }

    @Test func `a classic token that is rejected soon after its fetch is replaced as soon as that may be`() async throws
    {
        try await Rehearsal.run { stage in
            let account = Account(
                name: "app", type: .mini, appid: "wxapp", secret: Secret("s"), tokenSource: .classic)
            var rules = TokenRules()
            rules.classicSpacing = .seconds(1)
            let (one, two) = (
                stage.token(of: account, owner: "w1", rules: rules), stage.token(of: account, owner: "w2", rules: rules)
            )
            let first = try await one.token()
            let start = Moment.now
            async let other = two.replacement(for: first)
            let second = try await one.replacement(for: first)
            #expect(second != first && Moment.now - start > .milliseconds(500))
            #expect(try await other == second)
            #expect(try await stage.tokenCalls().classic == 2)
            await one.close()
            await two.close()
        }
    }

    @Test func `a company's own holder is asked as it is configured`() async throws {
        try await Rehearsal.run { stage in
            let url = "\(stage.endpoint)/cgi-bin/token?grant_type=client_credential&appid=wxapp&secret=s"
            let account = Account(
                name: "app", type: .mini, appid: "wxapp", secret: Secret(""), tokenSource: .holder(url: Secret(url)))
            let token = stage.token(of: account)
            let first = try await token.token()
            #expect(try await stage.code(with: first) == 0)
            #expect(try await stage.tokenCalls().classic == 1)
            await token.close()
        }
    }

    @Test func `without the cache, a stable token is fetched directly and a rejected one is forced out`() async throws {
        try await Rehearsal.run { stage in
            let token = stage.token(cache: AbsentCache())
            let first = try await token.token()
            #expect(first.generation == nil)
            let second = try await token.replacement(for: first)
            #expect(second != first)
            #expect(try await stage.tokenCalls().forced == 1)
            await token.close()
        }
    }

    @Test func `without the cache, a classic token is not fetched: it would end the fleet's`() async throws {
        try await Rehearsal.run { stage in
            let account = Account(
                name: "app", type: .mini, appid: "wxapp", secret: Secret("s"), tokenSource: .classic)
            let token = stage.token(of: account, cache: AbsentCache())
            await #expect(throws: TokenFailure.cacheAway) { try await token.token() }
            let calls = try await stage.tokenCalls()
            #expect(calls.classic == 0)
            await token.close()
        }
    }

    @Test func `an endpoint that fails is asked once, and left alone for a while`() async throws {
        try await Rehearsal.run { stage in
            try await stage.control(
                "/sandbox/faults", #"{"effect":"http","status":503,"path":"/cgi-bin/stable_token"}"#)
            var rules = TokenRules()
            rules.firstPause = .seconds(600)
            rules.longestPause = .seconds(600)
            let token = stage.token(rules: rules)
            for _ in 0..<100 {
                do throws(TokenFailure) {
                    _ = try await token.token()
                    Issue.record("a token from a broken endpoint")
                } catch {
                    guard case .call(.gateway(status: 503, _)) = error else {
                        Issue.record("\(error)")
                        continue
                    }
                }
            }
            let calls = try await stage.control("/sandbox/counters")["faults"]?.integer
            #expect(calls == 1)
            await token.close()
        }
    }
}

extension TokenEvent {
    fileprivate var word: String {
        switch self {
        case .fetched(let cause, _): "fetched \(cause)"
        case .adopted(let cause): "adopted \(cause)"
        case .failed(let cause, _): "failed \(cause)"
        }
    }
}

/// A cache that is away.
struct AbsentCache: TokenCache {
    func tokenState(of app: String) async throws(FleetCacheError) -> TokenState { throw .away("stopped") }

    func leaseToken(
        of app: String, replacing generation: Int64?, owner: String, for duration: Duration
    ) async throws(FleetCacheError) -> LeaseAnswer { throw .away("stopped") }

    func storeToken(
        _ value: Secret<String>, lifetime: Duration, under lease: TokenLease
    ) async throws(FleetCacheError) -> CachedToken? { throw .away("stopped") }

    func giveUp(_ lease: TokenLease, pause: Duration) async throws(FleetCacheError) { throw .away("stopped") }

    func spendRefresh(
        _ kind: RefreshKind, of app: String, limit: Int, spacing: Duration
    ) async throws(FleetCacheError) -> RefreshGrant { throw .away("stopped") }

    func refreshesSpent(_ kind: RefreshKind, of app: String) async throws(FleetCacheError) -> Int {
        throw .away("stopped")
    }
}
