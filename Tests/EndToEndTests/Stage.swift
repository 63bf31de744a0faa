import AMQP
import Foundation
import HTTPClient
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// An installation of a test's own: queues at a real broker, a sandbox, a cache, and workers as processes of the built executable.
final class Stage: Sendable {
    /// What a test may want otherwise.
    struct Options: Sendable {
        /// The broker; the one that all tests share if nil.
        var broker: PrivateBroker?
        /// The cache's URL; a file if nil.
        var cache: String?
        /// Lines of the configuration beside those that every test has.
        var extra: [String] = []
        /// Lines of the section `wechat` beside the endpoint.
        var wechat: [String] = []
        /// Lines of the section `amqp` beside URL and prefix.
        var amqp: [String] = ["in_flight: 100"]
        /// Lines of the app `mini` beside type, appid and secret.
        var mini: [String] = []
        /// The section `retry`.
        var retry = "{attempts: 3, first: 1s, max: 2s, probe: 2s}"
        /// What the sandbox is told.
        var sandbox = SandboxOptions()

        /// What most tests want.
        init() { sandbox.port = 0 }
    }

    let lane: Lane
    let broker: PrivateBroker
    let prefix: String
    let replies: ShortString
    let directory: ReapedDirectory
    let endpoint: String
    let client: HTTPClient
    let results = Shared<[Delivery]>([])
    let deadLetters = Shared<[Delivery]>([])
    private let publisher: Publisher
    private let workers = Shared<[ChildProcess]>([])

    private init(
        _ options: Options, lane: Lane, broker: PrivateBroker, directory: ReapedDirectory, endpoint: String,
        publisher: Publisher,
        prefix: String, replies: ShortString
    ) throws {
        self.lane = lane
        self.broker = broker
        self.prefix = prefix
        self.replies = replies
        self.directory = directory
        self.endpoint = endpoint
        self.publisher = publisher
        client = HTTPClient(on: lane)
        try writeFiles(options)
    }

