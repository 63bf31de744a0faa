import FleetCache
import FleetCacheSQLite
import Foundation
import TestSupport
import Testing

@Suite struct `Refresh budgets` {
    @Test(arguments: Backend.allCases) func `the day's budget is never exceeded`(_ backend: Backend) async throws {
        try await Fleet.with(backend, workers: 4) { fleet in
            let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    let cache = fleet.workers[number % fleet.workers.count]
                    group.addTask {
                        let grant = try await cache.spendRefresh(.classic, of: "mini", limit: 20, spacing: .zero)
                        if case .granted = grant { return true } else { return false }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(granted == 20)
            #expect(try await fleet.one.refreshesSpent(.classic, of: "mini") == 20)
            #expect(try await fleet.one.refreshesSpent(.forced, of: "mini") == 0)
            #expect(try await fleet.one.refreshesSpent(.classic, of: "other") == 0)
            let last = try await fleet.one.spendRefresh(.classic, of: "mini", limit: 20, spacing: .zero)
            guard case .exhausted(20, let wait) = last else { throw Unexpected(what: "\(last)") }
            #expect(wait > .zero && wait <= .seconds(86_400))
        }
    }

    @Test(arguments: Backend.allCases) func `forced refreshes keep their distance`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            let spacing = Duration.milliseconds(300)
            let first = try await fleet.one.spendRefresh(.forced, of: "mini", limit: 20, spacing: spacing)
            #expect(first == .granted(spent: 1))
            let second = try await fleet.other.spendRefresh(.forced, of: "mini", limit: 20, spacing: spacing)
            guard case .tooSoon(let wait) = second else { throw Unexpected(what: "\(second)") }
            #expect(wait > .zero && wait <= spacing)
            try await fleet.untilTime("the distance is kept") {
                try await fleet.other.spendRefresh(.forced, of: "mini", limit: 20, spacing: spacing)
                    == .granted(spent: 2)
            }
        }
    }

    @Test func `a new day begins at midnight in Shanghai`() async throws {
        let directory = try ReapedDirectory(prefix: "wxpush-cache")
        // 2026-11-20 15:59:59 UTC is a second before midnight there.
        let clock = ManualClock(microseconds: 1_795_190_399_000_000)
        var configuration = SQLiteFleetCache.Configuration(path: directory.url.appending(component: "c.db").path)
        configuration.clock = clock.wallClock
        let cache = try await SQLiteFleetCache.open(configuration)
        #expect(try await cache.spendRefresh(.forced, of: "mini", limit: 1, spacing: .zero) == .granted(spent: 1))
        let refused = try await cache.spendRefresh(.forced, of: "mini", limit: 1, spacing: .zero)
        #expect(refused == .exhausted(spent: 1, wait: .seconds(1)))
        clock.advance(by: .seconds(1))
        #expect(try await cache.refreshesSpent(.forced, of: "mini") == 0)
        // The distance counts across midnight.
        let close = try await cache.spendRefresh(.forced, of: "mini", limit: 1, spacing: .seconds(30))
        #expect(close == .tooSoon(wait: .seconds(29)))
        #expect(try await cache.spendRefresh(.forced, of: "mini", limit: 1, spacing: .zero) == .granted(spent: 1))
        await cache.close()
        await directory.remove()
    }

    @Test func `days are counted as Shanghai counts them`() {
        #expect(ShanghaiDay.number(atMicroseconds: 0) == 0)
        #expect(ShanghaiDay.number(atMicroseconds: 16 * 3_600_000_000 - 1) == 0)
        #expect(ShanghaiDay.number(atMicroseconds: 16 * 3_600_000_000) == 1)
        #expect(ShanghaiDay.number(atMicroseconds: -8 * 3_600_000_000 - 1) == -1)
        #expect(ShanghaiDay.remaining(atMicroseconds: 16 * 3_600_000_000) == .seconds(86_400))
        #expect(ShanghaiDay.remaining(atMicroseconds: 16 * 3_600_000_000 - 1) == .microseconds(1))
    }
}
