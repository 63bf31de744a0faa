import AMQP
import BrokerSupport
import Foundation
import HTTPClient
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// The page as people have it: a real worker, or `wxpush dead serve`, with a broker, a sandbox in WeChat's place, a cache and a folder of
/// templates.
final class PageSite: QueueSite {
    static let token = "page-token-7f3a"
    static let secret = "app-secret-51c9"

    let lane: Lane
    let prefix = uniqueName("page")
    let directory: ReapedDirectory
    let sandbox: String
    private let broker: PrivateBroker
    private let client: HTTPClient
    private let children = Shared<[ChildProcess]>([])

    /// Runs a test on a site, and takes everything away after it.
    static func run(_ body: @escaping @Sendable (PageSite) async throws -> Void) async throws {
        let broker = try await PrivateBroker.shared()
        let directory = try ReapedDirectory(prefix: "wxpush-page")
        let lane = try Lane(name: "page-site")
        let result = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            var options = SandboxOptions()
            options.port = 0
            let sandbox = Sandbox(options, on: lane)
            var result: Result<Void, any Error>
            do {
                let site = try PageSite(lane, broker, directory, try await sandbox.start().url)
                // A broker with much to do may leave the first call without an answer.
                try await eventually("the queues are there") {
                    (try? await site.command("topology", "declare")) != nil
                }
                result = await Task(executorPreference: lane) { try await body(site) }.result
                for child in site.children.value {
                    child.signalGroup(SIGKILL)
                    _ = await child.exit()
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

    private init(_ lane: Lane, _ broker: PrivateBroker, _ directory: ReapedDirectory, _ sandbox: String) throws {
        self.lane = lane
        self.broker = broker
        self.directory = directory
        self.sandbox = sandbox
        client = HTTPClient(on: lane)
        try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
        try write(template: "notice")
        try configure()
    }

    // MARK: Files

    var templates: URL { directory.url.appending(component: "templates") }

    /// Writes the configuration, with anything in the place of broker and cache.
    ///
    /// The app has a ceiling: under one, jobs ask twice whether it is paused.
    func configure(broker url: String? = nil, cache: String? = nil, withSecondApp: Bool = false) throws {
        let cache = cache ?? "sqlite:\(directory.url.appending(component: "cache.db").path)"
        try """
        amqp: {url: "\(url ?? broker.url)", prefix: \(prefix), in_flight: 50}
        cache: {url: "\(cache)"}
        wechat: {endpoint: "\(sandbox)", timeout: 2s}
        apps:
          mini: {type: mini, appid: wxmini, secret: \(Self.secret), rate: 200/s}
          \(withSecondApp ? "shop: {type: service, appid: wxshop, secret: \(Self.secret)}" : "")
        templates: templates/
        retry: {attempts: 2, first: 1s, max: 1s, probe: 15s}
        ops: {listen: "127.0.0.1:0", token: \(Self.token)}
        log: {level: debug}

        """.write(to: directory.url.appending(component: "wxpush.yaml"), atomically: true, encoding: .utf8)
    }

    /// Writes a file with one template, or one with a fault in it.
    func write(template name: String, isFaulty: Bool = false) throws {
        try """
        \(name):
          kind: \(isFaulty ? "carrier-pigeon" : "subscribe")
          app: mini
          template_id: TPL-\(name)
          example: {title: Tea}
          data:
            thing1: "{{ title }}"

        """.write(to: templates.appending(component: "\(name).yaml"), atomically: true, encoding: .utf8)
    }

    // MARK: Processes

    /// A process that serves the page.
    struct Server: Sendable {
        let site: PageSite
        let process: ChildProcess
        let port: Int
        let address: String

        func get(_ path: String, token: String? = PageSite.token) async throws -> (status: Int, text: String) {
            try await site.send(.get(address + path), token)
        }

        func post(
            _ path: String, _ body: String, token: String? = PageSite.token
        ) async throws -> (status: Int, text: String) {
            try await site.send(.post(address + path, .json(Array(body.utf8))), token)
        }

        /// Logs in as a browser does; returns the cookie, and what changes have to carry.
        func logIn() async throws -> (cookie: String, proof: String) {
            let body = Array(#"{"token":"\#(PageSite.token)"}"#.utf8)
            let answer = try await site.client.send(.post(address + "/api/session", .json(body)))
            let cookie = try #require(answer.value(of: "Set-Cookie"))
            let session = try #require(try JSONValue(parsing: answer.body).object)
            return (String(cookie.prefix { $0 != ";" }), try #require(session["csrf"]?.string))
        }

        /// Logs out again.
        func logOut(_ cookie: String, _ proof: String) async throws {
            let peer = try Peer.connect(port: port, limit: 60)
            defer { peer.close() }
            let fields = [
                "Host: 127.0.0.1", "Cookie: \(cookie)", "X-Wxpush-CSRF: \(proof)", "Content-Type: application/json",
                "Connection: close",
            ]
            let head = "DELETE /api/session HTTP/1.1\r\n\(fields.joined(separator: "\r\n"))\r\n\r\n"
            try peer.write(Array(head.utf8))
            let answer = try await peer.read("\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 204 "), "\(answer)")
        }

        /// How things are, as the page shows it.
        func now() async throws -> JSONObject {
            let (status, text) = try await get("/api/overview")
            #expect(status == 200)
            return try #require(try JSONValue(parsing: Array(text.utf8)).object?.at("now")?.object)
        }

        /// Waits until the page shows something, and returns all of it.
        @discardableResult
        func await(_ what: String, _ condition: (JSONObject) -> Bool) async throws -> JSONObject {
            var last = JSONObject()
            do {
                try await eventually(what, within: .seconds(60), every: .milliseconds(100)) {
                    last = try await now()
                    return condition(last)
                }
            } catch {
                Issue.record("\(error); \(JSONValue.object(last).description.prefix(2000))")
                throw error
            }
            return last
        }
    }

    /// Starts a worker, and returns when its port is open.
    func worker() async throws -> Server {
        let server = try await start("worker", "--name", "w1") { line in
            line.contains("operations port open") ? line : nil
        }
        try await server.await("it works") { $0["ready"]?.bool == true }
        return server
    }

    /// Starts `wxpush dead serve`.
    func serve() async throws -> Server {
        try await start("dead", "serve", "--listen", "127.0.0.1:0") { $0.contains("http://") ? $0 : nil }
    }

    private func start(_ arguments: String..., announced: (String) -> String?) async throws -> Server {
        let log = directory.url.appending(component: "\(arguments[0]).log")
        var setting = setting(arguments)
        setting.output = log.path
        let process = try ChildProcess(setting)
        children.change { $0.append(process) }
        var port: String?
        try await eventually("\(arguments) listens", within: .seconds(60)) {
            let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            guard process.isRunning else { throw ConditionFailed(detail: text) }
            let line = text.split(separator: "\n").compactMap { announced(String($0)) }.first
            port = line?.split(separator: "127.0.0.1:").last.map { String($0.prefix { $0.isNumber }) }
            return port?.isEmpty == false
        }
        let number = try #require(port.flatMap { Int($0) })
        return Server(site: self, process: process, port: number, address: "http://127.0.0.1:\(number)")
    }

    private struct ConditionFailed: Error { let detail: String }

    /// Runs a command of the executable to its end.
    func command(_ arguments: String...) async throws -> String {
        try await ChildProcess.run(setting(arguments), scratch: directory.url, limit: .seconds(60))
    }

    private func setting(_ arguments: [String]) -> ChildProcess.Setting {
        let path = directory.url.appending(component: "wxpush.yaml").path
        var setting = ChildProcess.Setting(builtProgram("wxpush").path, arguments + ["--config", path])
        setting.environment = [directory.marker.name: directory.marker.value]
        setting.directory = directory.url.path
        return setting
    }

    // MARK: Jobs, WeChat, requests

    var configuration: ConnectionConfiguration { get throws { try ConnectionConfiguration(url: broker.url) } }

    /// Puts jobs of the template `notice` on the queue.
    func send(_ recipients: [String], ids: String) async throws {
        let bodies = recipients.enumerated().map { number, to in
            #"{"id":"\#(ids)-\#(number)","to":"\#(to)","template":"notice","params":{"title":"x"}}"#
        }
        try await put(bodies, on: "\(prefix).jobs")
    }

    /// Changes something at the sandbox.
    func control(_ path: String, _ body: String) async throws {
        let answer = try await client.send(.post(sandbox + path, .json(Array(body.utf8))))
        #expect(answer.status == 200)
    }

    private func send(_ request: HTTPRequest, _ token: String?) async throws -> (status: Int, text: String) {
        var request = request
        if let token { request.headers.append(HTTPField("Authorization", "Bearer \(token)")) }
        let answer = try await client.send(request)
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }
}
