import AMQP
import Foundation
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// What the configuration changes in a worker's ways.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct SettingTests {
    @Test func `several lanes share the work, and never send two messages at once to one recipient`() async throws {
        var options = Stage.Options()
        options.amqp = ["in_flight: 50", "lanes: 3"]
        options.sandbox.latency = .fixed(.milliseconds(4))
        try await Stage.run(options) { stage in
            try stage.startWorker()
            for number in 0..<300 { try await stage.send(Stage.job("l-\(number)", to: "oShared\(number % 3)")) }
            try await eventually("all are sent", within: .seconds(60)) {
                stage.results.value.count { $0.json?["status"]?.string == "sent" } == 300
            }
            // Each at the first try: WeChat, and the sandbox, answer 43108 to two at once.
            #expect(stage.results.value.allSatisfy { $0.json?["attempts"]?.integer == 1 })
        }
    }

    @Test func `a second copy waits for the outcome of the first, however slow WeChat is`() async throws {
        try await Stage.run { stage in
            try stage.startWorker("w1")
            try stage.startWorker("w2")
            try await stage.send(Stage.job("slow-1", to: "delay_2s_a"))
            try await stage.send(Stage.job("slow-1", to: "delay_2s_a"))
            try await eventually("both results", within: .seconds(60)) { stage.results(of: "slow-1").count == 2 }
            #expect(stage.results(of: "slow-1").compactMap { $0["status"]?.string }.sorted() == ["duplicate", "sent"])
            #expect(try await stage.accepted(by: "delay_2s_a").count == 1)
        }
    }

    @Test func `without idempotency every copy is sent`() async throws {
        var options = Stage.Options()
        options.extra = ["idempotency: 0"]
        try await Stage.run(options) { stage in
            try stage.startWorker()
            for _ in 0..<3 { try await stage.send(Stage.job("i-1")) }
            try await eventually("three results") { stage.results(of: "i-1").count == 3 }
            #expect(stage.results(of: "i-1").allSatisfy { $0["status"]?.string == "sent" })
            #expect(try await stage.accepted(by: "oAlice").count == 3)
        }
    }

    @Test func `what is unknown is sent again where that is wanted`() async throws {
        var options = Stage.Options()
        options.wechat = ["timeout: 1s", "on_unknown: resend"]
        try await Stage.run(options) { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("v-1", to: "drop_x1_v"))
            let result = try await stage.result(of: "v-1")
            #expect(result["status"]?.string == "sent" && result["attempts"]?.integer == 2)
            #expect(try await stage.accepted(by: "drop_x1_v").count == 2)
        }
    }

    @Test func `templates are read again when a file changes`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("f-1"))
            try await stage.result(of: "f-1")
            try "fresh:\n  kind: subscribe\n  app: mini\n  template_id: T3\n  data:\n    thing1: \"{{ a }}\"\n"
                .write(to: stage.templatesURL.appending(component: "fresh.yaml"), atomically: true, encoding: .utf8)
            try await eventually("the worker has noticed") { stage.logs().contains("templates read again") }
            try await stage.send(#"{"id":"f-2","to":"oF","template":"fresh","params":{"a":"x"}}"#)
            #expect(try await stage.result(of: "f-2")["status"]?.string == "sent")
        }
    }

    @Test func `a day's quota that is used up keeps jobs waiting, and loses none`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            let fault = #"{"effect":"code","errcode":45009,"path":"/cgi-bin/message/subscribe/send"}"#
            try await stage.control("/sandbox/faults", fault)
            for number in 0..<20 { try await stage.send(Stage.job("q-\(number)", to: "oQ\(number)")) }
            try await eventually("the pause is told of") { stage.logs().contains("45009") }
            // Another API of the same app goes on.
            try await stage.send(
                #"{"id":"c-1","app":"mini","to":"oC","kind":"customer","message":{"msgtype":"text","text":{"content":"x"}}}"#
            )
            #expect(try await stage.result(of: "c-1")["status"]?.string == "sent")
            try await eventually("all jobs wait at the broker") {
                let queues = try await stage.command("topology", "show", "--json").split(separator: "\n")
                let waiting = queues.compactMap { try? JSONValue(parsing: Array($0.utf8)).object }
                    .filter { $0["queue"]?.string?.contains(".delay.") == true }
                return waiting.reduce(0) { $0 + ($1["ready"]?.integer ?? 0) } == 20
            }
            #expect(stage.results.value.count == 1 && stage.deadLetters.value.isEmpty)
        }
    }

    @Test func `a job with an expiration that waits keeps its deadline`() async throws {
        var options = Stage.Options()
        options.retry = "{attempts: 30, first: 1s, max: 1s}"
        try await Stage.run(options) { stage in
            try stage.startWorker()
            // The broker itself ends what expires before a worker is there.
            try await stage.send(Stage.job("first"))
            _ = try await stage.result(of: "first")
            // Busy for longer than the job may live.
            try await stage.send(Stage.job("x-1", to: "fail_-1_x30_a")) { $0.expiration = "4000" }
            // A timestamp that is none of the queue's takes nothing from its time.
            try await stage.send(Stage.job("x-2", to: "fail_-1_x1_b")) {
                $0.expiration = "3600000"
                $0.timestamp = UInt64(Date().timeIntervalSince1970) - 86_400
            }
            let result = try await stage.result(of: "x-1")
            #expect(result["status"]?.string == "expired", "\(result)")
            let other = try await stage.result(of: "x-2")
            #expect(other["status"]?.string == "sent", "\(other)")
            #expect(stage.deadLetters.value.isEmpty)
        }
    }
}
