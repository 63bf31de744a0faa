import FleetCache
import FleetCacheRedis
import Foundation
import Glibc
import Lane
import Telemetry
import TestSupport

/// A Redis server of a test's own, on a free port, with its files in a directory that goes away with it.
final class RedisServer: Sendable {
    let port: Int
    private let directory: ReapedDirectory
    private let password: String?
    private let process: Locked<ChildProcess?>

    /// Runs a test with a server, and ends the server afterwards.
    static func with(password: String? = nil, _ body: (RedisServer) async throws -> Void) async throws {
        let server = try RedisServer(password: password)
        do {
            try await server.start()
            try await body(server)
        } catch {
            await server.directory.remove()
            throw error
        }
        await server.directory.remove()
    }

    private init(password: String?) throws {
        directory = try ReapedDirectory(prefix: "wxpush-redis")
        port = try FreePorts.take(1)[0]
        self.password = password
        process = Locked(nil)
    }

    /// How to reach it; impatient, as tests are.
    var configuration: RedisFleetCache.Configuration {
        var configuration = RedisFleetCache.Configuration()
        configuration.host = "127.0.0.1"
        configuration.port = port
        configuration.password = password.map { Secret($0) }
        configuration.firstPause = .milliseconds(20)
        configuration.longestPause = .milliseconds(100)
        return configuration
    }

    /// Runs a test with connections to the server, on two lanes.
    func withCaches(_ count: Int, _ body: ([any FleetCache]) async throws -> Void) async throws {
        let lanes = [try Lane(name: "cache-0"), try Lane(name: "cache-1")]
        var caches: [RedisFleetCache] = []
        for number in 0..<count { caches.append(try await RedisFleetCache.open(configuration, on: lanes[number % 2])) }
        let result: Result<Void, any Error>
        do {
            try await body(caches)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for cache in caches { await cache.close() }
        for lane in lanes { await lane.stop() }
        try result.get()
    }

    /// Starts the server, and waits until it listens.
    func start() async throws {
        var arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--dir", directory.url.path, "--save", "", "--appendonly",
            "yes",
            "--appendfsync", "always", "--daemonize", "no", "--databases", "4",
        ]
        if let password { arguments += ["--requirepass", password] }
        var setting = ChildProcess.Setting("/usr/bin/redis-server", arguments)
        setting.environment = [directory.marker.name: directory.marker.value, "LC_ALL": "C"]
        setting.output = directory.url.appending(component: "log").path
        let started = try ChildProcess(setting)
        process.withLock { $0 = started }
        try await eventually("Redis listens") { !FreePorts.isFree(port) }
    }

    /// Kills the server at once, and waits for its end.
    func kill() async {
        let running = process.withLock { $0 }
        running?.signalGroup(SIGKILL)
        _ = await running?.exit()
    }

    /// Stops or continues the process without ending it.
    func signal(_ number: Int32) { process.withLock { $0 }?.signalGroup(number) }

    /// Runs one command by the server's own tool.
    func command(_ arguments: String...) async throws -> String {
        var setting = ChildProcess.Setting("/usr/bin/redis-cli", ["-p", "\(port)"] + arguments)
        if let password { setting.environment = ["REDISCLI_AUTH": password] }
        return try await ChildProcess.run(setting, scratch: directory.url, limit: .seconds(20))
    }
}
