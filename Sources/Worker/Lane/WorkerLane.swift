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
    let kinds: DeadKinds
    let journal: Journal
    let http: HTTPClient
    let api: WeChatAPI
    var apps: [String: AppDesk] = [:]
    /// The desks of the apps, by number.
    var desks: [Int: AppDesk] = [:]
    private var lastDesk = 0
    let publisher: Publisher
    let consumer: Consumer
    /// What the lane tells others of itself.
    package nonisolated let state: LaneState

    var templates: TemplateSet
    var pauses = PauseBoard()
    var claims = Batch<LedgerClaim, LedgerAnswer>()
    var outcomes = Batch<LedgerOutcome, FinishAnswer>()
    var trials = TrialRoom()
    var waitingForPermits = 0
    var trips = 0
    /// Tells this process from every other one that had or has its name.
    let instance = String(UInt32.random(in: .min ... .max), radix: 36)
    private var links: [Task<Void, Never>] = []
    /// What ends the jobs in flight while the worker stops.
    private var deadline: Lane.Timer?
    var isStopping = false
    var isOver = false

    /// A lane that connects once it runs.
    package init(
        _ configuration: WorkerConfiguration, cache: any FleetCache, templates: TemplateSet, recipients: RecipientGate,
        kinds: DeadKinds, journal: Journal, on lane: Lane
    ) {
        self.lane = lane
        self.configuration = configuration
        self.cache = cache
        self.recipients = recipients
        self.kinds = kinds
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
        links = [
            Task(executorPreference: lane) { await self.consumer.run() },
            Task(executorPreference: lane) { await self.publisher.run() },
            Task(executorPreference: lane) { await self.watchPauses() },
        ]
        await consumer.forEach(readers: configuration.inFlight) { delivery in await self.handle(delivery) }
        endLinks()
        for link in links { await link.value }
        for app in apps.values { await app.token.close() }
        await http.close()
    }

    /// Writes down how it goes; to be called on the lane, every second.
    package nonisolated func beat() {
        assumeIsolated { lane in
            lane.journal.beat()
            lane.state.flow = lane.journal.flow(waitingForPermits: lane.waitingForPermits)
        }
    }

    /// Takes no more jobs, and ends ``run()`` once those in flight are finished; those that cannot be by the deadline go back.
    package func stop() async {
        guard !isStopping else { return }
        isStopping = true
        for app in apps.values { dismissWaiting(at: app, .dismissed) }
        deadline = lane.schedule(after: configuration.drain) { [weak self, lane] in
            guard let self else { return }
            Task(executorPreference: lane) { await self.breakOff() }
        }
        await consumer.stop()
    }

    /// Ends what jobs in flight wait for at the broker, and then their calls.
    private func breakOff() async {
        endLinks()
        for link in links { await link.value }
        // Not before: now the jobs are the broker's again, so what comes of their calls is told to nobody, and what the
        // ledger says of them stands for those who get them next.
        let calls = await http.inFlight
        if calls > 0 { journal.brokeOff(calls) }
        await http.close()
    }

    private func endLinks() {
        isOver = true
        deadline.map(lane.cancel)
        deadline = nil
        for link in links { link.cancel() }
    }

    /// Takes over a new set of templates; jobs under way finish with the old one.
    package func use(_ templates: TemplateSet) { self.templates = templates }

    /// Takes over what may change while the lane works: apps, tries, limits of time.
    package func use(_ configuration: WorkerConfiguration) async {
        var old = apps
        // Connections, queues and what claims are measured by stay as they were at the start.
        var configuration = configuration
        configuration.name = self.configuration.name
        configuration.broker = self.configuration.broker
        configuration.topology = self.configuration.topology
        configuration.inFlight = self.configuration.inFlight
        configuration.endpoints = self.configuration.endpoints
        configuration.http = self.configuration.http
        configuration.timeout = self.configuration.timeout
        configuration.crashesOn = self.configuration.crashesOn
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
        for desk in old.values {
            desks[desk.number] = nil
            dismissWaiting(at: desk, .elsewhere)
            await desk.token.close()
        }
    }

    private func makeDesk(_ app: WorkerConfiguration.App) -> AppDesk {
        let (journal, name) = (journal, app.account.name)
        var rules = TokenRules(timeout: configuration.timeout)
        // What ends a pause must find the token free to be asked for.
        rules.longestPause = min(rules.longestPause, configuration.probe / 2)
        let token = AppToken(
            app.account, api: api, cache: cache, owner: configuration.name, on: lane, rules: rules,
            notify: { event in journal.token(event, of: name) })
        let permits = app.rate.map { PermitDesk(rate: $0) }
        lastDesk += 1
        let desk = AppDesk(lastDesk, app.account, token: token, permits: permits)
        desks[lastDesk] = desk
        return desk
    }
}
