import AMQP
import FleetCache
import FleetCacheRedis
import FleetCacheSQLite
import HTTPClient
import Lane
import Settings
import Telemetry
import Terminal
import WeChat
import WeChatClient
import Worker

/// What the parts of the program get of the configuration.
extension Settings {
    /// What stands at the broker.
    var topology: WorkerTopology { WorkerTopology(prefix: amqp.prefix, deliveryLimit: amqp.deliveryLimit) }

    /// How a worker of a name works.
    func worker(named name: String) -> WorkerConfiguration {
        var broker = amqp.connection
        broker.name = broker.name ?? "wxpush \(name)"
        // A larger body is no job, and the broker keeps it.
        broker.bodyLimit = 1 << 20
        var worker = WorkerConfiguration(
            name: name, broker: broker, topology: topology, apps: apps.map(\.worker), endpoints: endpoints)
        worker.inFlight = amqp.inFlight
        worker.http = http
        worker.timeout = wechat.timeout
        worker.resendsUnknown = wechat.onUnknown == .resend
        worker.retry = RetryPolicy(attempts: retry.attempts, first: retry.first, max: retry.max)
        worker.probe = retry.probe
        worker.crashes = retry.crashes
        worker.idempotency = idempotency
        worker.drain = shutdown
        return worker
    }

    /// Refuses a configuration without an app: a worker of it would take jobs from the others, and fail them all.
    func requireApps() throws(Failure) {
        guard apps.isEmpty else { return }
        let wayOut =
            file.map { "add one under apps in \($0)" }
            ?? "there is no wxpush.yaml here, so name the configuration with --config or WXPUSH_CONFIG"
        throw Failure(.misused, "no app is configured, and a worker could send nothing; \(wayOut)")
    }

    /// The addresses of WeChat, in the order in which they are tried.
    var endpoints: [String] { [wechat.endpoint] + wechat.fallbackEndpoints }

    /// How connections to WeChat are made.
    var http: HTTPConfiguration {
        var http = HTTPConfiguration()
        http.connectTimeout = wechat.connectTimeout
        http.totalTimeout = wechat.timeout
        if let ca = wechat.ca { http.trust = .authorities(file: ca) }
        return http
    }

    /// Opens what the fleet shares.
    func openCache(on lane: Lane) async throws(FleetCacheError) -> any FleetCache {
        switch cache {
        case .sqlite(let path): try await SQLiteFleetCache.open(SQLiteFleetCache.Configuration(path: path))
        case .redis(let configuration): try await RedisFleetCache.open(configuration, on: lane)
        }
    }

    /// Starts the log.
    func openLog() throws -> Telemetry.Log {
        let format: LogFormat =
            switch log.format {
            case .auto: .suited(to: .error)
            case .text: .text(colours: false)
            case .json: .json
            }
        return try Telemetry.Log(level: logLevel, format: format)
    }

    /// The least that is logged.
    var logLevel: LogLevel { LogLevel(name: log.level.rawValue) ?? .info }
}

extension Settings.App {
    fileprivate var worker: WorkerConfiguration.App {
        let source: Account.TokenSource =
            switch token {
            case .stable: .stable
            case .classic: .classic
            case .holder(let url): .holder(url: url)
            }
        let account = Account(
            name: name, type: type == .mini ? .mini : .service, appid: appid, secret: secret ?? Secret(""),
            tokenSource: source)
        // A tenth of a second's worth at once: smooth, and not too fine for a timer.
        let rate = rate.map { FleetRate(perSecond: $0.perSecond, burst: max(1, Int($0.perSecond / 10))) }
        return WorkerConfiguration.App(account: account, rate: rate)
    }
}
