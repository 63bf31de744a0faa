import AMQP
import FleetCache
import FleetCacheRedis
import Glibc
import JSON
import Lane
import Settings
import Telemetry
import Worker

/// What a measurement has for itself, so that it touches nothing of the installation: a directory, queues, an app.
struct BenchSite: Sendable {
    let plan: BenchPlan
    /// Tells this measurement from all others.
    private let mark: String
    /// Where its files lie, beside the installation's own cache if that is a file: on the same disk.
    let directory: String

    /// Makes the directory.
    init(_ plan: BenchPlan) throws(Failure) {
        self.plan = plan
        // Always as long, as it is a part of every job.
        mark = String(UInt64.random(in: 1 << 60 ... .max), radix: 36).suffix(12).description
        let temporary = CommonOptions.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var places = [temporary]
        if case .sqlite(let path) = plan.settings.cache {
            places.insert(path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", at: 0)
        }
        for place in places {
            guard let made = Files.makeDirectory(in: place) else { continue }
            directory = made
            return
        }
        throw Failure(.failed, "no directory can be made in \(temporary); set TMPDIR to one that can be written")
    }

    /// The installation with the queues of the measurement in place of its own.
    ///
    /// The prefix begins with the installation's, which is what users of a broker may have rights for.
    var settings: Settings {
        var settings = plan.settings
        settings.amqp.prefix = "\(plan.settings.amqp.prefix.prefix(70))-bench-\(mark)"
        settings.amqp.deliveryLimit = Settings().amqp.deliveryLimit
        return settings
    }

    /// The app's id: its token has a place of its own in a cache that others use as well.
    var appid: String { "wxbench\(mark)" }

    var names: QueueNames { settings.topology.names }

    var workerLog: String { "\(directory)/worker.log" }

    /// Takes the directory away.
    func remove() { Files.remove(directory) }

    // MARK: Jobs

    func id(_ number: Int) -> String { "bench-\(mark)-\(number)" }

    func job(_ number: Int) -> [UInt8] {
        let bare = job(number, padding: nil)
        // The key with its quotes and comma, and the quotes of the text.
        let missing = plan.size - bare.count - #","padding":"""#.utf8.count
        return missing < 0 ? bare : job(number, padding: String(repeating: "x", count: missing))
    }

    private func job(_ number: Int, padding: String?) -> [UInt8] {
        var json = JSONWriter(reserving: max(256, plan.size))
        json.object { json in
            json.member("id", id(number))
            // Each has a recipient of its own: one never gets two messages at the same moment.
            json.member("to", "oBench\(mark)\(number)")
            json.member("template", "bench")
            json.member("params") { json in
                json.member("order_id", "\(number)")
                json.member("title", "手冲咖啡 Geisha 250g")
                json.member("amount", "129.00")
                json.member("paid_at", "2026-11-20T08:00:00+08:00")
                json.member("padding", padding)
            }
        }
        return json.bytes
    }

    // MARK: The worker

    /// Writes what the worker reads; what may be a secret, or a path, comes by the environment.
    func writeFiles(wechat endpoint: String) throws(Failure) {
        let variables = environment.keys
        let tls = ["ca", "cert", "key"].filter { variables.contains("BENCH_\($0.uppercased())") }.map {
            "\n  \($0): ${BENCH_\($0.uppercased())}"
        }.joined()
        let urls = plan.settings.amqp.urls.reveal().indices.map { "\"${BENCH_BROKER_\($0)}\"" }.joined(separator: ", ")
        try Files.write(
            """
            amqp:
              url: [\(urls)]
              verify: \(plan.settings.amqp.connection.tls.verification == .full)\(tls)
              prefix: \(settings.amqp.prefix)
              lanes: \(plan.lanes)
              in_flight: \(plan.inFlight)
            cache: {url: "${BENCH_CACHE}"}
            wechat: {endpoint: "\(endpoint)", timeout: 300s}
            apps:
              bench: {type: mini, appid: \(appid), secret: any will do}
            templates: templates/
            idempotency: \(plan.remembersIDs ? "1h" : "0")
            ops: {listen: off}
            log: {level: warning, format: text}
            shutdown: 5s

            """, to: "\(directory)/wxpush.yaml")
        try Files.makeDirectory("\(directory)/templates")
        try Files.write(
            """
            bench:
              kind: subscribe
              app: bench
              template_id: bench
              page: pages/order/index?id={{ order_id }}
              data:
                thing1: "{{ title | truncate: 20 }}"
                amount3: "{{ amount }}元"
                time2: "{{ paid_at | date: '%Y年%m月%d日 %H:%M' }}"

            """, to: "\(directory)/templates/bench.yaml")
    }

    /// All that the worker gets of the environment.
    var environment: [String: String] {
        var variables = ["BENCH_CACHE": cacheURL]
        for (place, url) in plan.settings.amqp.urls.reveal().enumerated() { variables["BENCH_BROKER_\(place)"] = url }
        let tls = plan.settings.amqp.connection.tls
        variables["BENCH_CA"] = Files.absolute(tls.certificateAuthorities)
        if let certificate = tls.certificate { variables["BENCH_CERT"] = Files.absolute(certificate) }
        if let key = tls.key { variables["BENCH_KEY"] = Files.absolute(key) }
        return variables
    }

    private var cacheURL: String {
        switch plan.settings.cache {
        case .sqlite: return "sqlite:\(directory)/cache.db"
        case .redis(let server):
            let digits = Array("0123456789abcdef")
            // To the worker, which is to reach the very same server.
            let password = server.password.map { secret in
                ":" + secret.reveal().utf8.map { "%\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined() + "@"
            }
            let host = server.host.contains(":") ? "[\(server.host)]" : server.host
            return "redis://\(password ?? "")\(host):\(server.port)/\(server.database)"
        }
    }

    /// Where ids and tokens are kept meanwhile, for people.
    var cacheName: String {
        switch plan.settings.cache {
        case .sqlite:
            "SQLite, a file of its own in \(directory.prefix(upTo: directory.lastIndex(of: "/") ?? directory.endIndex))"
        case .redis(let server): "Redis at \(server.host):\(server.port)"
        }
    }

    // MARK: The cache

    /// Takes what the measurement has left in a server that others use as well.
    func cleanUp(_ cache: any FleetCache, jobs: Int) async throws(FleetCacheError) {
        guard let redis = cache as? RedisFleetCache else { return }
        let batch = 500
        for start in stride(from: 0, to: plan.remembersIDs ? jobs : 0, by: batch) {
            let ids = (start..<min(start + batch, jobs)).map { settings.topology.names.ledgerID(of: id($0)) }
            try await redis.forget(ids, heldBy: nil)
        }
        try await redis.forgetToken(of: appid)
    }
}
