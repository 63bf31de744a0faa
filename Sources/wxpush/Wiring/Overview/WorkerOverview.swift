import Console
import Lane
import Operations
import Settings
import Templates
import Worker

/// What the page shows of a worker, of the fleet that it belongs to, and of the broker.
final class WorkerOverview: OverviewSource {
    let mode = ConsoleMode.worker
    let metrics: WorkerMetrics?
    private let watch: WorkerWatch
    private let shelf: TemplateShelf
    private let settings: Locked<Settings>
    private let lane: Lane

    /// What can be told of a worker with some settings; the templates are those that it sends with.
    init(_ settings: Settings, _ metrics: WorkerMetrics, _ watch: WorkerWatch, _ shelf: TemplateShelf, on lane: Lane) {
        self.settings = Locked(settings)
        self.metrics = metrics
        self.watch = watch
        self.shelf = shelf
        self.lane = lane
    }

    /// Tells of other settings from now on.
    func use(_ new: Settings) { settings.withLock { $0 = new } }

    func queues() -> OverviewFacts.Queues? { watch.soundings?.queues }

    func facts() -> OverviewFacts {
        let (report, posts, soundings) = (watch.report, watch.posts, watch.soundings)
        soundings?.lookCloser()
        var facts = OverviewFacts()
        facts.phase = watch.phase.rawValue
        facts.isReady = report.isReady
        facts.causes = report.causes
        facts.queues = soundings?.queues
        facts.apps = settings.withLock { $0 }.appFacts(pauses: posts.first?.state.pauses ?? [], soundings)
        facts.lanes = posts.map { post in
            .init(name: post.name, consumer: post.state.consumer.word, publisher: post.state.publisher.word)
        }
        return facts
    }

    func quota(of app: String) async throws(QuotaFailure) -> [QuotaLine] {
        let settings = settings.withLock { $0 }
        return try await QuotaVisit(settings, shelf.current.set, await watch.soundings?.openedCache, on: lane)
            .lines(of: app)
    }
}
