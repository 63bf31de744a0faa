import Lane
import Operations
import Telemetry
import Worker

/// Looks every second whether each lane gets on with the jobs that wait.
///
/// A process can turn, be connected and answer every question, and yet do nothing. That shows only in what comes to an end.
actor ProgressWatch: LaneBound {
    nonisolated let lane: Lane
    private let watch: WorkerWatch
    private let log: Log
    private let patience: Duration
    private var rules: [String: ProgressRule] = [:]
    private var stalled: Set<String> = []
    private var task: Task<Void, Never>?

    /// Looks at nothing until ``start()``.
    ///
    /// - Parameter timeout: How long a call of WeChat may take.
    init(_ watch: WorkerWatch, timeout: Duration, log: Log, on lane: Lane) {
        self.lane = lane
        self.watch = watch
        self.log = log
        // A job may wait for two tokens, for the same recipient's other messages, for an exchange and for two calls.
        patience = .seconds(60) + timeout * 12
    }

    /// Looks until ``stop()``.
    func start() {
        task = Task(executorPreference: lane) { await self.run() }
    }

    private func run() async {
        while !Task.isCancelled {
            look(at: .now)
            try? await lane.sleep(for: .seconds(1))
        }
    }

    /// Looks no more.
    func stop() { task?.cancel() }

    private func look(at now: Moment) {
        let jobsWait = watch.soundings?.jobsWait ?? false
        let isExcused = watch.phase != .working || watch.pauseOfAll != nil
        watch.progress = watch.posts.map { post in
            var rule = rules[post.name] ?? ProgressRule(patience: patience)
            rule.note(
                ProgressRule.Look(
                    ended: post.state.flow.ended, workWaits: jobsWait, isExcused: isExcused || post.isHeldUp(at: now)),
                at: now)
            rules[post.name] = rule
            let progress = WorkerWatch.Progress(
                lane: post.name, idle: rule.idle(at: now), isStalled: rule.isStalled(at: now))
            tell(progress)
            return progress
        }
    }

    private func tell(_ progress: WorkerWatch.Progress) {
        guard progress.isStalled != stalled.contains(progress.lane) else { return }
        if progress.isStalled {
            stalled.insert(progress.lane)
            log.error(
                "a lane finishes nothing although jobs wait",
                ["lane": progress.lane, "seconds": progress.idle / .seconds(1)])
        } else {
            stalled.remove(progress.lane)
            log.info("a lane goes on", ["lane": progress.lane])
        }
    }
}

extension WorkerWatch.Post {
    /// For how long a lane counts as held up after the broker has not taken a message: longer than a try to publish lasts.
    private static let refusalMemory = Duration.seconds(60)

    /// Whether something known keeps the lane from work that readiness or a log line tells of, and that a new start would not mend.
    fileprivate func isHeldUp(at now: Moment) -> Bool {
        if !state.isReady || state.cacheTrouble != nil || state.flow.isHeldByRates { return true }
        return state.refusedAt.map { now - $0 < Self.refusalMemory } ?? false
    }
}
