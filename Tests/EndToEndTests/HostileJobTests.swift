import AMQP
import Foundation
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// Jobs that mean harm, or come out of order: what one sender does must not be felt by the others.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct HostileJobTests {
    @Test func `headers that are orders to the broker are not carried out with our rights`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            let jobs = FieldValue.string("\(stage.prefix).jobs")
            try await stage.send("{bad") { properties in
                properties.messageID = "cc-1"
                properties.headers = ["CC": [jobs], "BCC": [jobs]]
            }
            try await stage.send(Stage.job("after-1"))
            try await stage.result(of: "after-1")
            try await stage.deadLetter(of: "cc-1")
            // Whatever the dead letter would have started has started by then.
            for number in 0..<5 {
                try await stage.send(Stage.job("then-\(number)", to: "oThen\(number)"))
                try await stage.result(of: "then-\(number)")
            }
            #expect(stage.deadLetters.value.count == 1 && stage.results(of: "cc-1").count == 1)
        }
    }

    @Test func `a reply queue that ends the channel or is full keeps nobody else waiting`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            let full = ShortString("\(stage.prefix)-full")
            let connection = try await Connection.open(
                try ConnectionConfiguration(url: stage.broker.url), on: stage.lane)
            _ = try await connection.declare(
                .quorum(full, arguments: ["x-max-length": 1, "x-overflow": "reject-publish"]))
            for number in 0..<6 {
                try await stage.send(Stage.job("bad-\(number)")) {
                    $0.replyTo = "amq.rabbitmq.reply-to.Z2FyYmFnZQ==.key"
                }
                // Plausible, and nobody's.
                try await stage.send(Stage.job("gone-\(number)")) {
                    $0.replyTo =
                        "amq.rabbitmq.reply-to.g1h2AA5yZXBseUAzOTMwOTQyOAAAe/EAAAACawA3DA==.GO4FZ0/eFpILhu6aIY8dfA=="
                }
                try await stage.send(Stage.job("full-\(number)")) { $0.replyTo = full }
            }
            for number in 0..<30 { try await stage.send(Stage.job("good-\(number)", to: "oGood\(number)")) }
            for number in 0..<30 {
                #expect(try await stage.result(of: "good-\(number)")["status"]?.string == "sent")
            }
            _ = try await connection.deleteQueue(full)
            await connection.close()
        }
    }

    @Test func `forged headers neither bring a worker down nor keep a job for ever`() async throws {
        try await Stage.run { stage in
            let worker = try stage.startWorker()
            let large = FieldValue.string(String(repeating: "x", count: 65_200))
            try await stage.send(Stage.job("h-1", to: "fail_-1_x1_a")) {
                $0.headers = [
                    "x-wxpush-attempts": .int64(.max), "x-wxpush-first-failed-at": "soon", "x-wxpush-resent": "x",
                ]
            }
            try await stage.send("{bad") {
                $0.messageID = "h-2"
                $0.headers = ["x-wxpush-junk": large]
            }
            try await stage.send(Stage.job("h-3", to: "oH")) { $0.headers = ["traceparent": large] }
            #expect(try await stage.result(of: "h-1")["status"]?.string == "failed")
            #expect(try await stage.result(of: "h-2")["reason"]?.string == "bad_json")
            #expect(try await stage.result(of: "h-3")["status"]?.string == "sent")
            #expect(worker.isRunning)
        }
    }

    @Test func `a job without an id is not sent again after an answer that is lost`() async throws {
        var options = Stage.Options()
        options.wechat = ["timeout: 1s"]
        try await Stage.run(options) { stage in
            try stage.startWorker()
            try await stage.send(#"{"to":"drop_noid","template":"paid","params":{"title":"茶","order":"B"}}"#)
            try await eventually("the result") { !stage.results.value.isEmpty }
            #expect(stage.results.value.first?.json?["status"]?.string == "unknown")
            #expect(try await stage.accepted(by: "drop_noid").count == 1)
        }
    }

    @Test func `an answer that was lost too long ago is not risked a second time`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            let long = Date().addingTimeInterval(-1500).ISO8601Format()
            try await stage.send(#"{"id":"w-1","to":"oWindow","template":"paid","params":{"title":"茶","order":"B"}}"#) {
                $0.headers = ["x-wxpush-first-sent-at": .string(long), "x-wxpush-attempts": 1]
            }
            #expect(try await stage.result(of: "w-1")["status"]?.string == "unknown")
            #expect(try await stage.accepted(by: "oWindow").isEmpty)
        }
    }

    @Test func `many jobs for one recipient are all sent, one after the other and once`() async throws {
        var options = Stage.Options()
        options.wechat = ["timeout: 2s"]
        options.sandbox.latency = .fixed(.milliseconds(150))
        try await Stage.run(options) { stage in
            try stage.startWorker("w1")
            for number in 0..<40 { try await stage.send(Stage.job("o-\(number)", to: "oOne")) }
            try await stage.send(Stage.job("o-39", to: "oOne"))
            try await eventually("a result for each", within: .seconds(90)) { stage.results.value.count == 41 }
            #expect(stage.count("o-", status: "sent") == 40 && stage.count("o-", status: "duplicate") == 1)
            #expect(try await stage.accepted(by: "oOne").count == 40)
        }
    }

    @Test func `a rate that is changed while jobs wait for it keeps none of them, and the worker still ends`()
        async throws
    {
        var options = Stage.Options()
        options.mini = ["rate: 6/min"]
        try await Stage.run(options) { stage in
            let worker = try stage.startWorker()
            for number in 0..<5 { try await stage.send(Stage.job("r-\(number)", to: "oR\(number)")) }
            try await eventually("the first is sent") { stage.count("r-", status: "sent") >= 1 }
            let text = try String(contentsOfFile: stage.configurationPath, encoding: .utf8)
            try text.replacing("rate: 6/min", with: "rate: 500/s")
                .write(toFile: stage.configurationPath, atomically: true, encoding: .utf8)
            worker.signalGroup(SIGHUP)
            try await eventually("all are sent", within: .seconds(60)) { stage.count("r-", status: "sent") == 5 }
            worker.signalGroup(SIGTERM)
            #expect(await worker.exit() == 0)
        }
    }

    @Test func `a pause costs no try`() async throws {
        var options = Stage.Options()
        options.retry = "{attempts: 2, first: 1s, max: 1s, probe: 1s}"
        try await Stage.run(options) { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("p-1", to: "fail_48001_x3_a"))
            let result = try await stage.result(of: "p-1")
            #expect(result["status"]?.string == "sent" && result["attempts"]?.integer == 1)
        }
    }

    @Test func `a worker whose broker hangs ends within its deadline`() async throws {
        let broker = try await PrivateBroker.start()
        var options = Stage.Options()
        options.broker = broker
        options.extra = ["shutdown: 2s"]
        options.sandbox.latency = .fixed(.milliseconds(300))
        let result = await Result {
            try await Stage.run(options) { stage in
                let worker = try stage.startWorker()
                for number in 0..<50 { try await stage.send(Stage.job("b-\(number)", to: "oB\(number)")) }
                try await eventually("jobs are with WeChat") { try await !stage.accepted(by: "oB0").isEmpty }
                try await broker.pause()
                let began = ContinuousClock.now
                worker.signalGroup(SIGTERM)
                #expect(await worker.exit() == 0)
                // The deadline, and what it takes to let go of the connections.
                #expect(ContinuousClock.now - began < .seconds(25))
                broker.resume()
            }
        }
        broker.resume()
        await broker.stop()
        try result.get()
    }
}
