import AMQP
import BrokerSupport
import Foundation
import Glibc
import Lane
import TestSupport
import Worker

/// An installation of a test's own with its page: queues at a real broker, the built program, and a browser in front.
final class Office: QueueSite {
    /// What a test may want otherwise.
    struct Options: Sendable {
        /// What the page asks for; nothing if nil.
        var token: String?
        /// A broker's address in place of the one that all tests share.
        var broker: String?
    }

    let browser: Browser
    let lane: Lane
    let prefix = uniqueName("wx")
    let directory: ReapedDirectory
    let port: Int
    private let sandboxPort: Int
    let configuration: ConnectionConfiguration
    private let processes = Shared<[ChildProcess]>([])

    /// Runs a test, and takes everything away after it.
    static func run(_ options: Options = Options(), _ body: @escaping @Sendable (Office) async throws -> Void)
        async throws
    {
        let url = if let own = options.broker { own } else { try await PrivateBroker.shared().url }
        let browser = try await Browser.fresh()
        let lane = try Lane(name: "office")
        let result = await Task(executorPreference: lane) {
            let office = try Office(options, url, browser, lane)
            let isReal = options.broker == nil
            let result = await Task(executorPreference: lane) {
                if isReal { try await office.declare(WorkerTopology(prefix: office.prefix)) }
                try await body(office)
            }.result
            if case .failure = result { try? await browser.picture("failed-\(office.prefix)") }
            try? await browser.open("about:blank")
            for process in office.processes.value { process.signalGroup(SIGKILL) }
            for process in office.processes.value { _ = await process.exit() }
            if isReal {
                try? await office.connected { connection in
                    try await WorkerTopology(prefix: office.prefix).delete(on: connection)
                    try await connection.deleteQueue("\(office.prefix)-requeued")
                }
            }
            await office.directory.remove()
            try result.get()
        }.result
        await lane.stop()
        try result.get()
    }

    private init(_ options: Options, _ url: String, _ browser: Browser, _ lane: Lane) throws {
        self.browser = browser
        self.lane = lane
        directory = try ReapedDirectory(prefix: "wxpush-office")
        configuration = try ConnectionConfiguration(url: url)
        let ports = try FreePorts.take(2)
        port = ports[0]
        sandboxPort = ports[1]
        let token = options.token.map { ", token: \"\($0)\"" } ?? ""
        try write(
            "wxpush.yaml",
            """
            amqp: {url: "\(url)", prefix: \(prefix), in_flight: 50}
            cache: {url: "sqlite:cache.db"}
            wechat: {endpoint: "http://127.0.0.1:\(ports[1])", timeout: 20s}
            retry: {attempts: 2, first: 1s, max: 1s, probe: 60s}
            ops: {listen: "127.0.0.1:\(port)"\(token)}
            apps:
              mini: {type: mini, appid: wx0000000000000001, secret: mini-secret}
              shop: {type: service, appid: wx0000000000000002, secret: shop-secret}

            """)
        try write(
            "templates/order.yaml",
            """
            order:
              description: 支付成功后通知买家
              kind: subscribe
              app: mini
              template_id: TPL-order
              data:
                thing1: "{{ title }}"
              example: {title: Tea}

            """)
    }

    // MARK: Programs

    /// Starts the page without a worker, and waits until it is there.
    @discardableResult
    func serve() async throws -> ChildProcess {
        try await started("serve", ["dead", "serve", "--listen", "127.0.0.1:\(port)"], "The page is at")
    }

    /// Starts the sandbox and a worker, and waits until its page is there.
    @discardableResult
    func work() async throws -> ChildProcess {
        if processes.value.isEmpty {
            try await started("sandbox", ["sandbox", "--listen", "127.0.0.1:\(sandboxPort)"], "listens on")
        }
        return try await started("worker", ["worker", "--name", "worker-1"], "operations port open")
    }

    /// Starts a program, and waits until it says that it is there.
    @discardableResult
    private func started(_ name: String, _ arguments: [String], _ sign: String) async throws -> ChildProcess {
        let process = try start(name, arguments)
        try await eventually("\(name) is there", within: .seconds(60)) {
            let output = (try? text("\(name).out")) ?? ""
            guard process.isRunning else { throw OfficeError(description: "\(name) has ended: \(output)") }
            return output.contains(sign)
        }
        return process
    }

    private func start(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        var setting = ChildProcess.Setting(builtProgram("wxpush").path, arguments)
        setting.environment = ["PATH": "/usr/bin:/bin", directory.marker.name: directory.marker.value]
        setting.directory = directory.url.path
        setting.output = path("\(name).out")
        let process = try ChildProcess(setting)
        processes.change { $0.append(process) }
        return process
    }

    /// Opens an address of the page.
    func open(_ address: String) async throws { try await browser.open("http://127.0.0.1:\(port)\(address)") }

    // MARK: Files

    func path(_ name: String) -> String { directory.url.appending(path: name).path }

    func write(_ name: String, _ text: String) throws {
        let file = directory.url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
}

/// Why there is no office.
struct OfficeError: Error, CustomStringConvertible {
    /// One sentence.
    let description: String
}
