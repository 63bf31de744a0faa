import AMQP
import BrokerSupport
import Foundation
import HTTPClient
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// A worker's whole surroundings: queues at a real broker, a sandbox, a cache, and a port to ask.
final class Site: QueueSite {
    /// What a test may want otherwise.
    struct Options: Sendable {
        /// The broker; the one that all tests share if nil.
        var broker: PrivateBroker?
        /// The cache's URL; a file if nil.
        var cache: String?
        /// How the worker reaches the broker; as anybody does if nil.
        var brokerURL: String?
        /// What the queues begin with.
        var prefix = uniqueName("ops")
        /// How long a call of WeChat may take.
        var timeout = "2s"
        /// The section `ops`; a free port of this machine if nil.
        var ops: String?
        /// The section `amqp` beside URL and prefix.
        var amqp = "in_flight: 50"
        /// Lines of the configuration beside the usual ones.
        var extra: [String] = []
    }

    let lane: Lane
    let broker: PrivateBroker
    let prefix: String
    let directory: ReapedDirectory
    let endpoint: String
    let port: Int
    private let client: HTTPClient
    private let workers = Shared<[ChildProcess]>([])

    /// Runs a test on a site, and takes everything away after it.
    static func run(
        _ options: Options = Options(), _ body: @escaping @Sendable (Site) async throws -> Void
    ) async throws {
        let broker = if let own = options.broker { own } else { try await PrivateBroker.shared() }
        let directory = try ReapedDirectory(prefix: "wxpush-ops")
        let lane = try Lane(name: "site")
        let result = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            var sandboxOptions = SandboxOptions()
            sandboxOptions.port = 0
            let sandbox = Sandbox(sandboxOptions, on: lane)
            var result: Result<Void, any Error>
            do {
                let site = try Site(options, lane, broker, directory, try await sandbox.start().url)
                // A broker with much to do may leave the first call without an answer.
                try await eventually("the queues are there") {
                    (try? await site.command("topology", "declare")) != nil
                }
                result = await Task(executorPreference: lane) { try await body(site) }.result
                for worker in site.workers.value {
                    worker.signalGroup(SIGKILL)
                    _ = await worker.exit()
                }
                _ = try? await site.command("topology", "delete", "--yes")
                await site.client.close()
            } catch {
                result = .failure(error)
            }
            await sandbox.stop()
            return result
        }.value
        await lane.stop()
        await directory.remove()
        try result.get()
    }

    private init(
        _ options: Options, _ lane: Lane, _ broker: PrivateBroker, _ directory: ReapedDirectory, _ endpoint: String
    ) throws {
        self.lane = lane
        self.broker = broker
        prefix = options.prefix
        self.directory = directory
        self.endpoint = endpoint
        port = try FreePorts.take(1)[0]
        client = HTTPClient(on: lane)
        let cache = options.cache ?? "sqlite:\(directory.url.appending(component: "cache.db").path)"
        let text = """
            amqp: {url: "\(options.brokerURL ?? broker.url)", prefix: \(prefix), \(options.amqp)}
            cache: {url: "\(cache)"}
            wechat: {endpoint: "\(endpoint)", timeout: \(options.timeout)}
            apps:
              mini: {type: mini, appid: wxmini, secret: mini-secret}
            templates: templates/
            retry: {attempts: 2, first: 1s, max: 1s, probe: 3s}
            ops: \(options.ops ?? "{listen: \"127.0.0.1:\(port)\"}")
            log: {level: debug}
            \(options.extra.joined(separator: "\n"))

            """
        try text.write(toFile: configurationPath, atomically: true, encoding: .utf8)
        let templates = directory.url.appending(component: "templates")
        try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
        try """
        notice:
          kind: subscribe
          app: mini
          template_id: TPL-notice
          data:
            thing1: "{{ title }}"

        """.write(to: templates.appending(component: "all.yaml"), atomically: true, encoding: .utf8)
    }

    private var configurationPath: String { directory.url.appending(component: "wxpush.yaml").path }

    /// Changes the configuration.
    func rewrite(_ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: configurationPath, encoding: .utf8)
        try text.replacing(old, with: new).write(toFile: configurationPath, atomically: true, encoding: .utf8)
    }

    // MARK: Workers and commands

    /// Starts a worker.
    @discardableResult
    func startWorker(_ name: String = "w1", environment: [String: String] = [:]) throws -> ChildProcess {
        var setting = setting(["worker", "--name", name])
        setting.environment.merge(environment) { $1 }
        setting.output = directory.url.appending(component: "\(name).log").path
        let worker = try ChildProcess(setting)
        workers.change { $0.append(worker) }
        return worker
    }

    /// Runs a command of the executable to its end.
    func command(_ arguments: String...) async throws -> String {
        try await ChildProcess.run(setting(arguments), scratch: directory.url, limit: .seconds(60))
    }

    private func setting(_ arguments: [String]) -> ChildProcess.Setting {
        var setting = ChildProcess.Setting(builtProgram("wxpush").path, arguments + ["--config", configurationPath])
        setting.environment = [directory.marker.name: directory.marker.value]
        setting.directory = directory.url.path
        return setting
    }

    /// What a worker has logged.
    func log(of name: String = "w1") -> String {
        (try? String(contentsOf: directory.url.appending(component: "\(name).log"), encoding: .utf8)) ?? ""
    }

    // MARK: Jobs

    var configuration: ConnectionConfiguration { get throws { try ConnectionConfiguration(url: broker.url) } }

    /// Puts jobs of the template `notice` on the queue.
    func send(_ jobs: [(id: String, to: String)], _ change: (inout Properties) -> Void = { _ in }) async throws {
        try await send(
            jobs.map { #"{"id":"\#($0.id)","to":"\#($0.to)","template":"notice","params":{"title":"x"}}"# }, change)
    }

    /// Puts any bodies on the queue.
    func send(_ bodies: [String], _ change: (inout Properties) -> Void = { _ in }) async throws {
        try await put(bodies, on: "\(prefix).jobs", change)
    }

    /// Changes something at the sandbox.
    func control(_ path: String, _ body: String) async throws {
        let answer = try await client.send(.post(endpoint + path, .json(Array(body.utf8))))
        #expect(answer.status == 200)
    }

    // MARK: The port

    /// Asks the worker.
    func ask(_ path: String, token: String? = nil) async throws -> (status: Int, text: String) {
        var request = HTTPRequest.get("http://127.0.0.1:\(port)\(path)")
        if let token { request.headers = [HTTPField("Authorization", "Bearer \(token)")] }
        let answer = try await client.send(request)
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    /// The status that somebody at any address answers with.
    func askAnywhere(_ url: String, token: String?) async throws -> Int {
        var request = HTTPRequest.get(url)
        if let token { request.headers = [HTTPField("Authorization", "Bearer \(token)")] }
        return try await client.send(request).status
    }

    /// The readiness, or nil while the port is not open.
    func readiness() async -> (isReady: Bool, text: String)? {
        guard let answer = try? await ask("/readyz") else { return nil }
        return (answer.status == 200, answer.text)
    }

    /// Waits until the worker says that it can work, or that it cannot, naming a part.
    func awaitReadiness(_ wanted: Bool, naming part: String? = nil) async throws {
        try await eventually("ready: \(wanted), \(part ?? "")", within: .seconds(60)) {
            guard let (isReady, text) = await readiness() else { return false }
            return isReady == wanted && (part.map { text.contains(#""part":"\#($0)""#) } ?? true)
        }
    }

    /// The numbers by name and labels, as they stand in the text.
    func numbers() async throws -> [String: Double] {
        let text = try await ask("/metrics").text
        var numbers: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            numbers[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
        return numbers
    }

    /// Waits until a number is what it should be.
    func await(_ name: String, _ value: Double) async throws {
        var last: Double?
        do {
            try await eventually(name, within: .seconds(60)) {
                last = try? await numbers()[name]
                return last == value
            }
        } catch {
            Issue.record("\(name) is \(last.map { "\($0)" } ?? "not there") and not \(value); \(log().suffix(1000))")
        }
    }
}
