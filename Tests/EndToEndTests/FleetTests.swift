import AMQP
import Foundation
import Glibc
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

extension HeavyTests {
    /// What the workers of a fleet heed together: tokens, pauses, rates.
    struct FleetTests {
        @Test func `an app that may not send slows nobody, is told of once, and goes on when it may`() async throws {
            var options = Stage.Options()
            options.retry = "{attempts: 3, first: 1s, max: 2s, probe: 8s}"
            options.amqp = ["in_flight: 300"]
            options.sandbox.logCapacity = 20_000
            try await Stage.run(options) { stage in
                let jobs = 10_000
                try await stage.control("/sandbox/ips", #"{"app":"wxservice","allow":["203.0.113.1"]}"#)
                try stage.startWorker("w1")
                try await Self.enqueue(jobs, "s", to: stage) { number in
                    #"{"id":"s-\#(number)","to":"oS\#(number)","template":"paid","params":{"title":"茶","order":"B"}}"#
                }
                try await Self.enqueue(300, "m", to: stage) { number in Stage.job("m-\(number)", to: "oM\(number)") }
                try await eventually("the other app's jobs are sent", within: .seconds(240)) {
                    stage.count("m-", status: "sent") == 300
                }
                #expect(stage.count("s-", status: nil) == 0)
                let lines = stage.logs().split(separator: "\n").filter { $0.contains(#""level":"error""#) }
                #expect(lines.count == 1 && lines.allSatisfy { $0.contains("40164") }, "\(lines.prefix(3))")
                try await stage.control("/sandbox/ips", #"{"app":"wxservice","allow":null}"#)
                try await eventually("they all go out", within: .seconds(120), every: .milliseconds(200)) {
                    stage.count("s-", status: "sent") == jobs
                }
                #expect(stage.results.value.allSatisfy { $0.json?["attempts"]?.integer == 1 })
                #expect(stage.deadLetters.value.isEmpty)
            }
        }

        @Test func `a token that is revoked under load is replaced once, and no job notices`() async throws {
            try await Stage.run { stage in
                for name in ["w1", "w2", "w3"] { try stage.startWorker(name) }
                async let filling: Void = Self.enqueue(4000, "m", to: stage) { number in
                    Stage.job("m-\(number)", to: "oM\(number)")
                }
                try await eventually("jobs are on their way") { stage.count("m-", status: "sent") > 200 }
                try await stage.control("/sandbox/tokens/revoke", #"{"app":"wxmini"}"#)
                try await filling
                try await eventually("all are sent", within: .seconds(240)) {
                    stage.count("m-", status: "sent") == 4000
                }
                let tokens = try await stage.control("/sandbox/counters")["tokens"]?.object
                #expect(tokens?["stable"]?.integer == 2)
            }
        }

        @Test func `a ceiling holds for the whole fleet`() async throws {
            var options = Stage.Options()
            options.mini = ["rate: 40/s"]
            try await Stage.run(options) { stage in
                for name in ["w1", "w2", "w3"] { try stage.startWorker(name) }
                try await Self.enqueue(200, "m", to: stage) { number in Stage.job("m-\(number)", to: "oM\(number)") }
                try await eventually("all are sent", within: .seconds(120)) { stage.count("m-", status: "sent") == 200 }
                let messages = try await stage.control("/sandbox/messages?limit=1000")["messages"]?.array ?? []
                let times = messages.compactMap { $0.object?["time_ms"]?.integer }.sorted()
                let first = try #require(times.first), last = try #require(times.last)
                // 200 at 40 a second take at least these, whatever the machine does.
                #expect(last - first >= 4500, "\(last - first) ms")
            }
        }

        @Test func `a limit of WeChat's pauses the API, and costs no job a try`() async throws {
            var options = Stage.Options()
            options.sandbox.limits = [CallLimit(30, per: .second, path: "/cgi-bin/message/subscribe/send")]
            try await Stage.run(options) { stage in
                try stage.startWorker("w1")
                try await Self.enqueue(150, "m", to: stage) { number in Stage.job("m-\(number)", to: "oM\(number)") }
                try await eventually("all are sent; \(stage.logs().suffix(500))", within: .seconds(120)) {
                    stage.count("m-", status: "sent") == 150
                }
                #expect(stage.deadLetters.value.isEmpty)
                #expect(stage.logs().contains("rate_limited"))
            }
        }

        @Test func `a withdrawn kind is sent to a gateway, and an API that is withdrawn there fails at once`()
            async throws
        {
            try await Stage.run { stage in
                try stage.startWorker("w1")
                try await stage.send(
                    #"{"id":"w-1","app":"mini","to":"oA","form_id":"f1","kind":"mini-template","message":{"template_id":"T","data":{"keyword1":{"value":"x"}}}}"#
                )
                let result = try await stage.result(of: "w-1")
                #expect(result["status"]?.string == "failed" && result["reason"]?.string == "api_withdrawn")
                #expect(result["errcode"]?.integer == 46101)
            }
        }

        @Test func `templates are read again on SIGHUP, and kept if the new ones are wrong`() async throws {
            try await Stage.run { stage in
                let worker = try stage.startWorker("w1")
                try await stage.send(Stage.job("h-1"))
                try await stage.result(of: "h-1")
                let file = stage.templatesURL.appending(component: "more.yaml")
                try "late:\n  kind: subscribe\n  app: mini\n  template_id: T2\n  data:\n    thing1: \"{{ a }}\"\n"
                    .write(to: file, atomically: true, encoding: .utf8)
                worker.signalGroup(SIGHUP)
                try await eventually("the new template is known") {
                    try await stage.send(
                        #"{"id":"h-\#(UInt32.random(in: 0...(.max)))","to":"oLate","template":"late","params":{"a":"x"}}"#
                    )
                    try await Task.sleep(for: .milliseconds(100))
                    return try await !stage.accepted(by: "oLate").isEmpty
                }
                try "late: {kind: nonsense}\n".write(to: file, atomically: true, encoding: .utf8)
                worker.signalGroup(SIGHUP)
                try await eventually("the fault is told") { stage.logs().contains("nonsense") }
                try await stage.send(#"{"id":"h-3","to":"oStill","template":"late","params":{"a":"x"}}"#)
                #expect(try await stage.result(of: "h-3")["status"]?.string == "sent")
            }
        }

        @Test func `no secret and no token is in what a noisy run leaves behind`() async throws {
            var options = Stage.Options()
            options.wechat = ["timeout: 1s"]
            try await Stage.run(options) { stage in
                let worker = try stage.startWorker("w1")
                let names = [
                    "fail_40001_x1_a", "fail_47003_b", "http500_x1_c", "html_x1_d", "drop_e", "hang_9s_f", "cut_g",
                    "revoke_x1_h", "fail_48001_i",
                ]
                for (number, name) in names.enumerated() { try await stage.send(Stage.job("n-\(number)", to: name)) }
                for number in 0..<8 { try await stage.result(of: "n-\(number)") }
                worker.signalGroup(SIGTERM)
                _ = await worker.exit()
                let letters = stage.results.value + stage.deadLetters.value
                let text =
                    stage.logs()
                    + letters.map { "\($0.properties) " + String(decoding: $0.body, as: UTF8.self) }.joined()
                #expect(text.count > 5000)
                #expect(!text.contains("mini-secret") && !text.contains("service-secret"))
                #expect(!text.contains("access_token=") && !text.contains("guest:guest"))
                for token in try await Self.tokens(of: stage) { #expect(!text.contains(token)) }
            }
        }

        /// The tokens that the cache knows.
        private static func tokens(of stage: Stage) async throws -> [String] {
            let file = try Data(contentsOf: stage.directory.url.appending(component: "cache.db"))
            // Long runs of a token's characters: no other text of the cache looks like that.
            let runs = file.split { byte in
                !(0x30...0x39).contains(byte) && !(0x41...0x5a).contains(byte) && !(0x61...0x7a).contains(byte)
                    && byte != 0x5f && byte != 0x2d
            }
            return runs.filter { $0.count >= 100 }.map { String(decoding: $0.suffix(64), as: UTF8.self) }
        }

        private static func enqueue(
            _ count: Int, _ name: String, to stage: Stage, _ job: @escaping @Sendable (Int) -> String
        ) async throws {
            try await withThrowingTaskGroup { group in
                for part in 0..<10 {
                    group.addTask(executorPreference: stage.lane) {
                        for number in stride(from: part, to: count, by: 10) { try await stage.send(job(number)) }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

extension Stage {
    /// How many results have come for ids of a prefix, of a status if one is given.
    func count(_ prefix: String, status: String?) -> Int {
        results.value.count { result in
            guard result.properties.messageID?.text?.hasPrefix(prefix) == true else { return false }
            return status == nil || result.json?["status"]?.string == status
        }
    }
}
