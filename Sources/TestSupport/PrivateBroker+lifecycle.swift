import Foundation
import Glibc
import Lane

extension PrivateBroker {
    private static let startLimit: Duration = .seconds(120)
    private static let stopLimit: Duration = .seconds(60)

    /// Kills the broker as a crash would, and returns when its process is gone.
    package func kill() async throws {
        try await end(with: SIGKILL)
    }

    /// Asks the broker to shut down in order, and returns when its process is gone.
    package func terminate() async throws {
        resume()
        try await end(with: SIGTERM)
    }

    /// Starts the broker again on the same data and the same ports, after an orderly shutdown if it is still up.
    package func restart() async throws {
        if processID != 0 { try await terminate() }
        try await launch()
    }

    /// Freezes the broker: its connections stay open and nothing moves.
    package func pause() async throws {
        let process = processID
        guard process != 0 else { throw BrokerError("pausing a broker that is down") }
        signal(SIGSTOP)
        try await eventually("the broker's process stops") { Self.processState(process) == "T" }
    }

    /// Ends a ``pause()``.
    package func resume() {
        signal(SIGCONT)
    }

    /// Kills the broker, removes all it wrote and returns when that is done.
    ///
    /// A node of a cluster shares its home with the others: stop the ``BrokerCluster`` instead.
    package func stop() async {
        await layout.home.remove()
        let script = running.withLock { running in
            defer { running = nil }
            return running?.script
        }
        _ = await script?.exit()
    }

    /// Starts the node and returns when it is ready.
    func launch() async throws {
        // A pid file that a killed node left behind would pass for the new one's.
        try? FileManager.default.removeItem(at: layout.pidFile)
        var setting = ChildProcess.Setting("/usr/lib/rabbitmq/bin/rabbitmq-server")
        setting.environment = layout.environment
        setting.directory = layout.directory.path
        setting.output = layout.outputFile.path
        let script = try ChildProcess(setting)
        do {
            try await eventually("the broker is ready", within: Self.startLimit, every: .milliseconds(50)) {
                guard script.isRunning else { throw BrokerError("the broker ended while it started", output: output) }
                return try await isReady()
            }
        } catch let error as ConditionNotMet {
            script.signalGroup(SIGKILL)
            throw BrokerError(error.description, output: output)
        } catch {
            script.signalGroup(SIGKILL)
            throw error
        }
        let text = try String(contentsOf: layout.pidFile, encoding: .utf8)
        guard let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw BrokerError("no number in the pid file: \(text)")
        }
        running.withLock { $0 = Running(script: script, processID: process) }
    }

    /// The log proves that it is our node, the answered protocol header that it serves.
    private func isReady() async throws -> Bool {
        guard output.contains("Server startup complete") else { return false }
        let port = self.port
        return try await onOwnThread {
            guard let peer = try? Peer.connect(port: port, limit: 2) else { return false }
            defer { peer.close() }
            guard (try? peer.write(AMQPFrames.protocolHeader)) != nil else { return false }
            return (try? peer.read(count: 1)) == [AMQPFrames.Kind.method.rawValue]
        }
    }

    private func end(with number: Int32) async throws {
        guard let script = running.withLock({ $0?.script }) else { throw BrokerError("the broker is down already") }
        let process = processID
        signal(number)
        try await eventually("the broker ends after signal \(number)", within: Self.stopLimit) {
            !script.isRunning && [nil, "Z"].contains(Self.processState(process))
        }
        running.withLock { $0 = nil }
    }

    /// The start script is the parent and reaps the node last, so while it runs the number is the node's.
    private func signal(_ number: Int32) {
        running.withLock { running in
            guard let running, running.script.isRunning else { return }
            _ = Glibc.kill(running.processID, number)
        }
    }

    /// The state letter of a process, nil when there is none.
    static func processState(_ processID: Int32) -> Character? {
        guard let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8) else { return nil }
        // The command name in parentheses may itself hold blanks and parentheses.
        return text.split(separator: ")").last?.first { $0 != " " }
    }
}
