import Foundation
import HTTPClient
import HTTPServer
import JSON
import Lane
import Operations
import Telemetry
import TestSupport
import Testing

@testable import Console
@testable import Worker

/// The overview and the templates of the page on a server of their own, with facts that a test sets.
final class OverviewStand: OverviewSource {
    let mode: ConsoleMode
    let metrics: WorkerMetrics?
    let lane: Lane
    let known = Shared(OverviewFacts())
    /// What WeChat says of an allowance.
    let allowance = Shared<Result<[QuotaLine], QuotaFailure>>(.success([]))
    /// How often it was asked, and whether it may answer.
    let questions = Shared((count: 0, mayAnswer: true))
    /// Whether those who listen still may.
    let isWelcome = Shared(true)
    let shelf = TemplateShelf()
    let hub: EventHub
    private let numbers: Metrics
    private let client: HTTPClient
    private let openPort = Shared(0)
    private let server = Shared<HTTPServer?>(nil)

    /// Runs a test on the stand's lane, and ends everything.
    static func run(
        _ mode: ConsoleMode = .worker, patience: Duration = .seconds(15),
        _ body: @escaping @Sendable (OverviewStand) async throws -> Void
    ) async throws {
        let lane = try Lane(name: "overview")
        let result = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            let stand = OverviewStand(mode, patience, lane)
            let desk = OverviewDesk(stand, stand.hub, on: lane)
            let templates = TemplateDesk(stand.shelf)
            var configuration = ServerConfiguration()
            configuration.stopLimit = .seconds(2)
            configuration.idleLimit = .seconds(5)
            let server = HTTPServer(configuration, on: lane) { request in
                switch request.path {
                case "/api/overview": desk.overview(request)
                case "/api/events": desk.events(request) { stand.isWelcome.value }
                case "/api/quota": desk.quota(request)
                case "/api/templates": templates.list(request)
                case "/api/templates/render": templates.render(request)
                default: .drop
                }
            }
            var result: Result<Void, any Error>
            do {
                try await server.start()
                let port = await server.port ?? 0
                stand.openPort.change { $0 = port }
                stand.server.change { $0 = server }
                await desk.start()
                result = await Task(executorPreference: lane) { try await body(stand) }.result
            } catch {
                result = .failure(error)
            }
            await desk.stop()
            await stand.client.close()
            await server.stop()
            return result
        }.value
        await lane.stop()
        try result.get()
    }

    private init(_ mode: ConsoleMode, _ patience: Duration, _ lane: Lane) {
        self.mode = mode
        self.lane = lane
        numbers = Metrics()
        metrics = mode == .worker ? WorkerMetrics(in: numbers) : nil
        hub = EventHub(on: lane, patience: patience)
        client = HTTPClient(on: lane)
    }

    // MARK: Facts

    func queues() -> OverviewFacts.Queues? { known.value.queues }

    func facts() -> OverviewFacts { known.value }

    func quota(of app: String) async throws(QuotaFailure) -> [QuotaLine] {
        questions.change { $0.count += 1 }
        while !questions.value.mayAnswer, !Task.isCancelled { try? await lane.sleep(for: .milliseconds(5)) }
        return try allowance.value.get()
    }

    /// Counts finished jobs as a lane of a worker does.
    func count(_ app: String, _ status: Verdict.Status, _ reason: String = "", times: UInt64 = 1) {
        guard let metrics else { return }
        let shard = numbers.shard(on: lane)
        shard[metrics.jobs, app, "subscribe", "notice", status.rawValue, reason].add(times)
    }

    // MARK: Asking

    var port: Int { openPort.value }

    /// How many connections are open.
    var connections: Int {
        get async { await server.value?.connections ?? 0 }
    }

    func get(_ path: String) async throws -> (status: Int, json: JSONObject) {
        try await send(.get("http://127.0.0.1:\(port)\(path)"))
    }

    func post(_ path: String, _ body: String) async throws -> (status: Int, json: JSONObject) {
        try await send(.post("http://127.0.0.1:\(port)\(path)", .json(Array(body.utf8))))
    }

    private func send(_ request: HTTPRequest) async throws -> (status: Int, json: JSONObject) {
        let answer = try await client.send(request)
        return (answer.status, try #require(try JSONValue(parsing: answer.body).object))
    }

    /// Somebody who listens to the events; nothing is read of them by itself.
    func listen() throws -> Peer {
        let peer = try Peer.connect(port: port, limit: 60)
        try peer.write(Array("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        return peer
    }
}

extension Peer {
    /// Reads until a text has come so often, from a thread that may block; returns all that came.
    func read(_ text: String, times: Int = 1, after seen: String = "") async throws -> String {
        try await onOwnThread {
            var all = seen
            while all.split(separator: text, omittingEmptySubsequences: false).count <= times {
                let part = try self.readAvailable()
                if part.isEmpty { throw Failure.closed }
                all += String(decoding: part, as: UTF8.self)
            }
            return all
        }
    }

    /// Reads until a text has come, and keeps nothing of what comes before.
    func skip(to text: String) async throws {
        try await onOwnThread {
            var tail: [UInt8] = []
            while !String(decoding: tail, as: UTF8.self).contains(text) {
                let part = try self.readAvailable()
                if part.isEmpty { throw Failure.closed }
                // What matters is small, and what comes before it is not.
                tail = Array((tail + part.suffix(8192)).suffix(8192))
            }
        }
    }

    /// Whether the other side ends the connection, however much it sends before.
    func awaitEnd() async throws {
        try await onOwnThread {
            do { try self.drain() } catch Failure.reset {}
        }
    }
}

extension JSONObject {
    /// The value at a path of keys and places, as `now.apps.0.name`.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: ".").reduce(.object(self)) { value, step in
            guard let value else { return nil }
            if let place = Int(step), let list = value.array { return list.indices.contains(place) ? list[place] : nil }
            return value.object?[String(step)]
        }
    }
}
