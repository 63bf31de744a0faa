import AMQP
import Console
import FleetCache
import Lane
import Operations
import Settings
import Templates
import Worker

/// What the page shows where no worker runs beside it: what broker and cache tell.
final class ServeOverview: OverviewSource {
    let mode = ConsoleMode.serve
    let metrics: WorkerMetrics? = nil
    private let settings: Settings
    private let soundings: Soundings
    private let shelf: TemplateShelf
    private let lane: Lane
    private let cache: CacheDoor

    /// What can be told of an installation; asks from ``start()`` on.
    init(_ settings: Settings, _ shelf: TemplateShelf, on lane: Lane) {
        let cache = CacheDoor(settings, on: lane)
        self.settings = settings
        self.shelf = shelf
        self.lane = lane
        self.cache = cache
        soundings = Soundings(
            settings.worker(named: "page"), cache: { () async throws(FleetCacheError) in try await cache.open() },
            dead: nil, on: lane)
    }

    /// Begins to ask broker and cache, neither of which need be there.
    func start() async { await soundings.start() }

    /// Asks no more, and closes what was opened.
    func stop() async {
        await soundings.stop()
        await cache.close()
    }

    func queues() -> OverviewFacts.Queues? { soundings.queues }

    func facts() -> OverviewFacts {
        soundings.lookCloser()
        var facts = OverviewFacts()
        let troubles = soundings.currentTroubles
        if let trouble = troubles.broker { facts.causes.append(.init("broker", "\(trouble)")) }
        if let trouble = troubles.cache { facts.causes.append(.init("cache", "\(trouble)")) }
        facts.queues = soundings.queues
        facts.apps = settings.appFacts(pauses: soundings.fleetPauses, soundings)
        return facts
    }

    func quota(of app: String) async throws(QuotaFailure) -> [QuotaLine] {
        try await QuotaVisit(settings, shelf.current.set, await soundings.openedCache, on: lane).lines(of: app)
    }
}

/// The fleet's cache, opened when it is first needed and can be.
private actor CacheDoor: LaneBound {
    nonisolated let lane: Lane
    private let settings: Settings
    private var cache: (any FleetCache)?
    private var isClosed = false

    init(_ settings: Settings, on lane: Lane) {
        self.settings = settings
        self.lane = lane
    }

    func open() async throws(FleetCacheError) -> any FleetCache {
        if let cache { return cache }
        let opened = try await settings.openCache(on: lane)
        // Somebody may have been quicker, or does not want it any more.
        guard cache == nil, !isClosed else {
            await opened.close()
            guard let cache else { throw .closed }
            return cache
        }
        cache = opened
        return opened
    }

    func close() async {
        isClosed = true
        await cache?.close()
        cache = nil
    }
}
