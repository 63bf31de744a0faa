import AMQP
import Foundation
import Glibc
import HTTPClient
import JSON
import Lane
import TestSupport
import Testing

/// An installation in a directory of its own, and the built program to try on it.
///
/// Nothing that the program prints may hold a secret or a whole token: each run looks for them.
final class Bench: Sendable {
    /// What a test may want otherwise.
    struct Options: Sendable {
        /// The broker's URL; one where nobody listens if nil.
        var broker: String?
        /// The cache's URL.
        var cache = "sqlite:cache.db"
        /// Lines of the configuration beside those that every test has.
        var extra: [String] = []
        /// Lines under `apps`.
        var apps = [
            "  mini: {type: mini, appid: wx0000000000000001, secret: \"${MINI_SECRET}\"}",
            "  shop: {type: service, appid: wx0000000000000002, secret: \"${SHOP_SECRET}\", token: classic}",
        ]
        /// What the sandbox is told beside where to listen.
        var sandbox: [String] = []
    }

    static let secrets = ["MINI_SECRET": "mini-secret-0123456789abcdef", "SHOP_SECRET": "shop-secret-fedcba9876543210"]
    /// Passwords that tests put into addresses.
    static let password = "hunter2hunter2"

    let directory: ReapedDirectory
    let prefix = uniqueName("wx")
    private let sandboxPort: Int
    private let processes = Shared<[ChildProcess]>([])

    private init(_ options: Options) throws {
        directory = try ReapedDirectory(prefix: "wxpush-bench")
        sandboxPort = try FreePorts.take(1)[0]
        let broker = try options.broker ?? "amqp://guest:\(Self.password)@127.0.0.1:\(FreePorts.take(1)[0])/"
        let lines = [
            "amqp: {url: \"\(broker)\", prefix: \(prefix)}", "cache: {url: \"\(options.cache)\"}",
            "wechat: {endpoint: \"\(endpoint)\", timeout: 20s}", "ops: {listen: off}", "apps:",
        ]
        try write("wxpush.yaml", (lines + options.apps + options.extra).joined(separator: "\n"))
        try write("templates/order.yaml", Self.template)
    }

    /// Runs a test with an installation, and takes everything away after it.
    static func run(_ options: Options = Options(), _ body: (Bench) async throws -> Void) async throws {
        let bench = try Bench(options)
        do {
            try await body(bench)
        } catch {
            await bench.directory.remove()
            throw error
        }
        await bench.directory.remove()
    }

    static let template = """
        order-paid:
          kind: subscribe
          app: mini
          template_id: -SvDCjf6VG7lGAITKmdhHp6ZBQx1huJdBMO9hFAgI0w
          page: pages/order/index?id={{ order_id }}
          data:
            thing1: "{{ title }}"
            amount3: "{{ amount }}元"
          example: {order_id: A1, title: Tea, amount: "12"}

        """

    var endpoint: String { "http://127.0.0.1:\(sandboxPort)" }

    func path(_ name: String) -> String { directory.url.appending(path: name).path }

    func write(_ name: String, _ text: String) throws {
        let file = directory.url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    // MARK: Programs

    /// Runs the program to its end.
    func wxpush(
        _ arguments: String..., input: String? = nil, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await wxpush(arguments, input: input, environment: environment, sourceLocation: sourceLocation)
    }

    /// Runs the program, with words put together elsewhere, to its end.
    func wxpush(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let name = uniqueName("run")
        var descriptor: Int32?
        if let input {
            try write("\(name).in", input)
            descriptor = open(path("\(name).in"), O_RDONLY | O_CLOEXEC)
        }
        defer { if let descriptor { close(descriptor) } }
        let process = try start(arguments, name: name, input: descriptor, environment: environment)
        let status = await process.exit()
        let outcome = Outcome(status: status, output: text("\(name).out"), errors: text("\(name).err"))
        for secret in Array(Self.secrets.values) + [Self.password] {
            #expect(
                !(outcome.output + outcome.errors).contains(secret), "a secret is shown", sourceLocation: sourceLocation
            )
        }
        let token = /[0-9]{2}_[A-Za-z0-9_-]{120}/
        #expect(!(outcome.output + outcome.errors).contains(token), "a token is shown", sourceLocation: sourceLocation)
        #expect(status < 126, "\(outcome)", sourceLocation: sourceLocation)
        return outcome
    }

