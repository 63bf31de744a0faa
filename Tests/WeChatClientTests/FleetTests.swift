import FleetCache
import FleetCacheRedis
import FleetCacheSQLite
import Foundation
import HTTPClient
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// What a fleet does when WeChat rejects its token: eight processes, 500 callers each.
@Suite(.serialized) struct FleetTests {
    private static let processes = 8
    private static let callers = 500

    @Test(arguments: [Place.sqlite, .redis])
    func `one call brings a new token for everybody`(place: Place) async throws {
        try await Stage.run(place) { stage in
            let workers = try await stage.startWorkers(Self.processes, Self.callers)
            #expect(try await stage.tokens() == 1)
            try await stage.revoke()
            #expect(await workers.go().allSatisfy { $0 == 0 }, "\(workers.words())")
            #expect(try await stage.tokens() == 2)
            #expect(try await stage.accepted() == Self.processes * Self.callers)
        }
    }

    @Test(arguments: [Place.sqlite, .redis])
    func `the death of the one who fetches it costs one more call, and fails nobody else`(place: Place) async throws {
        try await Stage.run(place) { stage in
            let workers = try await stage.startWorkers(Self.processes, Self.callers)
            try await stage.revoke()
            // Whoever asks for the token now hangs, so there is time to kill it.
            try await stage.hangTokenCalls()
            async let ends = workers.go()
            try await eventually("somebody asks for a token") { try await stage.hanging() == 1 }
            let owner = try await stage.owner()
            workers.kill(owner)
            try await stage.letTokenCallsThrough()
            let exits = await ends
            #expect(exits.count { $0 == 0 } == Self.processes - 1, "\(workers.words())")
            #expect(exits[owner] == 128 + SIGKILL)
            #expect(try await stage.tokens() <= 3)
            #expect(try await stage.accepted() == (Self.processes - 1) * Self.callers)
        }
    }

    @Test func `a cache that has gone fails nobody`() async throws {
        try await Stage.run(.redis) { stage in
            let workers = try await stage.startWorkers(Self.processes, Self.callers)
            try await stage.revoke()
            await stage.stopCache()
            #expect(await workers.go().allSatisfy { $0 == 0 }, "\(workers.words())")
            // WeChat gives all who ask the same one.
            #expect(try await stage.tokens() == 2)
            #expect(try await stage.accepted() == Self.processes * Self.callers)
        }
    }

    enum Place: String, CaseIterable, Sendable {
        case sqlite
        case redis
    }
}

/// A sandbox and a cache for processes.
private struct Stage: Sendable {
    let endpoint: String
    let cache: String
    let directory: ReapedDirectory
    let redis: RedisServer?
    let lane: Lane
    let client: HTTPClient

    static func run(
        _ place: FleetTests.Place, _ body: @escaping @Sendable (Stage) async throws -> Void
    ) async throws {
        let directory = try ReapedDirectory(prefix: "wxpush-fleet")
        do {
            switch place {
            case .sqlite:
                let path = directory.url.appending(component: "cache.db").path
                try await run(path, nil, directory, body)
            case .redis:
                try await RedisServer.with { server in
                    try await run("redis://127.0.0.1:\(server.port)/0", server, directory, body)
                }
            }
        } catch {
            await directory.remove()
            throw error
        }
        await directory.remove()
    }

    private static func run(
        _ cache: String, _ redis: RedisServer?, _ directory: ReapedDirectory,
        _ body: @escaping @Sendable (Stage) async throws -> Void
    ) async throws {
        let lane = try Lane(name: "sandbox")
        let result = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            var options = SandboxOptions()
            options.port = 0
            let sandbox = Sandbox(options, on: lane)
            let client = HTTPClient(on: lane)
            let result: Result<Void, any Error>
            do {
                let stage = Stage(
                    endpoint: try await sandbox.start().url, cache: cache, directory: directory, redis: redis,
                    lane: lane,
                    client: client)
                try await body(stage)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await client.close()
            await sandbox.stop()
            return result
        }.value
        await lane.stop()
        try result.get()
    }

    func startWorkers(_ count: Int, _ callers: Int) async throws -> Workers {
        let workers = try Workers(count, callers, self)
        try await eventually("all workers hold the token", within: .seconds(60)) { workers.areReady }
        return workers
    }

    // MARK: The sandbox

    private func ask(_ path: String, _ body: String? = nil) async throws -> JSONObject {
        let request = body.map { HTTPRequest.post(endpoint + path, .json(Array($0.utf8))) } ?? .get(endpoint + path)
        return try JSONValue(parsing: try await client.send(request).body).object ?? JSONObject()
    }

    /// How many different tokens were given out.
    func tokens() async throws -> Int {
        let tokens = try await ask("/sandbox/counters")["tokens"]?.object
        return Int(tokens?["stable"]?.integer ?? -1)
    }

    func accepted() async throws -> Int { Int(try await ask("/sandbox/counters")["accepted"]?.integer ?? -1) }

    func revoke() async throws { _ = try await ask("/sandbox/tokens/revoke", #"{"app":"wxcallers"}"#) }

    func hangTokenCalls() async throws {
        _ = try await ask("/sandbox/faults", #"{"effect":"hang","time":"60s","path":"/cgi-bin/stable_token"}"#)
    }

    func letTokenCallsThrough() async throws { _ = try await ask("/sandbox/faults", #"{"clear":true}"#) }

    func hanging() async throws -> Int { Int(try await ask("/sandbox/counters")["faults"]?.integer ?? -1) }

    // MARK: The cache

    func stopCache() async { await redis?.kill() }

    /// The number of the worker that is fetching a token.
    func owner() async throws -> Int {
        let shared: any FleetCache
        if redis == nil {
            shared = try await SQLiteFleetCache.open(SQLiteFleetCache.Configuration(path: cache))
        } else {
            shared = try await RedisFleetCache.open(RedisFleetCache.Configuration(url: cache), on: lane)
        }
        let holder = try await shared.tokenState(of: "wxcallers").holder
        await shared.close()
        return try #require(holder.flatMap { Int($0.owner.drop { !$0.isNumber }) })
    }
}

/// Processes that wait for a common start.
private final class Workers: Sendable {
    private let processes: [ChildProcess]
    private let outputs: [URL]
    /// Its end starts all.
    private let startLine: Int32

    init(_ count: Int, _ callers: Int, _ stage: Stage) throws {
        let (reader, writer) = try makePipe()
        defer { close(reader) }
        startLine = writer
        var processes: [ChildProcess] = []
        var outputs: [URL] = []
        for number in 0..<count {
            let output = stage.directory.url.appending(component: "output-\(number)")
            var setting = ChildProcess.Setting(
                builtProgram("token-callers").path, [stage.endpoint, stage.cache, "\(callers)", "worker-\(number)"])
            setting.environment = [stage.directory.marker.name: stage.directory.marker.value]
            setting.input = reader
            setting.output = output.path
            processes.append(try ChildProcess(setting))
            outputs.append(output)
        }
        self.processes = processes
        self.outputs = outputs
    }

    func words() -> [String] { outputs.map { (try? String(contentsOf: $0, encoding: .utf8)) ?? "" } }

    var areReady: Bool { words().allSatisfy { $0.hasPrefix("ready") } }

    func kill(_ number: Int) { processes[number].signalGroup(SIGKILL) }

    /// Starts all, and waits for their ends.
    func go() async -> [Int32] {
        close(startLine)
        var exits: [Int32] = []
        for process in processes { exits.append(await process.exit()) }
        return exits
    }
}
