import FleetCache
import Lane
import Testing

@testable import Worker

@Suite("Whether a dead letter is the first of its kind") struct DeadKindTests {
    /// A cache of which only the counters matter.
    private final class Counters: FleetRates {
        private let state = Locked((counts: [String: Int](), error: FleetCacheError?.none, calls: 0))

        var calls: Int { state.withLock { $0.calls } }

        func fail(_ error: FleetCacheError?) { state.withLock { $0.error = error } }

        func add(_ amount: Int, to counter: String, keptFor: Duration) async throws(FleetCacheError) -> Int {
            let answer: Result<Int, FleetCacheError> = state.withLock { state in
                state.calls += 1
                if let error = state.error { return .failure(error) }
                state.counts[counter, default: 0] += amount
                return .success(state.counts[counter] ?? 0)
            }
            return try answer.get()
        }

        func value(of counter: String) async throws(FleetCacheError) -> Int { 0 }
        func take(_ count: Int, from key: String, rate: FleetRate) async throws(FleetCacheError) -> RateGrant {
            RateGrant(granted: 0, wait: .zero)
        }
        func pause(_ key: PauseKey, for duration: Duration, cause: String) async throws(FleetCacheError) {}
        func resume(_ key: PauseKey) async throws(FleetCacheError) {}
        func pauses() async throws(FleetCacheError) -> [Pause] { [] }
    }

    private let kind = DeadKind(reason: "value_too_long", errcode: 47003, app: "mini", template: "notice")

    @Test func `a kind is news once in the whole fleet, and the cache is asked once by each worker`() async {
        let cache = Counters()
        let (one, other) = (DeadKinds(), DeadKinds())
        #expect(await one.isNews(kind, in: cache))
        for _ in 0..<5 { #expect(await !one.isNews(kind, in: cache)) }
        #expect(await !other.isNews(kind, in: cache))
        #expect(await !other.isNews(kind, in: cache))
        #expect(cache.calls == 2)
    }

    @Test func `each of the four things makes a kind of its own`() async {
        let cache = Counters()
        let kinds = DeadKinds()
        for other in [
            kind, DeadKind(reason: "value_invalid", errcode: 47003, app: "mini", template: "notice"),
            DeadKind(reason: "value_too_long", errcode: nil, app: "mini", template: "notice"),
            DeadKind(reason: "value_too_long", errcode: 47003, app: "shop", template: "notice"),
            DeadKind(reason: "value_too_long", errcode: 47003, app: "mini", template: ""),
            DeadKind(reason: "value_too_long", errcode: 47003, app: "", template: "mini"),
        ] {
            #expect(await kinds.isNews(other, in: cache), "\(other)")
        }
    }

    @Test func `without the cache a worker goes by its own memory`() async {
        let cache = Counters()
        let kinds = DeadKinds()
        cache.fail(.away("gone"))
        #expect(await kinds.isNews(kind, in: cache))
        #expect(await !kinds.isNews(kind, in: cache))
        // A worker that has closed its cache is stopping, and nothing is news any more.
        cache.fail(.closed)
        #expect(await !DeadKinds().isNews(kind, in: cache))
    }

    @Test func `a kind is news again after a day, and memory is bounded`() async {
        let kinds = DeadKinds()
        let start = Moment.now
        #expect(kinds.learn(kind, at: start))
        #expect(!kinds.learn(kind, at: start + .seconds(86_399)))
        #expect(kinds.learn(kind, at: start + .seconds(86_400)))
        for code in 0..<DeadKinds.limit {
            #expect(
                kinds.learn(DeadKind(reason: "", errcode: code, app: "", template: ""), at: start + .seconds(86_401)))
        }
        // It had to be forgotten to make room: the cache would still know it.
        #expect(kinds.learn(kind, at: start + .seconds(86_402)))
    }
}
