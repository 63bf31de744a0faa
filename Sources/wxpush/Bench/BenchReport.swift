import JSON
import Sandbox
import Settings
import Terminal

/// What a measurement has found out.
struct BenchReport: Sendable {
    let plan: BenchPlan
    let site: BenchSite
    /// As fast as it goes.
    let full: BenchRound
    /// At half of that pace.
    let calm: BenchRound
    /// Of the processors, as fast as it goes.
    let use: ProcessorUse
    let peakMemory: Int64?
    let broker: String
    let isBrokerHere: Bool

    private var microsecondsPerJob: Int { Int((use.worker / .microseconds(1) / Double(max(1, full.count))).rounded()) }

    private var jobSize: Int { site.job(0).count }

    /// Whether the machine had nothing more to give.
    private var isMachineFull: Bool { use.busyShare.map { $0 >= 90 } ?? false }

    // MARK: For people

    func text(on screen: Screen) -> String {
        let pace = "\(Int(full.perSecond.rounded())) jobs/s"
        var lines = [
            "\(screen.paint(pace, .good)): \(full.count) jobs in \(Self.spell(full.elapsed)), each with its result, all sent"
        ]
        func add(_ name: String, _ value: String) {
            lines.append(screen.paint(name, .dim) + String(repeating: " ", count: 10 - name.count) + value)
        }
        add("worker", "\(microsecondsPerJob) µs of processor time per job, \(Self.megabytes(peakMemory)) at the most")
        add(
            "latency",
            "p50 \(Self.spell(calm.time(ofShare: 0.5))), p90 \(Self.spell(calm.time(ofShare: 0.9))), "
                + "p99 \(Self.spell(calm.time(ofShare: 0.99))) at \(Int(calm.publishedPerSecond.rounded())) jobs/s, "
                + "from publishing to result, WeChat's \(plan.latency) included")
        add(
            "with",
            "\(plan.lanes) \(plan.lanes == 1 ? "lane" : "lanes"), \(plan.inFlight) in flight, jobs of \(jobSize) bytes, "
                + (plan.remembersIDs ? "ids remembered" : "ids not remembered"))
        add("broker", broker)
        add("cache", site.cacheName)
        add("machine", machine)
        if isMachineFull {
            lines.append(
                "The machine was full: what shares it with the worker here runs elsewhere in most installations.")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private var machine: String {
        let count = ProcessorMeter.count
        let processors = "\(count) \(count == 1 ? "processor" : "processors")"
        var parts = ["worker \(use.workerShare)%", "jobs, results and the stand-in for WeChat \(use.ownShare)%"]
        guard let busy = use.busyShare else { return "\(processors): " + parts.joined(separator: ", ") }
        let others = max(0, busy - use.workerShare - use.ownShare)
        parts.append("all others\(isBrokerHere ? ", the broker too," : "") \(others)%")
        return "\(processors), \(busy)% busy: " + parts.joined(separator: ", ")
    }

    private static func spell(_ time: Duration) -> String {
        let milliseconds = time / .milliseconds(1)
        switch milliseconds {
        case ..<10: return "\((milliseconds * 100).rounded() / 100) ms"
        case ..<1000: return "\(Int(milliseconds.rounded())) ms"
        default: return "\((milliseconds / 10).rounded() / 100) s"
        }
    }

    private static func megabytes(_ bytes: Int64?) -> String {
        bytes.map { "\(($0 + 500_000) / 1_000_000) MB of memory" } ?? "memory unknown"
    }

    // MARK: For scripts

    func write(into json: inout JSONWriter) {
        func microseconds(_ time: Duration) -> Int64 { Int64((time / .microseconds(1)).rounded()) }
        json.member("jobs", Int64(full.count))
        json.member("elapsed_us", microseconds(full.elapsed))
        json.member("jobs_per_second", Int64(full.perSecond.rounded()))
        json.member("worker_cpu_us_per_job", Int64(microsecondsPerJob))
        json.member("worker_peak_memory_bytes", peakMemory)
        json.member("latency") { json in
            json.member("jobs", Int64(calm.count))
            json.member("jobs_per_second", Int64(calm.publishedPerSecond.rounded()))
            for (name, share) in [("p50_us", 0.5), ("p90_us", 0.9), ("p99_us", 0.99)] {
                json.member(name, microseconds(calm.time(ofShare: share)))
            }
        }
        json.member("with") { json in
            json.member("lanes", Int64(plan.lanes))
            json.member("in_flight", Int64(plan.inFlight))
            json.member("wechat_latency", plan.latency.description)
            json.member("job_bytes", Int64(jobSize))
            json.member("idempotency", plan.remembersIDs)
            json.member("broker", broker)
            json.member("cache", site.cacheName)
        }
        json.member("machine") { json in
            json.member("processors", Int64(ProcessorMeter.count))
            json.member("busy_percent", use.busyShare.map { Int64($0) })
            json.member("worker_percent", Int64(use.workerShare))
            json.member("bench_percent", Int64(use.ownShare))
            json.member("broker_is_here", isBrokerHere)
        }
    }
}
