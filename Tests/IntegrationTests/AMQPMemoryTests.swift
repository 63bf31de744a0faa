import AMQP
import Foundation
import Lane
import TestSupport
import Testing

extension HeavyTests {
    /// The resident size of this process and of what it moves.
    ///
    /// A size is that of a whole process, so a program that does nothing else is measured.
    @Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
    struct AMQPMemoryTests {
        @Test func `a million messages leave the memory where it was`() async throws {
            let report = try await run("messages", "1000000")
            let before = try #require(report["before"])
            let after = try #require(report["after"])
            print("memory: \(before) kB before and \(after) kB after a million messages")
            #expect(after - before <= 2048)
        }

        @Test func `a large body costs about its size, and only while it is held`() async throws {
            let report = try await run("body", "\(16 << 20)")
            let base = try #require(report["before"])
            let held = try #require(report["held"])
            let after = try #require(report["after"])
            let peak = try #require(report["peak"])
            print(
                "memory: \(base) kB before, \(held) kB with a body of 16 MiB in hand (\(peak) kB at most), \(after) kB after"
            )
            #expect(peak - base <= 24 << 10)
            #expect(after - base <= 2048)
        }

        /// Runs the measuring program, which prints one `name kilobytes` a line.
        private func run(_ mode: String, _ size: String) async throws -> [String: Int] {
            let broker = try await PrivateBroker.shared()
            let setting = ChildProcess.Setting(builtProgram("amqp-memory").path, [broker.url, mode, size])
            let output = try await ChildProcess.run(
                setting, scratch: FileManager.default.temporaryDirectory, limit: .seconds(240))
            return output.split(separator: "\n").reduce(into: [:]) { report, line in
                let words = line.split(separator: " ")
                if words.count == 2 { report[String(words[0])] = Int(words[1]) }
            }
        }
    }
}
