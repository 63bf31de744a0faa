import FleetCache
import Testing

@Suite struct `Rates of the fleet` {
    @Test(arguments: Backend.allCases) func `a bucket gives its burst, and then says when`(
        _ backend: Backend
    ) async throws {
        try await Fleet.with(backend) { fleet in
            let rate = FleetRate(perSecond: 2, burst: 10)
            #expect(try await fleet.one.take(4, from: "k", rate: rate) == RateGrant(granted: 4, wait: .zero))
            let rest = try await fleet.other.take(20, from: "k", rate: rate)
            #expect(rest.granted == 6)
            #expect(rest.wait > .milliseconds(100) && rest.wait <= .milliseconds(500))
            #expect(try await fleet.one.take(1, from: "other", rate: rate).granted == 1)
            try await fleet.untilTime("a permit has flowed in") {
                try await fleet.one.take(1, from: "k", rate: rate).granted == 1
            }
        }
    }

    @Test(arguments: Backend.allCases) func `together they get no more than the rate`(_ backend: Backend) async throws {
        try await Fleet.with(backend, workers: 4) { fleet in
            let rate = FleetRate(perSecond: 1 / 3600, burst: 50)
            let granted = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<300 {
                    let cache = fleet.workers[number % fleet.workers.count]
                    group.addTask { try await cache.take(1, from: "k", rate: rate).granted }
                }
                return try await group.reduce(0, +)
            }
            #expect(granted == 50)
        }
    }

    @Test(arguments: Backend.allCases) func `a pause is everyone's, and the later end stands`(
        _ backend: Backend
    ) async throws {
        try await Fleet.with(backend) { fleet in
            #expect(try await fleet.one.pauses() == [])
            let key = PauseKey.app("mini")
            try await fleet.one.pause(key, for: .seconds(600), cause: "40164: IP 1.2.3.4 未列入")
            try await fleet.other.pause(key, for: .seconds(60), cause: "shorter")
            try await fleet.other.pause(.api("/a b", of: "mini"), for: .seconds(60), cause: "")
            let pauses = try await fleet.other.pauses()
            #expect(pauses.map(\.key) == [.api("/a b", of: "mini"), key])
            #expect(pauses.map(\.cause) == ["", "40164: IP 1.2.3.4 未列入"])
            #expect(pauses[1].remaining > .seconds(590) && pauses[1].remaining <= .seconds(600))
            try await fleet.one.pause(key, for: .seconds(900), cause: "longer")
            #expect(try await fleet.other.pauses().last?.cause == "longer")
            try await fleet.other.resume(key)
            try await fleet.other.resume(.app("nobody"))
            #expect(try await fleet.one.pauses().count == 1)
        }
    }

    @Test(arguments: Backend.allCases) func `a pause ends by itself`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            try await fleet.one.pause(.template("t", of: "mini"), for: .milliseconds(300), cause: "c")
            #expect(try await fleet.one.pauses().count == 1)
            try await fleet.untilTime("the pause is over") { try await fleet.other.pauses() == [] }
        }
    }

    @Test(arguments: Backend.allCases) func `counters count, and end`(_ backend: Backend) async throws {
        try await Fleet.with(backend, workers: 4) { fleet in
            #expect(try await fleet.one.value(of: "c") == 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    let cache = fleet.workers[number % fleet.workers.count]
                    group.addTask { _ = try await cache.add(3, to: "c", keptFor: .seconds(600)) }
                }
                try await group.waitForAll()
            }
            #expect(try await fleet.one.value(of: "c") == 600)
            #expect(try await fleet.one.add(-100, to: "c", keptFor: .seconds(600)) == 500)
            _ = try await fleet.one.add(1, to: "short", keptFor: .milliseconds(300))
            #expect(try await fleet.one.add(1, to: "short", keptFor: .seconds(600)) == 2)
            try await fleet.untilTime("the counter has ended") { try await fleet.other.value(of: "short") == 0 }
        }
    }
}

@Suite struct `The arithmetic of a bucket` {
    @Test func `permits are evenly apart`() {
        var bucket = TokenBucket(fullAt: 0)
        let rate = FleetRate(perSecond: 100, burst: 1)
        var now: Int64 = 1_000_000_000
        for _ in 0..<1000 {
            #expect(bucket.take(1, rate: rate, now: now).granted == 1)
            let refused = bucket.take(1, rate: rate, now: now)
            #expect(refused == RateGrant(granted: 0, wait: .microseconds(10_000)))
            now += 10_000
        }
    }

    @Test(arguments: [0.3, 1, 7, 333, 999_983]) func `coming back when told is never in vain`(_ perSecond: Double) {
        var bucket = TokenBucket(fullAt: 0)
        let rate = FleetRate(perSecond: perSecond, burst: 3)
        var now: Int64 = 1_795_147_200_000_000
        var granted = 0
        let begin = now
        for _ in 0..<2000 {
            let grant = bucket.take(2, rate: rate, now: now)
            granted += grant.granted
            now += grant.wait.wholeMicroseconds
        }
        let expected = Double(now - begin) / 1_000_000 * perSecond + 3
        #expect(Double(granted) <= expected + 2)
        #expect(granted >= 2000)
    }

    @Test func `odd rates are held within bounds`() {
        #expect(FleetRate(perSecond: .nan, burst: 0) == FleetRate(perSecond: 1 / 86_400, burst: 1))
        #expect(FleetRate(perSecond: .infinity, burst: .max) == FleetRate(perSecond: 1e6, burst: 1_000_000))
        var bucket = TokenBucket(fullAt: 1e300)
        #expect(bucket.take(1, rate: FleetRate(perSecond: 1, burst: 1), now: 0).granted == 0)
    }
}
