import AMQP
import BrokerSupport
import DeadLetters
import Foundation
import Glibc
import JSON
import Lane
import TestSupport
import Testing
import Worker

/// An installation of a test's own: queues at a real broker, a directory, and the built program to try on them.
final class Yard: QueueSite {
    let lane: Lane
    let broker: PrivateBroker
    let prefix = uniqueName("wx")
    let directory: ReapedDirectory
    let configuration: ConnectionConfiguration
    private let sandboxPort: Int
    private let processes = Shared<[ChildProcess]>([])

    private init(_ lane: Lane, _ broker: PrivateBroker) throws {
        self.lane = lane
        self.broker = broker
        directory = try ReapedDirectory(prefix: "wxpush-dead")
        configuration = try ConnectionConfiguration(url: broker.url)
        sandboxPort = try FreePorts.take(1)[0]
        try write(
            "wxpush.yaml",
            """
            amqp: {url: "\(broker.url)", prefix: \(prefix)}
            cache: {url: "sqlite:cache.db"}
            wechat: {endpoint: "http://127.0.0.1:\(sandboxPort)", timeout: 20s}
            retry: {attempts: 2, first: 1s, max: 1s}
            ops: {listen: off}
            apps:
              mini: {type: mini, appid: wx0000000000000001, secret: mini-secret}
              shop: {type: service, appid: wx0000000000000002, secret: shop-secret}
            """)
        try write(
            "templates/order.yaml",
            """
            order:
              kind: subscribe
              app: mini
              template_id: TPL-order
              data:
                thing1: "{{ title }}"
            """)
    }

    /// Runs a test, and takes everything away after it.
    static func run(broker own: PrivateBroker? = nil, _ body: @escaping @Sendable (Yard) async throws -> Void)
        async throws
    {
        let broker = if let own { own } else { try await PrivateBroker.shared() }
        let lane = try Lane(name: "yard")
        let result = await Task(executorPreference: lane) {
            let yard = try Yard(lane, broker)
            let result = await Task(executorPreference: lane) {
                try await yard.declare(WorkerTopology(prefix: yard.prefix))
                try await body(yard)
            }.result
            for process in yard.processes.value { process.signalGroup(SIGKILL) }
            for process in yard.processes.value { _ = await process.exit() }
            try? await yard.connected { connection in
                try await WorkerTopology(prefix: yard.prefix).delete(on: connection)
                try await connection.deleteQueue("\(yard.prefix)-requeued")
            }
            await yard.directory.remove()
            try result.get()
        }.result
        await lane.stop()
        try result.get()
    }

    var names: QueueNames { QueueNames(prefix: prefix) }

    /// The dead letters, as a page would open them.
    func queue(patience: Duration = .seconds(60), lookAhead: Int = 60_000, round: Duration = .seconds(10)) -> DeadQueue
    {
        DeadQueue(
            names, configuration,
            registry: DeadRegistry(templates: ["order": DeadRegistry.Template(app: "mini", kind: "subscribe")]),
            patience: patience, lookAhead: lookAhead, round: round, on: lane)
    }

    // MARK: Queues

    /// Puts letters among the dead ones.
    func bury(_ letters: [Message], in queue: ShortString? = nil) async throws {
        try await put(letters, on: queue ?? names.dead)
    }

    /// The dead letters' bodies in their order.
    func bodies() async throws -> [String] {
        try await content(of: names.dead).map { String(decoding: $0.body, as: UTF8.self) }
    }

    // MARK: Programs

    func path(_ name: String) -> String { directory.url.appending(path: name).path }

