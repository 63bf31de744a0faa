import Lane
import Telemetry

/// What metrics cost: a scrape of 200 apps with 50 templates each, and the counting itself.
///
/// Prints the best and the median of some rounds, as everything else on the machine only adds to them.
@main
struct MetricsBench {
    private static let apps = 200
    private static let templates = 50
    private static let rounds = 21

    static func main() async throws {
        let lane = try Lane(name: "bench")
        await Task(executorPreference: lane) { run(on: lane) }.value
        await lane.stop()
    }

    private static func run(on lane: Lane) {
        let metrics = Metrics()
        let jobs = metrics.counter(
            "wxpush_jobs_total", "Finished jobs, each counted once its result is confirmed.",
            labels: "app", "kind", "template", "status", "reason", limit: 20_000)
        let answers = metrics.counter(
            "wxpush_wechat_answers_total", "Answers to messages by WeChat's code, or a word where there was none.",
            labels: "app", "kind", "errcode", limit: 5000)
        let call = metrics.histogram("wxpush_wechat_seconds", "With WeChat.", labels: "kind")
        let shard = metrics.shard(on: lane)
        let fill = time {
            for app in 0..<apps {
                for template in 0..<templates {
                    shard[jobs, "app-\(app)", "subscribe", "template-\(template)", "sent", ""].add(UInt64(template))
                }
                shard[answers, "app-\(app)", "subscribe", "0"].add()
            }
        }
        print("series             \(apps * templates) and \(apps), made in \(milliseconds(fill)) ms")
        var bytes = 0
        report("scrape, ms", (0..<rounds).map { _ in time { bytes = metrics.text().utf8.count } })
        print("text               \(bytes / 1024) KiB")

        let counter = shard[jobs, "app-1", "subscribe", "template-1", "sent", ""]
        let histogram = shard[call, "subscribe"]
        let count = 1_000_000
        perCall("counter, ns", count) { for _ in 0..<count { counter.add() } }
        perCall("histogram, ns", count) {
            for number in 0..<count { histogram.observe(Double(number & 255) * 1e-3) }
        }
        perCall("clock, ns", count) { for _ in 0..<count { _ = Moment.now } }
        perCall("look-up, ns", count / 100) {
            for _ in 0..<count / 100 {
                shard[jobs, "app-1", "subscribe", "template-1", "failed", "value_too_long"].add()
            }
        }
    }

    private static func time(_ body: () -> Void) -> Duration {
        let start = Moment.now
        body()
        return Moment.now - start
    }

    /// Milliseconds with two digits after the point.
    private static func milliseconds(_ duration: Duration) -> String {
        let hundredths = Int(duration / .microseconds(10))
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func report(_ name: String, _ times: [Duration]) {
        let sorted = times.sorted()
        print("\(name.padded)best \(milliseconds(sorted[0])), median \(milliseconds(sorted[sorted.count / 2]))")
    }

    private static func perCall(_ name: String, _ count: Int, _ body: () -> Void) {
        let times = (0..<rounds).map { _ in time(body) / .nanoseconds(1) / Double(count) }.sorted()
        let (best, median) = (Int(times[0] * 10), Int(times[times.count / 2] * 10))
        print("\(name.padded)best \(best / 10).\(best % 10), median \(median / 10).\(median % 10)")
    }
}

extension String {
    fileprivate var padded: String { self + String(repeating: " ", count: max(1, 19 - count)) }
}
