import AMQP
import BrokerSupport
import Foundation
import Glibc
import HTTPClient
import JSON
import TestSupport
import Testing
import Worker

/// `wxpush dead serve`, and somebody who asks it as a page's script does.
final class Page: Sendable {
    let process: ChildProcess
    let url: String
    private let yard: Yard
    private let client: HTTPClient
    private let name: String
    /// What a change has to carry; empty for somebody who is not logged in.
    let proof: String
    /// The cookie of the session; empty without one.
    let cookie: String

    /// Serves the page of an installation, and opens it.
    static func open(_ yard: Yard, token: String? = nil, name: String = uniqueName("page")) async throws -> Page {
        var arguments = ["dead", "serve", "--listen", "127.0.0.1:0", "--json"]
        if let token {
            let text = try yard.text("wxpush.yaml").replacing("{listen: off}", with: "{listen: off, token: \(token)}")
            try yard.write("\(name).yaml", text)
            arguments += ["--config", "\(name).yaml"]
        }
        let process = try yard.start(arguments, name: name)
        try await eventually("the page is served", within: .seconds(60)) {
            try !process.isRunning || yard.text("\(name).out").hasSuffix("}\n")
        }
        let said = try JSONValue(parsing: Array(yard.text("\(name).out").utf8))
        let url = try #require(said.object?["url"]?.string, "\(name) has not said where it is")
        let client = HTTPClient(on: yard.lane)
        let session = try await client.send(.get(url + "api/session"))
        let proof = try JSONValue(parsing: session.body).object?["csrf"]?.string ?? ""
        return Page(process, url, yard, client, name, proof: proof, cookie: "")
    }

    private init(
        _ process: ChildProcess, _ url: String, _ yard: Yard, _ client: HTTPClient, _ name: String, proof: String,
        cookie: String
    ) {
        self.process = process
        self.url = url
        self.yard = yard
        self.client = client
        self.name = name
        self.proof = proof
        self.cookie = cookie
    }

    /// The same page for somebody who has logged in.
    func loggedIn(_ token: String) async throws -> Page {
        let body: JSONValue = ["token": .string(token)]
        let answer = try await client.send(.post(url + "api/session", .json(body.bytes)))
        let proof = try #require(try JSONValue(parsing: answer.body).object?["csrf"]?.string)
        let cookie = try #require(answer.value(of: "Set-Cookie")?.split(separator: ";").first)
        return Page(process, url, yard, client, name, proof: proof, cookie: String(cookie))
    }

    /// What it has logged.
    var log: String { (try? yard.text("\(name).err")) ?? "" }

    /// Ends it.
    func close() async throws {
        await client.close()
        process.signalGroup(SIGTERM)
        #expect(await process.exit() == 0)
    }

    // MARK: Asking

    /// Asks for something.
    func get(_ path: String, limit: Int? = 64 << 20) async throws -> (status: Int, body: [UInt8]) {
        var request = HTTPRequest.get(url + path)
        request.responseLimit = limit
        request.timeout = .seconds(120)
        if !cookie.isEmpty { request.headers = [HTTPField("Cookie", cookie)] }
        let answer = try await client.send(request)
        return (answer.status, answer.body)
    }

    /// Asks for something that is there.
    func object(_ path: String) async throws -> JSONObject {
        let (status, body) = try await get(path)
        try #require(status == 200, "\(path): \(String(decoding: body, as: UTF8.self))")
        return try #require(try JSONValue(parsing: body).object)
    }

    /// Wants something changed.
    func post(_ path: String, _ body: JSONValue) async throws -> (status: Int, object: JSONObject) {
        var request = HTTPRequest.post(url + path, .json(body.bytes))
        request.headers = [HTTPField("X-Wxpush-CSRF", proof)]
        if !cookie.isEmpty { request.headers.append(HTTPField("Cookie", cookie)) }
        request.timeout = .seconds(120)
        let answer = try await client.send(request)
        return (answer.status, try JSONValue(parsing: answer.body).object ?? JSONObject())
    }

    // MARK: Deeds

    /// Counts letters; returns the snapshot's id.
    func freeze(_ query: String, count: Int) async throws -> String {
        let (status, snapshot) = try await post("api/dead/snapshot", ["query": .string(query)])
        #expect(status == 200 && snapshot["count"]?.integer == Int64(count), "\(snapshot)")
        return try #require(snapshot["snapshot"]?.string)
    }

    /// Drops what an export of a snapshot holds.
    func drop(_ snapshot: String, _ export: [UInt8]) async throws -> (status: Int, object: JSONObject) {
        let receipt = try #require(Self.end(of: export)?["receipt"])
        return try await post("api/dead/drop", ["snapshot": .string(snapshot), "receipt": receipt])
    }

    /// The last line of an export.
    static func end(of export: [UInt8]) -> JSONObject? {
        guard let line = export.split(separator: 0x0A).last, let object = (try? JSONValue(parsing: Array(line)))?.object
        else { return nil }
        return object["wxpush_export_end"]?.integer == 1 ? object : nil
    }

    /// Waits for the end of a run.
    func end(of run: JSONObject) async throws -> JSONObject {
        let id = try #require(run["run"]?.string, "\(run)")
        var last = run
        try await eventually("the run has ended", within: .seconds(120)) {
            let runs = try await object("api/dead/runs")["runs"]?.array ?? []
            last = try #require(runs.compactMap(\.object).first { $0["run"]?.string == id })
            return last["state"]?.string != "running"
        }
        return last
    }

    /// Sends all letters of a query again, and waits for the end.
    func requeue(_ query: String, count: Int, _ more: JSONValue = [:]) async throws -> JSONObject {
        try await end(of: try await begin(query, count: count, more))
    }

    /// Begins to send all letters of a query again.
    func begin(_ query: String, count: Int, _ more: JSONValue = [:]) async throws -> JSONObject {
        var order = more.object ?? JSONObject()
        order["snapshot"] = .string(try await freeze(query, count: count))
        let (status, run) = try await post("api/dead/requeue", .object(order))
        #expect(status == 202, "\(run)")
        return run
    }
}

extension Yard {
    /// How many letters are ready among the dead ones, and how many jobs.
    func depths() async throws -> (dead: Int, jobs: Int) {
        try await connected {
            (
                try await $0.status(of: names.dead).readyMessages,
                try await $0.status(of: names.jobs).readyMessages
            )
        }
    }
}
