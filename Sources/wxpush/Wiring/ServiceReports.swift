import Lane
import Operations

/// What systemd is told of a worker, where it was started by it.
actor ServiceReports: LaneBound {
    nonisolated let lane: Lane
    private let manager: ServiceManager
    private let watch: WorkerWatch
    private var task: Task<Void, Never>?
    private var hasBegun = false
    private var lastBeat: Moment?

    init(_ watch: WorkerWatch, environment: [String: String], on lane: Lane) {
        self.lane = lane
        self.watch = watch
        manager = ServiceManager(environment: environment, on: lane)
    }

    /// Reports until ``stop()``: that the worker takes jobs, how it is, and that it lives.
    func start() {
        guard manager.isListening else { return }
        task = Task(executorPreference: lane) { await self.run() }
    }

    private func run() async {
        while !Task.isCancelled {
            report()
            let pause: Duration = hasBegun ? .seconds(1) : .milliseconds(100)
            try? await lane.sleep(for: min(pause, manager.watchdog ?? pause))
        }
    }

    /// Reports no more.
    func stop() { task?.cancel() }

    /// The configuration is read again, until ``reloaded()``.
    func reloading() { manager.reloading() }

    /// The worker goes on with what was read.
    func reloaded() { if hasBegun { manager.ready() } }

    /// The worker has begun to stop, and may take that long.
    func stopping(within limit: Duration) { manager.stopping(within: limit) }

    private func report() {
        if !hasBegun, watch.takesJobs {
            hasBegun = true
            manager.ready()
        }
        manager.status(watch.report.summary)
        // A process with a stuck lane says nothing more, and is replaced.
        guard let watchdog = manager.watchdog, watch.isAlive else { return }
        let now = Moment.now
        if let lastBeat, now - lastBeat < watchdog { return }
        lastBeat = now
        manager.beat()
    }
}
