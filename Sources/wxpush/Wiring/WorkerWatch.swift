import AMQP
import FleetCache
import Lane
import Operations
import Telemetry
import WeChatClient
import Worker

/// What the outside may know of a worker's process: whether it lives, whether it can work.
///
/// Filled by the service, read by the operations port and the reports to systemd.
final class WorkerWatch: Sendable {
    /// How far the process is.
    enum Phase: String {
        case starting
        case working
        case stopping
    }

    /// What is watched of one lane.
    struct Post: Sendable {
        let pulse: LanePulse
        let state: LaneState

        var name: String { pulse.lane.name }
    }

    /// How a lane gets on.
    struct Progress: Sendable {
        let lane: String
        /// For how long nothing has ended there although jobs wait.
        let idle: Duration
        /// Whether that is too long.
        let isStalled: Bool
    }

    fileprivate struct Facts {
        var phase = Phase.starting
        var posts: [Post] = []
        var progress: [Progress] = []
        /// The apps by name, with their ids.
        var apps: [(name: String, appid: String)] = []
        var soundings: Soundings?
    }

    private let facts = Locked(Facts())

    var phase: Phase {
        get { facts.withLock { $0.phase } }
        set { facts.withLock { $0.phase = newValue } }
    }

    /// The lanes that take jobs.
    var posts: [Post] {
        get { facts.withLock { $0.posts } }
        set { facts.withLock { $0.posts = newValue } }
    }

    /// How the lanes get on, as of a second ago.
    var progress: [Progress] {
        get { facts.withLock { $0.progress } }
        set { facts.withLock { $0.progress = newValue } }
    }

    /// What is asked around for, once the worker is up.
    var soundings: Soundings? {
        get { facts.withLock { $0.soundings } }
        set { facts.withLock { $0.soundings = newValue } }
    }

    /// The apps that jobs may name.
    func use(_ apps: [WorkerConfiguration.App]) {
        let apps = apps.map { (name: $0.account.name, appid: $0.account.appid) }
        facts.withLock { $0.apps = apps }
    }

    /// Whether every lane takes jobs from the broker.
    var takesJobs: Bool { phase == .working && posts.allSatisfy(\.state.isReady) }

    // MARK: Life

    /// Whether the process is to be left running.
    var isAlive: Bool { troubles.isEmpty }

    /// What a new start may mend, one sentence each: lanes that do not turn, lanes that turn and finish nothing.
    var troubles: [String] { facts.withLock { $0 }.troubles }

    // MARK: Readiness

    /// Whether jobs can be taken, sent and answered, and what is in the way.
    var report: ReadinessReport {
        let facts = facts.withLock { $0 }
        switch facts.phase {
        case .starting: return ReadinessReport([.init("start", "the worker is starting")])
        case .stopping: return ReadinessReport([.init("stop", "the worker is stopping")])
        case .working: break
        }
        var causes = facts.troubles.map { ReadinessReport.Cause("lanes", $0) }
        for post in facts.posts {
            for (link, state) in [("consumer", post.state.consumer), ("publisher", post.state.publisher)] {
                if let trouble = state.trouble { causes.append(.init("broker", "\(post.name), \(link): \(trouble)")) }
            }
            if let trouble = post.state.cacheTrouble {
                causes.append(.init("cache", "\(post.name): \(trouble)"))
            }
        }
        if let cause = facts.pauseOfAll { causes.append(.init("apps", cause)) }
        return ReadinessReport(causes)
    }

    /// Why no app can send, if none can.
    var pauseOfAll: String? { facts.withLock { $0 }.pauseOfAll }

    // MARK: Numbers

    /// Writes what is known of the process at this moment.
    func write(into exposition: inout Exposition) {
        let facts = facts.withLock { $0 }
        exposition.gauge("wxpush_ready", "Whether the worker can work, as /readyz says.", report.isReady ? 1 : 0)
        exposition.gauge(
            "wxpush_broker_link_ready", "Whether a connection to the broker is at work.", labels: "lane", "link",
            samples: facts.posts.flatMap { post in
                [("consumer", post.state.consumer), ("publisher", post.state.publisher)].map { link, state in
                    (labels: [post.name, link], value: state.trouble == nil ? 1 : 0)
                }
            })
        exposition.gauge(
            "wxpush_lane_silence_seconds", "How long ago a lane last gave a sign of life.", labels: "lane",
            samples: facts.posts.map { (labels: [$0.name], value: $0.pulse.silence() / .seconds(1)) })
        exposition.gauge(
            "wxpush_lane_idle_seconds", "For how long a lane has finished nothing although jobs wait.", labels: "lane",
            samples: facts.progress.map { (labels: [$0.lane], value: $0.idle / .seconds(1)) })
        exposition.counter(
            "wxpush_lane_deliveries_total", "Deliveries that a lane is done with, whatever became of them.",
            labels: "lane",
            samples: facts.posts.map { (labels: [$0.name], value: Double($0.state.flow.ended)) })
        exposition.gauge(
            "wxpush_jobs_waiting_for_rate", "Jobs in flight that wait for their turn under the app's ceiling.",
            labels: "lane",
            samples: facts.posts.map { (labels: [$0.name], value: Double($0.state.flow.waitingForPermits)) })
        let pauses = facts.posts.first?.state.pauses ?? []
        exposition.gauge(
            "wxpush_app_paused", "Whether the fleet has paused an app.", labels: "app",
            samples: facts.apps.map { app in
                (labels: [app.name], value: pauses.contains { $0.key == .app(app.appid) } ? 1 : 0)
            })
        exposition.gauge(
            "wxpush_build_info", "The version that runs.", labels: "version",
            samples: [(labels: [Program.version], value: 1)])
    }
}

extension WorkerWatch.Facts {
    var troubles: [String] {
        posts.filter { $0.pulse.isStuck() }.map { post in
            "\(post.name) has been stuck for \(post.pulse.silence().components.seconds) s"
        }
            + progress.filter(\.isStalled).map { progress in
                "\(progress.lane) has finished nothing for \(progress.idle.components.seconds) s while jobs wait"
            }
    }

    var pauseOfAll: String? {
        if apps.isEmpty { return "no app is configured" }
        let pauses = posts.first?.state.pauses ?? []
        let paused = apps.compactMap { app in
            pauses.first { $0.key == .app(app.appid) }.map { "\(app.name): \($0.cause)" }
        }
        return paused.count == apps.count ? "all apps are paused: " + paused.joined(separator: "; ") : nil
    }
}

extension LinkState {
    /// What is wrong with a connection; nil for one that is at work.
    fileprivate var trouble: String? {
        switch self {
        case .ready: nil
        case .connecting(let endpoint): "connecting to \(endpoint)"
        case .blocked(let reason): "the broker takes no messages: \(reason)"
        case .waiting(let error, _): "\(error)"
        case .closed: "not connected"
        }
    }
}
