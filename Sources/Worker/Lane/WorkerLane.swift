import AMQP
package import FleetCache
import HTTPClient
package import Lane
package import Templates
import WeChat
import WeChatClient

/// A worker's lane: takes jobs, sends them, publishes their results. Complete in itself, with connections of its own.
package actor WorkerLane: LaneBound {
    /// Where it lives.
    package nonisolated let lane: Lane
    var configuration: WorkerConfiguration
    let cache: any FleetCache
    let recipients: RecipientGate
    let journal: Journal
    let http: HTTPClient
    let api: WeChatAPI
    var apps: [String: AppDesk] = [:]
    let publisher: Publisher
    let consumer: Consumer
    /// What the lane tells others of itself.
    let state: LaneState

    var templates: TemplateSet
    var pauses = PauseBoard()
    var claims = Batch<LedgerClaim, LedgerAnswer>()
    var outcomes = Batch<LedgerOutcome, FinishAnswer>()
    var trials = TrialRoom()
    var inFlight = 0
    var isStopping = false
    var isOver = false

    /// A lane that connects once it runs.
    package init(
        _ configuration: WorkerConfiguration, cache: any FleetCache, templates: TemplateSet, recipients: RecipientGate,
        journal: Journal, on lane: Lane
    ) {
        self.lane = lane
        self.configuration = configuration
        self.cache = cache
        self.recipients = recipients
        self.journal = journal
        self.templates = templates
        http = HTTPClient(configuration.http, on: lane)
        api = WeChatAPI(endpoints: configuration.endpoints, client: http, timeout: configuration.timeout)
        let topology = configuration.topology
        let state = LaneState()
        self.state = state
        publisher = Publisher(
            configuration.broker, on: lane,
            prepare: { connection throws(AMQPError) in try await topology.declare(on: connection) },
            onState: { change in
                state.publisher = change
                journal.link("publisher", change)
            })
        consumer = Consumer(
            topology.names.jobs, prefetch: configuration.inFlight, configuration.broker, on: lane,
            prepare: { connection throws(AMQPError) in
                state.workers = try await topology.declare(on: connection).consumers + 1
            },
            onState: { change in
                state.consumer = change
                journal.link("consumer", change)
            })
    }

    /// Works until ``stop()`` has let the last job out, or its deadline has passed.
    package func run() async {
        await use(configuration)
        await withTaskGroup { group in
            group.addTask(executorPreference: lane) { await self.consumer.run() }
            group.addTask(executorPreference: lane) { await self.publisher.run() }
            group.addTask(executorPreference: lane) { await self.watchPauses() }
            // Jobs live apart from the connections: whatever deadline ends those, what a job has sent it writes down.
            let jobs = Task(executorPreference: lane) {
                await self.consumer.forEach(readers: self.configuration.inFlight) { delivery in
                    await self.handle(delivery)
                }
            }
            await jobs.value
            isOver = true
            group.cancelAll()
        }
        for app in apps.values { await app.token.close() }
        await http.close()
    }

    /// Takes no more jobs, and ends ``run()`` once those in flight are finished; those that cannot be by the deadline go back.
    package func stop() async {
        guard !isStopping else { return }
        isStopping = true
        dismissWaiting()
        _ = lane.schedule(after: configuration.drain) { [weak self] in
            self?.assumeIsolated { $0.isOver = true }
        }
        await consumer.stop()
    }

    /// Takes over a new set of templates; jobs under way finish with the old one.
    package func use(_ templates: TemplateSet) { self.templates = templates }

    /// Takes over what may change while the lane works: apps, tries, limits of time.
    package func use(_ configuration: WorkerConfiguration) async {
        var old = apps
        self.configuration = configuration
        apps = [:]
        for app in configuration.apps {
            let name = app.account.name
            if let desk = old.removeValue(forKey: name), desk.account == app.account, desk.permits?.rate == app.rate {
                apps[name] = desk
            } else {
                apps[name] = makeDesk(app)
            }
        }
        // Jobs under way hold on to the account that they began with.
        for desk in old.values { await desk.token.close() }
    }

    private func makeDesk(_ app: WorkerConfiguration.App) -> AppDesk {
        let (journal, name) = (journal, app.account.name)
        var rules = TokenRules(timeout: configuration.timeout)
        // What ends a pause must find the token free to be asked for.
        rules.longestPause = min(rules.longestPause, configuration.probe / 2)
        let token = AppToken(
            app.account, api: api, cache: cache, owner: configuration.name, on: lane, rules: rules,
            notify: { event in journal.token(event, of: name) })
        let permits = app.rate.map { PermitDesk(rate: $0, places: max(16, configuration.inFlight / 4)) }
        return AppDesk(app.account, token: token, permits: permits)
    }

    /// Whether jobs can come and results can go.
    package nonisolated var isReady: Bool { state.isReady }
}
