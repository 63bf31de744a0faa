import AMQP
import Foundation
import Glibc
import JSON
import Sandbox
import TestSupport
import Testing

/// What is told of a message that may have gone out is true, and told once, whatever else is wrong with the job by then.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct CertaintyTests {
    @Test func `what was with WeChat when its worker was killed is unknown, also if its time is over`() async throws {
        var options = Stage.Options()
        options.wechat = ["timeout: 2s"]
        options.sandbox.latency = .fixed(.milliseconds(1500))
        try await Stage.run(options) { stage in
            let first = try stage.startWorker("w1")
            try await stage.send(Stage.job("warm-up"))
            _ = try await stage.result(of: "warm-up")
            for number in 0..<5 {
                let end = Date(timeIntervalSinceNow: 3).ISO8601Format()
                try await stage.send(Stage.job("k-\(number)", to: "oK\(number)", more: #","expires_at":"\#(end)""#))
            }
            try await eventually("all are with WeChat") {
                try await stage.control("/sandbox/messages")["last"]?.integer == 6
            }
            first.signalGroup(SIGKILL)
            _ = await first.exit()
            try stage.startWorker("w2")
            for number in 0..<5 {
                let result = try await stage.result(of: "k-\(number)")
                #expect(result["status"]?.string == "unknown", "\(result)")
                #expect(stage.results(of: "k-\(number)").count == 1)
            }
        }
    }

    @Test func `a message whose first try had no answer is unknown, also if its template is gone`() async throws {
        var options = Stage.Options()
        options.wechat = ["timeout: 1s"]
        try await Stage.run(options) { stage in
            let worker = try stage.startWorker()
            try await stage.send(Stage.job("warm-up"))
            _ = try await stage.result(of: "warm-up")
            let job = #"{"id":"gone-1","to":"drop_x1_gone","template":"paid","params":{"title":"x","order":"1"}}"#
            let all = stage.templatesURL.appending(component: "all.yaml")
            try await stage.send(job)
            try await eventually("WeChat has it") { try await stage.accepted(by: "drop_x1_gone").count == 1 }
            let text = try String(contentsOf: all, encoding: .utf8)
            try text.replacing("paid:", with: "renamed:").write(to: all, atomically: true, encoding: .utf8)
            worker.signalGroup(SIGHUP)
            let result = try await stage.result(of: "gone-1")
            #expect(["unknown", "sent"].contains(result["status"]?.string), "\(result)")
            #expect(try await stage.accepted(by: "drop_x1_gone").count == 1)
        }
    }

    @Test func `a lost connection to the broker makes no second result, and no dead letter of what was sent`()
        async throws
    {
        var options = Stage.Options()
        // Longer than the broker's tool takes to close the connections.
        options.wechat = ["timeout: 30s"]
        options.sandbox.latency = .fixed(.seconds(12))
        let broker = try await PrivateBroker.start()
        options.broker = broker
        let result = await Result {
            try await Stage.run(options) { stage in
                try stage.startWorker()
                try await stage.send(Stage.job("warm-up"))
                _ = try await stage.result(of: "warm-up")
                for number in 0..<20 { try await stage.send(Stage.job("l-\(number)", to: "oL\(number)")) }
                for number in 0..<20 {
                    try await stage.send(Stage.job("f-\(number)", to: "fail_47003_x1_\(number)"))
                }
                try await eventually("all that are taken are with WeChat") {
                    try await stage.control("/sandbox/messages")["last"]?.integer == 21
                }
                try await broker.evaluate(
                    "[rabbit_networking:close_connection(P, \"test\") || P <- rabbit_networking:connections()].")
                for number in 0..<20 {
                    _ = try await stage.result(of: "l-\(number)")
                    _ = try await stage.result(of: "f-\(number)")
                }
                // What would be told twice is told by now: the jobs are settled.
                try await eventually("nothing is left to do", within: .seconds(90)) {
                    let waiting = try await broker.control("list_queues", "name", "messages").split(separator: "\n")
                    return waiting.allSatisfy { !$0.hasPrefix("\(stage.prefix).") || $0.hasSuffix("\t0") }
                }
                for number in 0..<20 {
                    #expect(stage.results(of: "l-\(number)").map { $0["status"]?.string } == ["sent"])
                    #expect(stage.results(of: "f-\(number)").count == 1)
                    #expect(try await stage.accepted(by: "oL\(number)").count == 1)
                }
                #expect(stage.deadLetters.value.count == stage.results.value.count { Self.status($0.body) == "failed" })
            }
        }
        await broker.stop()
        try result.get()
    }

    private static func status(_ body: [UInt8]) -> String? {
        (try? JSONValue(parsing: body))?.object?["status"]?.string
    }

    @Test func `a second copy of what is finished is a duplicate, whatever is wrong with it`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("d-1"))
            _ = try await stage.result(of: "d-1")
            try await stage.send(Stage.job("d-1", more: #","expires_at":"2020-01-01T00:00:00Z""#))
            try await stage.send(#"{"id":"d-1","to":"oAlice","template":"no-such-template","params":{}}"#)
            try await eventually("both are answered") { stage.results(of: "d-1").count == 3 }
            let rest = stage.results(of: "d-1").dropFirst()
            #expect(rest.allSatisfy { $0["status"]?.string == "duplicate" && $0["original"] != nil }, "\(rest)")
            // One that is not finished is what it is, and says for whom.
            try await stage.send(#"{"id":"d-2","to":"oBob","template":"no-such-template","params":{}}"#)
            let unknown = try await stage.result(of: "d-2")
            #expect(unknown["reason"]?.string == "unknown_template" && unknown["to"]?.string == "oBob", "\(unknown)")
        }
    }

    @Test func `a job that ends while it waits is told of when it ends`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            let (end, start) = (Date(timeIntervalSinceNow: 2), Date(timeIntervalSinceNow: 3600))
            let times = #","expires_at":"\#(end.ISO8601Format())","not_before":"\#(start.ISO8601Format())""#
            try await stage.send(Stage.job("never", more: times))
            let result = try await stage.result(of: "never")
            #expect(result["status"]?.string == "expired", "\(result)")
        }
    }

    @Test func `a token that is rejected right after it was taken over from another worker is replaced, too`()
        async throws
    {
        try await Stage.run { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("t-1"))
            _ = try await stage.result(of: "t-1")
            // The worker holds a token that is older than the fleet's, and that one is dead as well.
            try await stage.command("token", "refresh", "mini", "--force")
            try await stage.control("/sandbox/tokens/revoke", #"{"app":"wxmini"}"#)
            try await stage.send(Stage.job("t-2"))
            let result = try await stage.result(of: "t-2")
            #expect(result["status"]?.string == "sent", "\(result)")
            #expect(!stage.logs().contains("paused until a person acts"))
        }
    }

    @Test func `installations that share a cache have ids of their own`() async throws {
        let directory = try ReapedDirectory(prefix: "wxpush-shared")
        var options = Stage.Options()
        options.cache = "sqlite:\(directory.url.appending(component: "cache.db").path)"
        let result = await Result {
            for _ in 0..<2 {
                try await Stage.run(options) { stage in
                    try stage.startWorker()
                    try await stage.send(Stage.job("same"))
                    let result = try await stage.result(of: "same")
                    #expect(result["status"]?.string == "sent", "\(result)")
                }
            }
        }
        await directory.remove()
        try result.get()
    }
}
