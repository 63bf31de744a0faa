import AMQP
import Foundation
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// Every status and reason of the documentation, from a real job to its real result and dead letter.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct OutcomeTests {
    @Test func `jobs of every kind are sent, each with its result`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("s-1", more: #","page":"pages/mine","meta":{"order":17}"#))
            try await stage.send(
                #"{"id":"s-2","to":{"openid":"oBob"},"template":"paid","params":{"title":"茶","order":"B"}}"#)
            try await stage.send(#"{"id":"s-3","to":"oCarl","template":"hello","params":{"title":"卡尔"}}"#)
            try await stage.send(
                #"{"id":"s-4","app":"service","to":"oDora","kind":"subscribe-biz","message":{"template_id":"T","data":{"thing1":{"value":"x"}}}}"#
            )
            try await stage.send(
                #"{"id":"s-5","app":"service","to":"oEmil","kind":"subscribe-once","message":{"template_id":"T","scene":"1","title":"x","data":{"content":{"value":"x"}}}}"#
            )
            try await stage.send(
                #"{"id":"s-6","app":"mini","to":{"code":"login-code"},"template":"notice","params":{"title":"t","order":"1"}}"#
            )
            for id in ["s-1", "s-2", "s-3", "s-4", "s-5", "s-6"] {
                let result = try await stage.result(of: id)
                #expect(result["status"]?.string == "sent", "\(id): \(result)")
                #expect(result["errcode"]?.integer == 0 && result["attempts"]?.integer == 1)
            }
            let first = try await stage.result(of: "s-1")
            #expect(
                first["app"]?.string == "mini" && first["kind"]?.string == "subscribe"
                    && first["to"]?.string == "oAlice")
            #expect(first["template"]?.string == "notice" && first["meta"]?.object?["order"]?.integer == 17)
            #expect(first["msgid"]?.string?.isEmpty == false && first["finished_at"]?.string?.hasSuffix("Z") == true)
            #expect(try await stage.result(of: "s-6")["to"]?.string?.isEmpty == false)
            let message = try await stage.accepted(by: "oAlice")
            #expect(message.first?["message"]?.object?["page"]?.string == "pages/mine")
            #expect(stage.deadLetters.value.isEmpty)
        }
    }

    @Test func `a result carries what its job brought`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("p-1")) { properties in
                properties.correlationID = "corr-7"
                properties.headers = [
                    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "other": "x",
                ]
            }
            try await stage.result(of: "p-1")
            let properties = try #require(stage.results.value.first).properties
            #expect(
                properties.correlationID == "corr-7" && properties.messageID == "p-1"
                    && properties.type == "wxpush.result")
            #expect(properties.contentType == "application/json" && properties.appID == "wxpush")
            #expect(properties.deliveryMode == .persistent && properties.timestamp != nil)
            #expect(
                properties.headers["traceparent"]?.text?.hasPrefix("00-0af7") == true
                    && properties.headers["other"] == nil)
        }
    }

    @Test func `what is wrong with a job is said, and the job kept byte for byte`() async throws {
        let bad: [(id: String, body: String, reason: String)] = [
            ("b-1", "{not json", "bad_json"), ("b-2", "[]", "bad_json"),
            ("b-3", #"{"id":"b-3","to":"o","template":"notice","params":{},"parms":1}"#, "unknown_key"),
            ("b-4", #"{"id":"b-4","to":"o","template":"nothing","params":{}}"#, "unknown_template"),
            ("b-5", #"{"id":"b-5","to":"o","template":"notice","params":{"order":"1"}}"#, "missing_param"),
            (
                "b-6",
                #"{"id":"b-6","to":"o","template":"notice","params":{"title":"一二三四五六七八九十一二三四五六七八九十一","order":"1"}}"#,
                "value_too_long"
            ),
            ("b-7", #"{"id":"b-7","to":"o","template":"notice","params":{"title":"x","order":"一"}}"#, "value_invalid"),
            (
                "b-8", #"{"id":"b-8","app":"nobody","to":"o","template":"notice","params":{"title":"x","order":"1"}}"#,
                "unknown_app"
            ),
            (
                "b-9", #"{"id":"b-9","app":"service","to":"o","template":"notice","params":{"title":"x","order":"1"}}"#,
                "wrong_app_type"
            ),
            (
                "b-10",
                #"{"id":"b-10","to":"o","kind":"customer","message":{"msgtype":"text","text":{"content":"x"}}}"#,
                "app_required"
            ),
            (
                "b-11", #"{"id":"b-11","app":"mini","to":"o","kind":"subscribe","message":{"template_id":"T"}}"#,
                "payload_invalid"
            ),
            ("b-12", #"{"id":"b-12","to":7,"template":"notice","params":{}}"#, "wrong_type"),
            ("b-13", #"{"id":"b-13","to":"o","template":"notice"}"#, "missing_key"),
            ("b-14", #"{"id":"b-14","to":"o","template":"notice","params":{},"kind":"customer"}"#, "conflicting_keys"),
            ("b-15", #"{"id":"b-15","to":"o","template":"notice","params":{},"expires_at":"soon"}"#, "bad_value"),
        ]
        try await Stage.run { stage in
            try stage.startWorker()
            for job in bad { try await stage.send(job.body) { $0.messageID = ShortString(job.id) } }
            for job in bad {
                let result = try await stage.result(of: job.id)
                #expect(result["status"]?.string == "failed", "\(job.id)")
                #expect(result["reason"]?.string == job.reason, "\(job.id): \(result["detail"]?.string ?? "")")
                #expect(result["detail"]?.string?.isEmpty == false && result["errcode"] == nil)
                let letter = try await stage.deadLetter(of: job.id)
                #expect(letter.body == Array(job.body.utf8))
                #expect(letter.properties.headers["x-wxpush-reason"]?.text == job.reason)
                #expect(letter.properties.headers["x-wxpush-worker"]?.text == "w1")
                #expect(letter.properties.headers["x-wxpush-died-at"]?.text?.hasSuffix("Z") == true)
                #expect(
                    letter.properties.messageID == ShortString(job.id) && letter.properties.replyTo == stage.replies)
            }
        }
    }

    @Test func `bodies of any bytes and any size end as a result and a dead letter`() async throws {
        let bodies: [(String, [UInt8])] = [
            ("x-1", []), ("x-2", [0xff, 0xfe, 0x00]), ("x-3", [UInt8](repeating: 0x5b, count: 100_000)),
            ("x-4", Array(#"{"id":"x-4","to":""#.utf8) + [0xc3, 0x28] + Array(#""}"#.utf8)),
            ("x-5", [UInt8](repeating: 0x20, count: 300_000)), ("x-6", [UInt8](repeating: 0x41, count: 3 << 20)),
        ]
        try await Stage.run { stage in
            try stage.startWorker()
            for (id, body) in bodies { try await stage.send(bytes: body) { $0.messageID = ShortString(id) } }
            for (id, body) in bodies {
                let result = try await stage.result(of: id)
                #expect(result["status"]?.string == "failed")
                #expect(["bad_json", "body_too_large"].contains(result["reason"]?.string), "\(id)")
                try await eventually("the dead letter of \(id)") {
                    stage.deadLetters.value.contains { $0.properties.messageID == ShortString(id) && $0.body == body }
                }
            }
        }
    }

    @Test func `what WeChat says of the recipient is refused, and nobody's dead letter`() async throws {
        let codes = [(43101, "recipient_refused"), (40003, "recipient_unknown"), (43004, "recipient_not_following")]
        try await Stage.run { stage in
            try stage.startWorker()
            for (code, _) in codes { try await stage.send(Stage.job("r-\(code)", to: "fail_\(code)_x")) }
            for (code, reason) in codes {
                let result = try await stage.result(of: "r-\(code)")
                #expect(result["status"]?.string == "refused" && result["reason"]?.string == reason)
                #expect(result["errcode"]?.integer == Int64(code) && result["errmsg"]?.string?.contains("rid") == true)
            }
            #expect(stage.deadLetters.value.isEmpty)
        }
    }

    @Test func `what may pass is tried again, and what does not pass is a dead letter in the end`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("t-1", to: "fail_-1_x2_a"))
            try await stage.send(Stage.job("t-2", to: "fail_-1_b"))
            try await stage.send(Stage.job("t-3", to: "http500_x1_c"))
            let passed = try await stage.result(of: "t-1")
            #expect(passed["status"]?.string == "sent" && passed["attempts"]?.integer == 3)
            let used = try await stage.result(of: "t-2")
            #expect(used["status"]?.string == "failed" && used["reason"]?.string == "retries_exhausted")
            #expect(used["errcode"]?.integer == -1 && used["attempts"]?.integer == 3)
            let letter = try await stage.deadLetter(of: "t-2")
            #expect(letter.properties.headers["x-wxpush-attempts"]?.integer == 3)
            #expect(letter.properties.headers["x-wxpush-errcode"]?.integer == -1)
            #expect(letter.properties.headers["x-wxpush-first-failed-at"]?.text != nil)
            #expect(try await stage.result(of: "t-3")["status"]?.string == "sent")
        }
    }

    @Test func `a request that is never answered is unknown, and sent once`() async throws {
        var options = Stage.Options()
        options.wechat = ["timeout: 1s"]
        try await Stage.run(options) { stage in
            try stage.startWorker()
            try await stage.send(Stage.job("u-1", to: "drop_u1"))
            try await stage.send(Stage.job("u-2", to: "hang_9s_u2"))
            for (id, openid) in [("u-1", "drop_u1"), ("u-2", "hang_9s_u2")] {
                let result = try await stage.result(of: id)
                #expect(result["status"]?.string == "unknown" && result["reason"]?.string == "outcome_unknown")
                let letter = try await stage.deadLetter(of: id)
                #expect(letter.properties.headers["x-wxpush-reason"]?.text == "outcome_unknown")
                #expect(try await stage.accepted(by: openid).count == 1)
            }
            // A template message has a key by which WeChat drops a second one: it is sent again, and arrives once.
            try await stage.send(
                #"{"id":"u-3","to":"drop_x1_u3","template":"paid","params":{"title":"茶","order":"B"}}"#)
            let result = try await stage.result(of: "u-3")
            #expect(result["status"]?.string == "sent" && result["attempts"]?.integer == 2)
            #expect(try await stage.accepted(by: "drop_x1_u3").count == 1)
        }
    }

    @Test func `times are kept`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            let start = Date()
            let later = start.addingTimeInterval(3).ISO8601Format()
            try await stage.send(Stage.job("e-1", more: #","expires_at":"2020-01-01T00:00:00Z""#))
            try await stage.send(Stage.job("e-2", more: ",\"not_before\":\"\(later)\""))
            #expect(try await stage.result(of: "e-1")["status"]?.string == "expired")
            #expect(try await stage.result(of: "e-2")["status"]?.string == "sent")
            // To the second, which the time above was cut to.
            #expect(Date().timeIntervalSince(start) >= 2)
            #expect(try await stage.accepted(by: "oAlice").count == 1)
            #expect(stage.deadLetters.value.isEmpty)
        }
    }

    @Test func `an id is sent once, and a failed one may come again`() async throws {
        try await Stage.run { stage in
            try stage.startWorker("w1")
            try stage.startWorker("w2")
            // Two copies at the same moment.
            async let one: Void = stage.send(Stage.job("d-1"))
            async let two: Void = stage.send(Stage.job("d-1"))
            _ = try await (one, two)
            try await eventually("both results") { stage.results(of: "d-1").count == 2 }
            let statuses = stage.results(of: "d-1").compactMap { $0["status"]?.string }.sorted()
            #expect(statuses == ["duplicate", "sent"])
            let duplicate = try #require(stage.results(of: "d-1").first { $0["status"]?.string == "duplicate" })
            #expect(duplicate["original"]?.object?["status"]?.string == "sent")
            #expect(try await stage.accepted(by: "oAlice").count == 1)
            // Failed, mended, sent.
            try await stage.send(#"{"id":"d-2","to":"oBob","template":"notice","params":{"order":"1"}}"#)
            #expect(try await stage.result(of: "d-2")["status"]?.string == "failed")
            try await stage.send(Stage.job("d-2", to: "oBob"))
            try await eventually("the second result") {
                stage.results(of: "d-2").contains { $0["status"]?.string == "sent" }
            }
            // A refusal is final.
            try await stage.send(Stage.job("d-3", to: "fail_43101_x"))
            try await stage.result(of: "d-3")
            try await stage.send(Stage.job("d-3", to: "oBob"))
            try await eventually("the duplicate") {
                stage.results(of: "d-3").contains { $0["status"]?.string == "duplicate" }
            }
            #expect(try await stage.accepted(by: "oBob").count == 1)
        }
    }

    @Test func `a result finds its way when the reply queue is gone or forbidden`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            let reader = try await ResultQueue.open(stage)
            try await stage.send(Stage.job("q-1")) { $0.replyTo = "no-such-queue" }
            try await stage.send(Stage.job("q-2")) { $0.replyTo = ShortString("\(stage.prefix).jobs") }
            try await stage.send(Stage.job("q-3")) { $0.replyTo = "amq.direct" }
            try await stage.send(Stage.job("q-4")) { $0.replyTo = nil }
            let results = try await reader.take(4)
            let lost = try #require(results["q-1"])
            #expect(lost.properties.headers["x-wxpush-unroutable"]?.text == "no-such-queue")
            #expect(lost.status == "sent")
            #expect(results["q-2"]?.reason == "bad_reply_to" && results["q-3"]?.reason == "bad_reply_to")
            #expect(results["q-4"]?.status == "sent")
            #expect(try await stage.accepted(by: "oAlice").count == 2)
            await reader.close()
        }
    }
}

/// Reads the queue of all results.
private struct ResultQueue: Sendable {
    let connection: Connection
    let deliveries: Deliveries

    static func open(_ stage: Stage) async throws -> ResultQueue {
        let connection = try await Connection.open(try ConnectionConfiguration(url: stage.broker.url), on: stage.lane)
        return ResultQueue(
            connection: connection,
            deliveries: try await connection.consume(ShortString("\(stage.prefix).results"), prefetch: 10))
    }

    func take(_ count: Int) async throws -> [String: Delivery] {
        var taken: [String: Delivery] = [:]
        for try await delivery in deliveries {
            taken[delivery.properties.messageID?.text ?? ""] = delivery
            await connection.acknowledge(delivery)
            if taken.count == count { break }
        }
        return taken
    }

    func close() async { await connection.close() }
}

extension Delivery {
    fileprivate var status: String? { (try? JSONValue(parsing: body))?.object?["status"]?.string }
    fileprivate var reason: String? { (try? JSONValue(parsing: body))?.object?["reason"]?.string }
}
