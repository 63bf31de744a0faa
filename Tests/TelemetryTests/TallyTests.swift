import Lane
import Telemetry
import TestSupport
import Testing

@Suite("What is read of metrics while they are counted") struct TallyTests {
    /// Runs a closure on a lane of its own.
    private func onLane(_ body: @escaping @Sendable (Lane) -> Void) async throws {
        let lane = try Lane(name: "tally")
        await Task(executorPreference: lane) { body(lane) }.value
        await lane.stop()
    }

    @Test func `counts of all lanes add up by what their labels have in common`() async throws {
        let metrics = Metrics()
        let jobs = metrics.counter("jobs_total", "Jobs.", labels: "app", "status")
        var tally = Tally(of: jobs, in: metrics) { $0[1] }
        tally.read()
        #expect(tally.groups.isEmpty && tally.counts.isEmpty)
        for lane in 1...2 {
            try await onLane { own in
                let shard = metrics.shard(on: own)
                shard[jobs, "mini", "sent"].add(10)
                shard[jobs, "shop", "sent"].add(1)
                if lane == 2 { shard[jobs, "mini", "failed"].add(5) }
            }
            tally.read()
            #expect(tally.groups == (lane == 1 ? ["sent"] : ["sent", "failed"]))
            #expect(tally.counts == (lane == 1 ? [11] : [22, 5]))
        }
        tally.read()
        #expect(tally.counts == [22, 5])
    }

    @Test func `values of all lanes are told series by series`() async throws {
        let metrics = Metrics()
        let age = metrics.gauge("age_seconds", "Age.", labels: "lane")
        #expect(metrics.values(of: age).isEmpty)
        try await onLane { metrics.shard(on: $0)[age, "a"].set(1.5) }
        try await onLane { lane in
            let shard = metrics.shard(on: lane)
            shard[age, "a"].set(2)
            shard[age, "b"].set(7)
        }
        #expect(metrics.values(of: age).sorted() == [3.5, 7])
    }

    @Test func `labels with few values keep them beyond the limit, up to twice as many`() async throws {
        let metrics = Metrics()
        let jobs = metrics.counter(
            "jobs_total", "Jobs.", labels: "template", "status", limit: 3, kept: ["status"])
        try await onLane { lane in
            let shard = metrics.shard(on: lane)
            for number in 0..<10 { shard[jobs, "t\(number)", "sent"].add() }
            for number in 0..<10 { shard[jobs, "t0", "made up \(number)"].add() }
            shard[jobs, "t1", "sent"].add()
        }
        var byStatus = Tally(of: jobs, in: metrics) { $0[1] }
        byStatus.read()
        let counts = Dictionary(uniqueKeysWithValues: zip(byStatus.groups, byStatus.counts))
        #expect(counts == ["sent": 11, "made up 0": 1, "made up 1": 1, "other": 8])
        let text = metrics.text()
        #expect(text.contains(#"jobs_total{template="other",status="sent"} 7"#))
        #expect(text.contains(#"jobs_total{template="t1",status="sent"} 2"#))
        #expect(text.contains(#"jobs_total{template="other",status="other"} 8"#))
    }

    @Test func `a tally may be read while it is counted, and never goes back`() async throws {
        let metrics = Metrics()
        let ticks = metrics.counter("ticks_total", "Ticks.", labels: "kind")
        let isCounting = Shared(true)
        let lane = try Lane(name: "tally")
        let counting = Task(executorPreference: lane) {
            let shard = metrics.shard(on: lane)
            var number = 0
            while isCounting.value {
                number += 1
                for _ in 0..<100 { shard[ticks, "\(number % 50)"].add() }
            }
        }
        var tally = Tally(of: ticks, in: metrics) { _ in true }
        var last: UInt64 = 0
        try await eventually("all kinds were counted, and often", every: .zero) {
            tally.read()
            let count = tally.counts.first ?? 0
            #expect(count >= last)
            last = count
            return last > 100_000
        }
        isCounting.change { $0 = false }
        await counting.value
        tally.read()
        #expect(tally.counts.first ?? 0 >= last)
        await lane.stop()
    }
}
