import Foundation
import Glibc
import TestSupport
import Testing

extension HeavyTests {
    @Suite struct ReapedDirectoryTests {
        /// What a process that is about to be killed writes down about its broker.
        private struct Trace: Codable {
            let directory: String
            let process: Int32
            let ports: [Int]
        }

        @Test(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
        func `a broker is gone after its owner was killed`() async throws {
            let scratch = try ReapedDirectory(prefix: "trace")
            let file = scratch.url.appending(component: "trace").path
            await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
                let broker = try await PrivateBroker.start()
                let trace = Trace(directory: broker.directory.path, process: broker.processID, ports: broker.ports)
                try JSONEncoder().encode(trace).write(to: URL(filePath: file))
                _ = kill(getpid(), SIGKILL)
            }
            let trace = try JSONDecoder().decode(Trace.self, from: Data(contentsOf: URL(filePath: file)))
            let home = URL(filePath: trace.directory).deletingLastPathComponent().path
            try await eventually("the broker's directory is gone") { !FileManager.default.fileExists(atPath: home) }
            let state = try? String(contentsOfFile: "/proc/\(trace.process)/stat", encoding: .utf8)
            #expect(state?.contains(") Z ") != false)
            #expect(trace.ports.allSatisfy { FreePorts.isFree($0) })
            await scratch.remove()
        }

        @Test(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
        func `a broker is gone after its owner was killed while it started`() async throws {
            let scratch = try ReapedDirectory(prefix: "trace")
            let path = scratch.url.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                setenv("TMPDIR", path, 1)
                let start = Task { try await PrivateBroker.start() }
                try await eventually("the broker has begun") {
                    guard let home = try FileManager.default.contentsOfDirectory(atPath: path).first else {
                        return false
                    }
                    let files = FileManager.default.enumerator(atPath: "\(path)/\(home)")?.allObjects as? [String]
                    return files?.contains { $0.hasSuffix("/mnesia") || $0.hasSuffix("/pid") } == true
                }
                _ = kill(getpid(), SIGKILL)
                _ = try await start.value
            }
            try await eventually("the broker's directory is gone") {
                try FileManager.default.contentsOfDirectory(atPath: path).isEmpty
            }
            #expect(try processes(naming: path).isEmpty)
            await scratch.remove()
        }

        @Test func `the reaper is out of reach of the terminal`() async throws {
            let directory = try ReapedDirectory(prefix: "session")
            #expect(getsid(directory.reaperID) == directory.reaperID)
            _ = kill(directory.reaperID, SIGINT)
            _ = kill(directory.reaperID, SIGTERM)
            #expect(FileManager.default.fileExists(atPath: directory.url.path))
            await directory.remove()
            #expect(!FileManager.default.fileExists(atPath: directory.url.path))
        }

        @Test func `a directory nobody holds goes away with its processes`() async throws {
            var directory: ReapedDirectory? = try ReapedDirectory(prefix: "dropped")
            let held = try #require(directory)
            var setting = ChildProcess.Setting("/bin/sleep", ["600"])
            setting.environment = [held.marker.name: held.marker.value]
            let marked = try ChildProcess(setting)
            setting.environment = [held.marker.name: held.marker.value + "x"]
            let stranger = try ChildProcess(setting)
            withExtendedLifetime(held) { directory = nil }
            _ = directory
            await held.remove()
            #expect(await marked.exit() == 128 + SIGKILL)
            #expect(stranger.isRunning)
            stranger.signalGroup(SIGTERM)
            #expect(await stranger.exit() == 128 + SIGTERM)
        }

        private func processes(naming text: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
                guard Int(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/environ") else {
                    return false
                }
                return String(decoding: data, as: UTF8.self).contains("\(text)/private-broker")
            }
        }
    }
}