    /// Starts the program; what it prints goes to files of this name.
    @discardableResult
    func start(
        _ arguments: [String], name: String, input: Int32? = nil, environment: [String: String] = [:]
    ) throws -> ChildProcess {
        // A child process has one file for all that it prints; a shell parts the two streams.
        let script = #"exec "$@" 2>"$ERRORS""#
        var setting = ChildProcess.Setting("/bin/sh", ["-c", script, "sh", builtProgram("wxpush").path] + arguments)
        setting.environment = Self.secrets.merging(environment) { $1 }
        setting.environment["ERRORS"] = path("\(name).err")
        setting.environment[directory.marker.name] = directory.marker.value
        setting.directory = directory.url.path
        setting.input = input
        setting.output = path("\(name).out")
        return try ChildProcess(setting)
    }

    /// What the file of this name holds; nothing if there is none yet.
    func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }

    /// Starts the sandbox, and waits until it listens.
    func startSandbox(_ arguments: String...) async throws {
        try start(["sandbox", "--listen", "127.0.0.1:\(sandboxPort)"] + arguments, name: "sandbox")
        try await eventually("the sandbox listens", within: .seconds(60)) {
            text("sandbox.out").contains("listens on")
        }
    }

    /// What the sandbox has counted.
    func counters() async throws -> JSONObject {
        let lane = try Lane(name: "test")
        let address = "\(endpoint)/sandbox/counters"
        let result = await Task(executorPreference: lane) {
            let client = HTTPClient(on: lane)
            let result = await Task(executorPreference: lane) { try await client.send(.get(address)) }.result
            await client.close()
            return try result.get().body
        }.result
        await lane.stop()
        return try #require(try JSONValue(parsing: try result.get()).object)
    }

    /// Starts a worker, which takes jobs until the end of the test, and waits until it is up.
    func startWorker() async throws {
        try start(["worker"], name: "worker")
        try await eventually("a worker is up", within: .seconds(60)) { text("worker.err").contains("worker started") }
    }
}

/// How a run of the program has ended.
struct Outcome: CustomStringConvertible {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of standard output that are JSON objects.
    var json: [JSONObject] {
        lines.compactMap { (try? JSONValue(parsing: Array($0.utf8)))?.object }
    }

    /// The lines of standard output.
    var lines: [Substring] { output.split(separator: "\n") }

    var description: String { "status \(status)\n\(output)\n\(errors)" }
}

/// Runs a test with a connection to the broker that all tests share.
func withConnection(_ body: @escaping @Sendable (Connection) async throws -> Void) async throws {
    let lane = try Lane(name: "test")
    let broker = try await PrivateBroker.shared()
    let result = await Task(executorPreference: lane) {
        let connection = try await Connection.open(try ConnectionConfiguration(url: broker.url), on: lane)
        let result = await Task(executorPreference: lane) { try await body(connection) }.result
        await connection.close()
        try result.get()
    }.result
    await lane.stop()
    try result.get()
}

extension Bench {
    /// Takes all messages that wait for workers.
    func jobs() async throws -> [Delivery] {
        let taken = Shared<[Delivery]>([])
        let queue = ShortString("\(prefix).jobs")
        try await withConnection { connection in
            while let delivery = try await connection.fetch(queue) {
                await connection.acknowledge(delivery)
                taken.change { $0.append(delivery) }
            }
        }
        return taken.value
    }

    /// Makes options for tests with the shared broker.
    static func withBroker(_ change: (inout Options) -> Void = { _ in }) async throws -> Options {
        var options = Options()
        options.broker = try await PrivateBroker.shared().url
        change(&options)
        return options
    }
}
