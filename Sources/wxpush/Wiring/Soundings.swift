import AMQP
import Console
import FleetCache
import Lane
import Settings
import Telemetry
import WeChatClient
import Worker

/// What a process asks around for every quarter of a minute: how full the queues are, how long tokens last.
///
/// More often while somebody looks at the page. On connections of its own, on the main lane: no job waits for it, and what cannot be
/// found out is left out.
actor Soundings: LaneBound {
    /// How it comes by what the fleet shares.
    typealias CacheSource = @Sendable () async throws(FleetCacheError) -> any FleetCache

    /// How often it asks.
    private static let pause = Duration.seconds(15)
    /// How often it asks the broker, and how often the cache, while somebody looks on.
    private static let closePauses = (broker: Duration.seconds(2), cache: Duration.seconds(5))
    /// For how long somebody who has looked is taken to look on.
    private static let attention = Duration.seconds(10)
    /// For how long an answer is good.
    private static let memory = Duration.seconds(60)

    /// One app's token.
    struct TokenLife {
        let app: String
        let end: Moment?
        /// How many fetches the fleet may yet make today, of those that are counted.
        let budget: Int?
    }

    /// Why the last questions were not answered.
    struct Troubles {
        var broker: AMQPError?
        var cache: FleetCacheError?
    }

    nonisolated let lane: Lane
    private let topology: WorkerTopology
    private let broker: ConnectionConfiguration
    private let cache: CacheSource
    private let dead: DeadWatch?
    private var accounts: [Account]
    private var connection: Connection?
    private var task: Task<Void, Never>?

    private var depths: OverviewFacts.Queues?
    private var tokens: (at: Moment, list: [TokenLife])?
    private var pauses: (at: Moment, list: [Pause])?
    private var troubles = Troubles()
    private var watchedUntil = Moment.now

    /// Nothing asked yet.
    init(
        _ configuration: WorkerConfiguration, cache: @escaping CacheSource, dead: DeadWatch?, on lane: Lane
    ) {
        self.lane = lane
        self.cache = cache
        self.dead = dead
        topology = configuration.topology
        accounts = configuration.apps.map(\.account)
        broker = configuration.broker
    }

    /// Asks until ``stop()``.
    func start() {
        task = Task(executorPreference: lane) { await self.look() }
    }

    private func look() async {
        var (askedBroker, askedCache): (Moment?, Moment?)
        while !Task.isCancelled {
            if isDue(askedBroker, Self.closePauses.broker) {
                await askBroker()
                askedBroker = .now
            }
            if isDue(askedCache, Self.closePauses.cache) {
                await askCache()
                askedCache = .now
            }
            try? await lane.sleep(for: .seconds(1))
        }
    }

    private func isDue(_ last: Moment?, _ closePause: Duration) -> Bool {
        let now = Moment.now
        return last.map { now - $0 >= (now < watchedUntil ? closePause : Self.pause) } ?? true
    }

    /// Asks no more.
    func stop() async {
        task?.cancel()
        await dead?.stop()
        await connection?.close()
        connection = nil
    }

    /// Asks about these apps from now on, and warns of dead letters by these limits.
    func use(_ apps: [WorkerConfiguration.App], _ limits: Settings.Dead) async {
        accounts = apps.map(\.account)
        await dead?.use(limits)
    }

    /// What the fleet shares; nil while it is away.
    var openedCache: (any FleetCache)? {
        get async { try? await cache() }
    }

    // MARK: Asking

    private func askBroker() async {
        do throws(AMQPError) {
            let connection: Connection
            if let known = self.connection, await known.isOpen {
                connection = known
            } else {
                connection = try await Connection.open(broker, on: lane)
                self.connection = connection
            }
            let names = topology.names
            var delayed = 0
            var list: [OverviewFacts.Queue] = []
            for status in try await topology.status(on: connection) {
                switch status.name {
                case names.jobs: list.append(.init("jobs", status))
                case names.results: list.append(.init("results", status))
                case names.dead: list.append(.init("dead", status))
                default: delayed += status.readyMessages
                }
            }
            list.append(.init(role: "delay", name: "\(names.prefix).delay.*", messages: delayed, consumers: nil))
            depths = OverviewFacts.Queues(at: .now, list)
            troubles.broker = nil
            await dead?.note(list.first { $0.role == "dead" }?.messages ?? 0)
        } catch {
            // A worker's lanes have connections of their own that tell of it.
            troubles.broker = error
            await connection?.close()
            connection = nil
        }
    }

    private func askCache() async {
        do throws(FleetCacheError) {
            var list: [TokenLife] = []
            let rules = TokenRules()
            let cache = try await cache()
            pauses = (.now, try await cache.pauses())
            for account in accounts {
                let key = account.tokenKey
                let remaining = try await cache.tokenState(of: key).token?.remaining
                let budget: Int? =
                    switch account.tokenSource {
                    case .stable: rules.forcedPerDay - (try await cache.refreshesSpent(.forced, of: key))
                    case .classic: rules.classicPerDay - (try await cache.refreshesSpent(.classic, of: key))
                    case .holder: nil
                    }
                list.append(TokenLife(app: account.name, end: remaining.map { .now + $0 }, budget: budget))
            }
            tokens = (.now, list)
            troubles.cache = nil
        } catch {
            // As above.
            troubles.cache = error
        }
    }

    // MARK: Telling

    /// Somebody looks on: what is told is to be fresh.
    nonisolated func lookCloser() { assumeIsolated { $0.watchedUntil = .now + Self.attention } }

    /// The queues as they were found of late; to be asked on the lane.
    nonisolated var queues: OverviewFacts.Queues? {
        assumeIsolated { $0.depths }.flatMap { .now - $0.at < Self.memory ? $0 : nil }
    }

    /// The token of an app, as far as is known of late; to be asked on the lane.
    nonisolated func token(of app: String) -> TokenLife? {
        guard let tokens = assumeIsolated({ $0.tokens }), .now - tokens.at < Self.memory else { return nil }
        return tokens.list.first { $0.app == app }
    }

    /// What the fleet has paused, as far as is known of late; to be asked on the lane.
    nonisolated var fleetPauses: [Pause] {
        guard let pauses = assumeIsolated({ $0.pauses }), .now - pauses.at < Self.memory else { return [] }
        let age = Moment.now - pauses.at
        return pauses.list.compactMap { $0.left(after: age) }
    }

    /// What keeps it from finding out; to be asked on the lane.
    nonisolated var currentTroubles: Troubles { assumeIsolated { $0.troubles } }

    /// Whether jobs wait in the queue, as far as is known; to be asked on the lane.
    nonisolated var jobsWait: Bool {
        queues?.list.contains { $0.role == "jobs" && $0.messages > 0 } ?? false
    }

    /// Writes what was found out of late; to be called on the lane.
    nonisolated func write(into exposition: inout Exposition) {
        let tokens = assumeIsolated { $0.tokens }
        let now = Moment.now
        if let queues {
            exposition.gauge(
                "wxpush_queue_messages", "Messages that wait in a queue, as the broker says; all waiting rooms in one.",
                labels: "queue", samples: queues.list.map { (labels: [$0.role], value: Double($0.messages)) })
            exposition.gauge(
                "wxpush_queue_consumers", "Consumers of a queue, as the broker says.", labels: "queue",
                samples: queues.list.compactMap { depth in
                    depth.consumers.map { (labels: [depth.role], value: Double($0)) }
                })
            dead?.write(into: &exposition)
        }
        if let tokens, now - tokens.at < Self.memory {
            exposition.gauge(
                "wxpush_token_remaining_seconds", "How long the fleet's access token lives yet.", labels: "app",
                samples: tokens.list.compactMap { token in
                    token.end.map { (labels: [token.app], value: max(.zero, $0 - now) / .seconds(1)) }
                })
            exposition.gauge(
                "wxpush_token_refreshes_left", "Counted token fetches that the fleet may yet make today.",
                labels: "app",
                samples: tokens.list.compactMap { token in
                    token.budget.map { (labels: [token.app], value: Double(max(0, $0))) }
                })
        }
    }
}

extension OverviewFacts.Queue {
    fileprivate init(_ role: String, _ status: QueueStatus) {
        self.init(
            role: role, name: status.name.description, messages: status.readyMessages, consumers: status.consumers)
    }
}
