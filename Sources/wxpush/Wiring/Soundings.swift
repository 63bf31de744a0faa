import AMQP
import FleetCache
import Lane
import Settings
import Telemetry
import WeChatClient
import Worker

/// What a worker's process asks around for every quarter of a minute: how full the queues are, how long tokens last.
///
/// On connections of its own, on the main lane: no job waits for it, and what cannot be found out is left out.
actor Soundings: LaneBound {
    /// How often it asks.
    private static let pause = Duration.seconds(15)
    /// For how long an answer is good.
    private static let memory = Duration.seconds(60)

    /// One queue, or all the waiting rooms together.
    fileprivate struct Depth {
        let role: String
        var messages = 0
        var consumers: Int?
    }

    /// One app's token.
    private struct TokenLife {
        let app: String
        let end: Moment?
        /// How many fetches the fleet may yet make today, of those that are counted.
        let budget: Int?
    }

    nonisolated let lane: Lane
    private let topology: WorkerTopology
    private let broker: ConnectionConfiguration
    private let cache: any FleetCache
    private var accounts: [Account]
    private var connection: Connection?
    private var task: Task<Void, Never>?

    private var depths: (at: Moment, list: [Depth])?
    private var tokens: (at: Moment, list: [TokenLife])?

    /// Nothing asked yet.
    init(_ configuration: WorkerConfiguration, cache: any FleetCache, on lane: Lane) {
        self.lane = lane
        self.cache = cache
        topology = configuration.topology
        accounts = configuration.apps.map(\.account)
        broker = configuration.broker
    }

    /// Asks until ``stop()``.
    func start() {
        task = Task(executorPreference: lane) {
            while !Task.isCancelled {
                await self.askBroker()
                await self.askCache()
                try? await self.lane.sleep(for: Self.pause)
            }
        }
    }

    /// Asks no more.
    func stop() async {
        task?.cancel()
        await connection?.close()
        connection = nil
    }

    /// Asks about these apps from now on.
    func use(_ apps: [WorkerConfiguration.App]) { accounts = apps.map(\.account) }

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
            var delay = Depth(role: "delay")
            var list: [Depth] = []
            for status in try await topology.status(on: connection) {
                switch status.name {
                case names.jobs: list.append(Depth("jobs", status))
                case names.results: list.append(Depth("results", status))
                case names.dead: list.append(Depth("dead", status))
                default: delay.messages += status.readyMessages
                }
            }
            depths = (.now, list + [delay])
        } catch {
            // The lanes' own connections tell of it.
            await connection?.close()
            connection = nil
        }
    }

    private func askCache() async {
        do throws(FleetCacheError) {
            var list: [TokenLife] = []
            let rules = TokenRules()
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
        } catch {
            // As above.
        }
    }

    // MARK: Telling

    /// Writes what was found out of late; to be called on the lane.
    nonisolated func write(into exposition: inout Exposition) {
        let (depths, tokens) = assumeIsolated { ($0.depths, $0.tokens) }
        let now = Moment.now
        if let depths, now - depths.at < Self.memory {
            exposition.gauge(
                "wxpush_queue_messages", "Messages that wait in a queue, as the broker says; all waiting rooms in one.",
                labels: "queue", samples: depths.list.map { (labels: [$0.role], value: Double($0.messages)) })
            exposition.gauge(
                "wxpush_queue_consumers", "Consumers of a queue, as the broker says.", labels: "queue",
                samples: depths.list.compactMap { depth in
                    depth.consumers.map { (labels: [depth.role], value: Double($0)) }
                })
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

extension Soundings.Depth {
    fileprivate init(_ role: String, _ status: QueueStatus) {
        self.init(role: role, messages: status.readyMessages, consumers: status.consumers)
    }
}