    /// Runs a test on an installation, and takes everything away after it.
    static func run(_ options: Options = Options(), _ body: @escaping @Sendable (Stage) async throws -> Void)
        async throws
    {
        let broker = if let own = options.broker { own } else { try await PrivateBroker.shared() }
        let directory = try ReapedDirectory(prefix: "wxpush-stage")
        let (lane, scene) = (try Lane(name: "stage"), try Lane(name: "sandbox"))
        let prefix = uniqueName("wx")
        let replies = ShortString(uniqueName("replies"))
        let configuration = try ConnectionConfiguration(url: broker.url)
        let result = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            let sandbox = Sandbox(options.sandbox, on: scene)
            let replyDeclaration: @Sendable (Connection) async throws(AMQPError) -> Void = {
                connection throws(AMQPError) in
                _ = try await connection.declare(.quorum(replies))
            }
            let publisher = Publisher(configuration, on: lane, prepare: replyDeclaration)
            do {
                let endpoint = try await Task(executorPreference: scene) { try await sandbox.start().url }.value
                let stage = try Stage(
                    options, lane: lane, broker: broker, directory: directory, endpoint: endpoint, publisher: publisher,
                    prefix: prefix, replies: replies)
                let consumers = [
                    Consumer(replies, prefetch: 1000, configuration, on: lane, prepare: replyDeclaration),
                    Consumer("\(prefix).dead", prefetch: 1000, configuration, on: lane),
                ]
                // Declares the queues, as a worker that comes up would.
                try await stage.command("topology", "declare")
                let runs = [
                    Task(executorPreference: lane) { await publisher.run() },
                    Task(executorPreference: lane) { [consumer = consumers[0]] in await consumer.run() },
                    Task(executorPreference: lane) { [consumer = consumers[1]] in await consumer.run() },
                ]
                let readers = [
                    stage.collect(consumers[0], into: stage.results),
                    stage.collect(consumers[1], into: stage.deadLetters),
                ]
                let result = await Task(executorPreference: lane) { try await body(stage) }.result
                stage.killWorkers()
                for run in runs { run.cancel() }
                for run in runs { await run.value }
                for reader in readers { await reader.value }
                await stage.tidy()
                await stage.client.close()
                await Task(executorPreference: scene) { await sandbox.stop() }.value
                return result.map { _ in }
            } catch {
                await Task(executorPreference: scene) { await sandbox.stop() }.value
                return .failure(error)
            }
        }.value
        await lane.stop()
        await scene.stop()
        await directory.remove()
        try result.get()
    }

    private func collect(_ consumer: Consumer, into list: Shared<[Delivery]>) -> Task<Void, Never> {
        Task(executorPreference: lane) {
            for await delivery in consumer.deliveries {
                list.change { $0.append(delivery) }
                await consumer.acknowledge(delivery)
            }
        }
    }

    private func tidy() async {
        guard let connection = try? await Connection.open(try ConnectionConfiguration(url: broker.url), on: lane) else {
            return
        }
        _ = try? await connection.deleteQueue(replies)
        await connection.close()
        _ = try? await command("topology", "delete", "--yes")
    }

    // MARK: Jobs

    /// Puts a job on the queue.
    func send(
        _ body: String, _ change: (inout Properties) -> Void = { _ in }
    ) async throws {
        try await send(bytes: Array(body.utf8), change)
    }

    /// Puts any bytes on the queue.
    func send(bytes: [UInt8], _ change: (inout Properties) -> Void = { _ in }) async throws {
        var properties = Properties()
        properties.deliveryMode = .persistent
        properties.replyTo = replies
        change(&properties)
        while true {
            do throws(PublishError) {
                return try await publisher.publish(
                    Message(body: bytes, properties: properties), to: .queue("\(prefix).jobs"))
            } catch {
                // A quorum queue may refuse for a moment after it was declared, and a broker that was killed comes back.
                if case .invalid = error { throw error }
                try await lane.sleep(for: .milliseconds(50))
            }
        }
    }

    /// A job of the template `notice` for an openid.
    static func job(_ id: String, to openid: String = "oAlice", more: String = "") -> String {
        #"{"id":"\#(id)","to":"\#(openid)","template":"notice","params":{"title":"晴天咖啡","order":"A-17"}\#(more)}"#
    }

    /// The results that have come for an id.
    func results(of id: String) -> [JSONObject] {
        results.value.compactMap { try? JSONValue(parsing: $0.body).object }.filter { $0["id"]?.string == id }
    }

    /// Waits for the result of an id.
    @discardableResult
    func result(of id: String, within limit: Duration = .seconds(60)) async throws -> JSONObject {
        try await eventually("the result of \(id); \(tail())", within: limit) { !self.results(of: id).isEmpty }
        return try #require(results(of: id).first)
    }

    /// The dead letter of an id.
    func foundDeadLetter(of id: String) -> Delivery? {
        deadLetters.value.last { $0.properties.headers["x-wxpush-id"]?.text == id }
    }

    /// Waits for a dead letter.
    @discardableResult
    func deadLetter(of id: String) async throws -> Delivery {
        try await eventually("the dead letter of \(id)") { self.foundDeadLetter(of: id) != nil }
        return try #require(foundDeadLetter(of: id))
    }

    // MARK: Workers

    /// Starts a worker.
    @discardableResult
    func startWorker(_ name: String = "w1", environment: [String: String] = [:]) throws -> ChildProcess {
        var setting = ChildProcess.Setting(
            builtProgram("wxpush").path, ["worker", "--config", configurationPath, "--name", name])
        setting.environment = [directory.marker.name: directory.marker.value].merging(environment) { $1 }
        setting.output = directory.url.appending(component: "\(name)-\(workers.value.count).log").path
        setting.directory = directory.url.path
        let worker = try ChildProcess(setting)
        workers.change { $0.append(worker) }
        return worker
    }

    func killWorkers() { for worker in workers.value { worker.signalGroup(SIGKILL) } }

    /// Runs a command of the executable to its end.
    @discardableResult
    func command(_ arguments: String...) async throws -> String {
        var setting = ChildProcess.Setting(builtProgram("wxpush").path, arguments + ["--config", configurationPath])
        setting.environment = [directory.marker.name: directory.marker.value]
        setting.directory = directory.url.path
        return try await ChildProcess.run(setting, scratch: directory.url, limit: .seconds(60))
    }

    /// Everything that workers have logged.
    func logs() -> String {
        let files =
            (try? FileManager.default.contentsOfDirectory(at: directory.url, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "log" }.sorted { $0.path < $1.path }
            .compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined()
    }

    private func tail() -> String { String(logs().suffix(1500)) }

    // MARK: The sandbox

    /// Looks at the sandbox, or changes it if there is a body.
    @discardableResult
    func control(_ path: String, _ body: String? = nil) async throws -> JSONObject {
        var request = body.map { HTTPRequest.post(endpoint + path, .json(Array($0.utf8))) } ?? .get(endpoint + path)
        // Tens of thousands of messages.
        request.responseLimit = 1 << 30
        let response = try await client.send(request)
        #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONValue(parsing: response.body).object ?? JSONObject()
    }

    /// The messages that the sandbox has accepted for an openid.
    func accepted(by openid: String) async throws -> [JSONObject] {
        try await control("/sandbox/messages?openid=\(openid)&limit=10000")["messages"]?.array?.compactMap(\.object)
            ?? []
    }

    // MARK: Files

    var configurationPath: String { directory.url.appending(component: "wxpush.yaml").path }
    var templatesURL: URL { directory.url.appending(component: "templates") }

    private func writeFiles(_ options: Options) throws {
        try FileManager.default.createDirectory(at: templatesURL, withIntermediateDirectories: true)
        try Self.templates.write(to: templatesURL.appending(component: "all.yaml"), atomically: true, encoding: .utf8)
        let cache = options.cache ?? "sqlite:\(directory.url.appending(component: "cache.db").path)"
        let text = """
            amqp:
              url: \(broker.url)
              prefix: \(prefix)
            \(options.amqp.map { "  \($0)\n" }.joined())
            cache:
              url: \(cache)
            wechat:
              endpoint: \(endpoint)
            \(options.wechat.map { "  \($0)\n" }.joined())
            apps:
              mini:
                type: mini
                appid: wxmini
                secret: mini-secret
            \(options.mini.map { "    \($0)\n" }.joined())
              service:
                type: service
                appid: wxservice
                secret: service-secret
            templates: templates/
            retry: \(options.retry)
            ops:
              listen: off
            log:
              level: debug
            \(options.extra.joined(separator: "\n"))

            """
        try text.write(toFile: configurationPath, atomically: true, encoding: .utf8)
    }

    private static let templates = """
        notice:
          kind: subscribe
          app: mini
          template_id: TPL-notice
          page: pages/order?id={{ order }}
          data:
            thing1: "{{ title }}"
            character_string2: "{{ order }}"
        paid:
          kind: template
          app: service
          template_id: TPL-paid
          url: https://example.org/o/{{ order }}
          data:
            keyword1: "{{ title }}"
            keyword2: "{{ order }}"
        hello:
          kind: customer
          app: service
          msgtype: text
          text:
            content: "您好，{{ title }}"

        """
}
