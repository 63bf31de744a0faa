import Foundation
import Glibc
import Lane

/// A Redis server of a test's own, on a free port, with its files in a directory that goes away with it.
package final class RedisServer: Sendable {
    /// Where it listens.
    package let port: Int
    private let directory: ReapedDirectory
    /// What it wants to hear first, if anything.
    package let password: String?
    private let process: Locked<ChildProcess?>

    /// Runs a test with a server, and ends the server afterwards.
    package static func with(password: String? = nil, _ body: (RedisServer) async throws -> Void) async throws {
        let server = try RedisServer(password: password)
        do {
            try await server.start()
            try await body(server)
        } catch {
            await server.end()
            throw error
        }
        await server.end()
    }

    private init(password: String?) throws {
        directory = try ReapedDirectory(prefix: "wxpush-redis")
        port = try FreePorts.take(1)[0]
        self.password = password
        process = Locked(nil)
    }

    /// Starts the server, and waits until it listens.
    package func start() async throws {
        var arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--dir", directory.url.path, "--save", "", "--appendonly",
            "yes",
            "--appendfsync", "always", "--daemonize", "no", "--databases", "4",
            // The title would be written over the environment, by which the directory's reaper knows the process.
            "--set-proc-title", "no",
        ]
        if let password { arguments += ["--requirepass", password] }
        var setting = ChildProcess.Setting("/usr/bin/redis-server", arguments)
        setting.environment = [directory.marker.name: directory.marker.value, "LC_ALL": "C"]
        setting.output = directory.url.appending(component: "log").path
        let started = try ChildProcess(setting)
        process.withLock { $0 = started }
        try await eventually("Redis listens") { !FreePorts.isFree(port) }
    }

    private func end() async {
        await kill()
        await directory.remove()
    }

    /// Kills the server at once, and waits for its end.
    package func kill() async {
        let running = process.withLock { $0 }
        running?.signalGroup(SIGKILL)
        _ = await running?.exit()
    }

    /// Stops or continues the process without ending it.
    package func signal(_ number: Int32) { process.withLock { $0 }?.signalGroup(number) }

    /// Runs one command by the server's own tool.
    package func command(_ arguments: String...) async throws -> String {
        var setting = ChildProcess.Setting("/usr/bin/redis-cli", ["-p", "\(port)"] + arguments)
        if let password { setting.environment = ["REDISCLI_AUTH": password] }
        return try await ChildProcess.run(setting, scratch: directory.url, limit: .seconds(20))
    }
}
