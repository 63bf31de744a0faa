import Foundation
import Lane
import Telemetry
import TestSupport
import Testing

@Suite("Metrics") struct MetricsTests {
    /// Runs a closure on a lane of its own.
    private func onLane(_ body: @escaping @Sendable (Lane) async throws -> Void) async throws {
        let lane = try Lane(name: "metrics")
        let result = await Task(executorPreference: lane) { try await body(lane) }.result
        await lane.stop()
        try result.get()
    }

    private func sample() async throws -> String {
        let metrics = Metrics()
        let jobs = metrics.counter("wxpush_jobs_total", "Finished jobs,\nby \\ status.", labels: "app", "status")
        let flying = metrics.gauge("wxpush_in_flight", "Jobs in flight.")
        let took = metrics.histogram("wxpush_send_seconds", "Time to send.", labels: "app", bounds: [0.1, 0.5, 1])
        _ = metrics.counter("wxpush_silent_total", "Nobody counts here.")
        for _ in 0..<2 {
            try await onLane { lane in
                let shard = metrics.shard(on: lane)
                let sent = shard[jobs, "mini", "sent"]
                sent.add()
                sent.add(4)
                shard[jobs, "mini", "sent"].add()
                shard[jobs, "a\"b\\c\nd微", "failed"].add()
                shard[flying].set(5)
                shard[flying].add(-1.5)
                let seconds = shard[took, "mini"]
                for value in [0.05, 0.1, 0.3, 0.7, 20, .nan] { seconds.observe(value) }
                seconds.observe(.milliseconds(100))
            }
        }
        return metrics.text()
    }

    @Test func `are put together from all lanes, in Prometheus' format`() async throws {
        #expect(
            try await sample() == #"""
                # HELP wxpush_jobs_total Finished jobs,\nby \\ status.
                # TYPE wxpush_jobs_total counter
                wxpush_jobs_total{app="a\"b\\c\nd微",status="failed"} 2
                wxpush_jobs_total{app="mini",status="sent"} 12
                # HELP wxpush_in_flight Jobs in flight.
                # TYPE wxpush_in_flight gauge
                wxpush_in_flight 7
                # HELP wxpush_send_seconds Time to send.
                # TYPE wxpush_send_seconds histogram
                wxpush_send_seconds_bucket{app="mini",le="0.1"} 6
                wxpush_send_seconds_bucket{app="mini",le="0.5"} 8
                wxpush_send_seconds_bucket{app="mini",le="1"} 10
                wxpush_send_seconds_bucket{app="mini",le="+Inf"} 12
                wxpush_send_seconds_sum{app="mini"} 42.5
                wxpush_send_seconds_count{app="mini"} 12

                """#)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"), "promtool is not installed"))
    func `are what Prometheus' own tool takes`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(component: uniqueName("metrics"))
        defer { try? FileManager.default.removeItem(at: file) }
        try await sample().write(to: file, atomically: true, encoding: .utf8)
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var setting = ChildProcess.Setting("/usr/bin/promtool", ["check", "metrics"])
        setting.input = handle.fileDescriptor
        #expect(try await ChildProcess.run(setting, scratch: FileManager.default.temporaryDirectory) == "")
    }

    @Test func `beyond the limit all labels are one`() async throws {
        let metrics = Metrics()
        let jobs = metrics.counter("jobs_total", "Jobs.", labels: "app", "reason", limit: 3)
        try await onLane { lane in
            let shard = metrics.shard(on: lane)
            for _ in 0..<2 {
                for number in 0..<100 { shard[jobs, "mini", "reason \(number)"].add() }
            }
        }
        // Another lane finds the same ones known.
        try await onLane { lane in metrics.shard(on: lane)[jobs, "mini", "reason 1"].add() }
        try await onLane { lane in metrics.shard(on: lane)[jobs, "mini", "reason 50"].add() }
        #expect(
            metrics.text() == """
                # HELP jobs_total Jobs.
                # TYPE jobs_total counter
                jobs_total{app="mini",reason="reason 0"} 2
                jobs_total{app="mini",reason="reason 1"} 3
                jobs_total{app="mini",reason="reason 2"} 2
                jobs_total{app="other",reason="other"} 195

                """)
    }

    @Test func `may be read while they are counted`() async throws {
        let metrics = Metrics()
        let ticks = metrics.counter("ticks_total", "Ticks.")
        let isCounting = Shared(true)
        let lane = try Lane(name: "metrics")
        let counting = Task(executorPreference: lane) {
            let counter = metrics.shard(on: lane)[ticks]
            while isCounting.value { for _ in 0..<1000 { counter.add() } }
        }
        var last = 0
        try await eventually("it has grown three times", every: .zero) {
            let count = metrics.text().split(separator: " ").last.flatMap { Int($0.dropLast()) } ?? 0
            #expect(count >= 0)
            if count > last { last += max(1, last) }
            return last >= 4
        }
        isCounting.change { $0 = false }
        await counting.value
        await lane.stop()
    }

    @Test func `mistakes in their declaration are found at once`() async {
        await #expect(processExitsWith: .failure) { _ = Metrics().counter("wx-push", "A name with a dash.") }
        await #expect(processExitsWith: .failure) { _ = Metrics().counter("jobs", "A bad label.", labels: "1st") }
        await #expect(processExitsWith: .failure) { _ = Metrics().histogram("h", "Bounds.", bounds: [2, 1]) }
        await #expect(processExitsWith: .failure) { _ = Metrics().histogram("h", "Label.", labels: "le") }
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            _ = metrics.counter("jobs", "Once.")
            _ = metrics.gauge("jobs", "Twice.")
        }
    }

    @Test func `are counted on their own lane alone`() async {
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            let jobs = metrics.counter("jobs", "Jobs.")
            metrics.shard(on: try Lane(name: "other"))[jobs].add()
        }
    }
}