    func write(_ name: String, _ text: String) throws {
        let file = directory.url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// Runs the program to its end.
    ///
    /// - Parameter preparation: What a shell does before.
    func wxpush(
        _ arguments: String..., environment: [String: String] = [:], after preparation: String = ":"
    ) async throws -> Outcome {
        let name = uniqueName("run")
        let process = try start(arguments, name: name, environment: environment, after: preparation)
        return Outcome(status: await process.exit(), output: try text("\(name).out"), errors: try text("\(name).err"))
    }

    /// Starts the program; what it prints goes to files of this name.
    @discardableResult
    func start(
        _ arguments: [String], name: String, environment: [String: String] = [:], after preparation: String = ":"
    ) throws -> ChildProcess {
        // A child process has one file for all that it prints; a shell parts the two streams.
        var setting = ChildProcess.Setting(
            "/bin/sh", ["-c", preparation + #"; exec "$@" 2>"$ERRORS""#, "sh", builtProgram("wxpush").path] + arguments)
        setting.environment = ["PATH": "/usr/bin:/bin", "USER": "tester", "ERRORS": path("\(name).err")]
        setting.environment.merge(environment) { $1 }
        setting.environment[directory.marker.name] = directory.marker.value
        setting.directory = directory.url.path
        setting.output = path("\(name).out")
        let process = try ChildProcess(setting)
        processes.change { $0.append(process) }
        return process
    }

    /// Starts the sandbox and a worker.
    func startWorker() async throws {
        try start(["sandbox", "--listen", "127.0.0.1:\(sandboxPort)"], name: "sandbox")
        try await eventually("the sandbox listens", within: .seconds(60)) {
            try text("sandbox.out").contains("listens on")
        }
        try start(["worker"], name: "worker")
    }

    // MARK: Letters

    /// A dead letter as a worker leaves it.
    static func letter(
        _ id: String?, body: String? = nil, reason: String? = "value_too_long", errcode: Int64? = nil,
        attempts: Int64 = 1, diedAt: Timestamp = .now, change: (inout Properties) -> Void = { _ in }
    ) -> Message {
        var properties = Properties()
        properties.contentType = "application/json"
        properties.deliveryMode = .persistent
        if let id {
            properties.messageID = ShortString(id)
            properties.headers["x-wxpush-id"] = .string(id)
        }
        properties.headers["x-wxpush-reason"] = reason.map { .string($0) }
        properties.headers["x-wxpush-detail"] = "thing1 has 21 characters, WeChat takes 20"
        properties.headers["x-wxpush-errcode"] = errcode.map { .int64($0) }
        properties.headers["x-wxpush-errmsg"] = errcode == nil ? nil : "argument invalid!"
        properties.headers["x-wxpush-attempts"] = .int64(attempts)
        properties.headers["x-wxpush-first-failed-at"] = .string(diedAt.rfc3339)
        properties.headers["x-wxpush-died-at"] = .string(diedAt.rfc3339)
        properties.headers["x-wxpush-worker"] = "w1"
        change(&properties)
        return Message(body: Array((body ?? job(id ?? "none")).utf8), properties: properties)
    }

    /// A job that a worker can send.
    static func job(_ id: String, to openid: String = "oAlice", title: String = "Tea", more: String = "") -> String {
        #"{"id":"\#(id)","to":"\#(openid)","template":"order","params":{"title":"\#(title)"}\#(more)}"#
    }
}

/// How a run of the program has ended.
struct Outcome: CustomStringConvertible {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of standard output that are JSON objects.
    var json: [JSONObject] {
        output.split(separator: "\n").compactMap { (try? JSONValue(parsing: Array($0.utf8)))?.object }
    }

    var description: String { "status \(status)\n\(output)\n\(errors)" }
}

extension DeadQueue {
    /// The ids of the letters that fit, in the queue's order.
    func ids(_ words: String..., at now: Timestamp = .now) async throws -> [String] {
        let found = Shared<[String]>([])
        try await scan(DeadQuery(words: words), at: now, reading: true) { letter in
            if let letter { found.change { $0.append(letter.address) } }
            return true
        }
        return found.value
    }

    /// Does something once, while a look holds the lock.
    func holding(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let outcome = Shared<Result<Void, any Error>?>(nil)
        try await scan(DeadQuery()) { _ in
            guard outcome.value == nil else { return true }
            let result = await Task(executorPreference: self.lane) { try await body() }.result
            outcome.change { $0 = result }
            return true
        }
        try #require(outcome.value).get()
    }
}
