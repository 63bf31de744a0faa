import Arguments
import Glibc
import Lane
import Sandbox
import Settings
import Terminal

/// `wxpush bench`: measures what an installation can do, and touches nothing of it.
enum BenchCommand {
    // MARK: Options

    private static let jobs = Option(
        "jobs", short: "n", .int("N", in: 1...1_000_000), default: 20_000, help: "How many jobs go the whole way.")
    private static let lanes = Option(
        "lanes", .int("N", in: 1...64), help: "The worker's lanes, in place of amqp.lanes.")
    private static let inFlight = Option(
        "in-flight", .int("N", in: 1...BenchPlan.connections),
        help: "The jobs that a lane holds at once, in place of amqp.in_flight.")
    private static let latency = Option(
        "latency",
        Kind("TIME", expecting: "\(Latency.forms), at most 30s") { text in
            Latency(text).flatMap { $0.usual <= .seconds(30) ? $0 : nil }
        },
        default: Latency.fixed(.milliseconds(80)),
        help: "How long the stand-in for WeChat takes: 80ms, 10ms..80ms or p50=80ms,p99=900ms.")
    private static let size = Option(
        "size", .int("BYTES", in: 1...250_000), help: "Fills each job up to so many bytes; else about 200.")
    private static let idempotency = Option(
        "idempotency", .choice("on|off", of: Memory.self),
        help: "Whether ids are remembered; else as idempotency says.")

    /// What `--idempotency` takes.
    private enum Memory: String, CaseIterable {
        case on
        case off
    }

    static let command: Command<Program.Action> = Command(
        "bench", "Measure what an installation can do, without touching anything of it",
        discussion: """
            Starts a worker and a stand-in for WeChat on this machine, and sends jobs the whole way through the configured broker and cache: \
            first as fast as it goes, then at half of that pace, which shows the latency. Queues, cache entries and the app are made for \
            the measurement and taken away after it, also after Ctrl-C; the configured apps and their secrets are not used.

            Broker and cache do real work meanwhile: think twice before you measure where others work. Ends with 0 if every job was sent, with 1 if \
            not, with 3 if the broker or the cache cannot be reached.
            """,
        examples: [
            Example("wxpush bench", "20,000 jobs, WeChat answering in 80 ms"),
            Example("wxpush bench --latency p50=80ms,p99=900ms --in-flight 2000", "whether more in flight helps"),
            Example("wxpush bench --latency 0ms --json", "what the worker alone is capable of, for a script"),
        ],
        options: CommonOptions.all + [jobs, lanes, inFlight, latency, size, idempotency, CommonOptions.json],
        action: run)

    // MARK: Running

    private static func run(_ invocation: Invocation) async throws -> Int32 {
        // Before anything is made, so that nothing is left behind by a Ctrl-C.
        let signals = try invocation.lane.signals([SIGINT, SIGTERM])
        let plan = try plan(invocation.options)
        let report = try await BenchRun.run(plan, signals: signals, on: invocation.lane)
        if invocation.options[CommonOptions.json] {
            try await invocation.output.json { report.write(into: &$0) }
        } else {
            try await invocation.output.write(report.text(on: invocation.output.screen))
        }
        return 0
    }

    private static func plan(_ given: Options) throws -> BenchPlan {
        let settings = try CommonOptions.settings(given)
        let plan = BenchPlan(
            settings: settings, jobs: given[jobs], lanes: given[lanes] ?? settings.amqp.lanes,
            inFlight: given[inFlight] ?? settings.amqp.inFlight, latency: given[latency], size: given[size] ?? 0,
            remembersIDs: given[idempotency].map { $0 == .on } ?? (settings.idempotency != nil))
        guard plan.capacity <= BenchPlan.connections else {
            throw given.misuse(
                "the stand-in for WeChat takes \(BenchPlan.connections) connections, and \(plan.lanes) lanes with "
                    + "\(plan.inFlight) jobs in flight want \(plan.capacity); lower --lanes or --in-flight")
        }
        return plan
    }
}

/// What is to be measured.
struct BenchPlan: Sendable {
    /// The connections that the stand-in for WeChat takes; a few of its 4096 stay free.
    static let connections = 4000

    /// The installation: its broker and its cache count.
    let settings: Settings
    let jobs: Int
    let lanes: Int
    let inFlight: Int
    let latency: Latency
    /// The bytes that a job has at least.
    let size: Int
    let remembersIDs: Bool

    /// How many jobs the worker holds at once.
    var capacity: Int { lanes * inFlight }
    /// Jobs that go ahead: they fetch the token and open connections.
    var warmUp: Int { min(jobs, capacity) }
    /// Jobs of the second round, at half the pace.
    var calm: Int { min(jobs, max(100, jobs / 4)) }
}

extension Latency {
    /// What all but a few answers stay within.
    fileprivate var usual: Duration {
        switch self {
        case .fixed(let duration): duration
        case .uniform(let range): range.upperBound
        case .lognormal(_, let p99): p99
        }
    }
}
