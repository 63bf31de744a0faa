import AMQP
import Console
import Lane
import Operations
import Settings
import Telemetry
import Worker

/// The page of an installation: what answers its questions, wherever it is served.
struct ServedPage: Sendable {
    private let mode: ConsoleMode
    private let prefix: String
    private let dead: DeadDesk
    private let overview: OverviewDesk
    private let templates: TemplateDesk
    private let lane: Lane

    /// The page that shows a source's numbers, and the templates of a shelf.
    init(_ settings: Settings, _ source: any OverviewSource, _ shelf: TemplateShelf, log: Log, on lane: Lane) {
        var configuration = settings.amqp.connection
        configuration.name = configuration.name ?? "wxpush page"
        let hub = EventHub(on: lane)
        mode = source.mode
        prefix = settings.amqp.prefix
        dead = DeadDesk(
            settings.topology.names, configuration, apps: settings.apps.map(\.name), templates: shelf, hub: hub,
            log: log, on: lane)
        overview = OverviewDesk(source, hub, on: lane)
        templates = TemplateDesk(shelf)
        self.lane = lane
    }

    /// What it answers, to those whom a guard lets in.
    func routes(_ access: AccessGuard, name: String) -> [OperationsRoute] {
        let identity = PageIdentity(mode: mode.rawValue, name: name, version: Program.version, prefix: prefix)
        return Console.routes(access, identity, dead: dead, overview: overview, templates: templates)
    }

    /// Begins to look at what is to be shown.
    func start() async {
        await Task(executorPreference: lane) { await overview.start() }.value
    }

    /// Goes by the apps of another configuration.
    func use(_ settings: Settings) async { await dead.use(apps: settings.apps.map(\.name)) }

    /// Begins nothing more, and waits a little for what is under way.
    func stop() async {
        await overview.stop()
        await dead.stop()
    }
}
