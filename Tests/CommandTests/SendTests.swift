import AMQP
import Foundation
import JSON
import TestSupport
import Testing

/// `wxpush send` up to the queue.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct SendTests {
    @Test func `a job from options is on the queue as it was described`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            try bench.write("values.json", #"{"title":"Coffee","amount":12.50}"#)
            let sent = try await bench.wxpush(
                "send", "--id", "order-1", "--app", "mini", "--to", "oAlice", "--template", "order-paid", "--params",
                "values.json",
                "-p", "title=Tea=green", "--page", "p/x", "--not-before", "2026-11-20T08:00:00+08:00", "--meta",
                #"{"n":1}"#,
                "--reply-to", "my.replies")
            #expect(sent.status == 0, "\(sent)")
            #expect(sent.output == "queued  order-1\n" && sent.errors == "")
            let job = try #require(try await bench.jobs().first)
            #expect(
                String(decoding: job.body, as: UTF8.self)
                    == #"{"id":"order-1","app":"mini","to":"oAlice","template":"order-paid","params":{"title":"Tea=green","amount":12.50},"#
                    + #""page":"p/x","not_before":"2026-11-20T08:00:00+08:00","meta":{"n":1}}"#)
            #expect(job.properties.messageID == "order-1" && job.properties.replyTo == "my.replies")
            #expect(job.properties.deliveryMode == .persistent && job.properties.contentType == "application/json")
        }
    }

    @Test func `a job without an id gets one, which is shown and travels as message_id`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            let sent = try await bench.wxpush("send", "--code", "c-1", "--template", "order-paid", "--json")
            let id = try #require(sent.json.first?["id"]?.string)
            #expect(sent.status == 0 && sent.json.first?["status"]?.string == "queued" && !id.isEmpty)
            let job = try #require(try await bench.jobs().first)
            #expect(job.properties.messageID == ShortString(id) && job.properties.replyTo == nil)
            #expect(
                String(decoding: job.body, as: UTF8.self)
                    == #"{"to":{"code":"c-1"},"template":"order-paid","params":{}}"#)
        }
    }

    @Test func `a bad line is named and does not stop the others, unless that is wanted`() async throws {
        let lines = [
            Self.job("a"), "", "   ", "{nonsense", Self.job("b"),
            #"{"id":"c","to":"o","template":"t","params":{},"parms":1}"#,
            #"{"id":"big","to":"\#(String(repeating: "x", count: 300_000))","template":"t","params":{}}"#,
            String(repeating: "y", count: 3 << 20), Self.job("d"),
        ].joined(separator: "\r\n")
        try await Bench.run(try await Bench.withBroker()) { bench in
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            let sent = try await bench.wxpush("send", "--json", input: lines)
            #expect(sent.status == 2)
            #expect(sent.json.compactMap { $0["id"]?.string } == ["a", "b", "d"], "\(sent)")
            for (line, word) in [(4, "bad_json"), (6, "unknown_key"), (7, "body_too_large"), (8, "bytes")] {
                #expect(
                    sent.errors.split(separator: "\n").contains { $0.contains("line \(line):") && $0.contains(word) },
                    "\(sent)")
            }
            #expect(sent.errors.contains("7 lines: 3 on the queue, 4 skipped"))
            #expect(try await bench.jobs().map { $0.properties.messageID?.description } == ["a", "b", "d"])

            let strict = try await bench.wxpush("send", "--strict", input: lines)
            #expect(strict.status == 2 && strict.errors.contains("line 4:") && !strict.errors.contains("line 6:"))
            #expect(try await bench.jobs().map { $0.properties.messageID?.description } == ["a"])
        }
    }

    @Test func `a byte order mark is no part of the first job`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            let sent = try await bench.wxpush("send", input: "\u{FEFF}" + Self.job("a") + "\n" + Self.job("b"))
            #expect(sent.status == 0, "\(sent)")
            try bench.write("values.json", "\u{FEFF}{\"title\":\"Tea\"}")
            let single = try await bench.wxpush("send", "--to", "o", "--template", "t", "--params", "values.json")
            #expect(single.status == 0, "\(single)")
            #expect(try await bench.jobs().first.map { String(decoding: $0.body, as: UTF8.self) } == Self.job("a"))
        }
    }

    @Test func `whatever is to be sent unchecked is sent`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            try bench.write("jobs.jsonl", "{nonsense\n{\"id\":\"x\",\"what\":1}\n")
            let sent = try await bench.wxpush("send", "--no-check", "jobs.jsonl")
            #expect(sent.status == 0, "\(sent)")
            let jobs = try await bench.jobs()
            #expect(jobs.map { String(decoding: $0.body, as: UTF8.self) } == ["{nonsense", #"{"id":"x","what":1}"#])
            #expect(jobs.last?.properties.messageID == "x" && jobs.first?.properties.messageID?.isEmpty == false)
        }
    }

    @Test func `tens of thousands of jobs are on the queue, each once and in order`() async throws {
        let lines = (0..<20_000).map { Self.job("n-\($0)") }.joined(separator: "\n")
        try await Bench.run(try await Bench.withBroker()) { bench in
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            let sent = try await bench.wxpush("send", "-", input: lines)
            #expect(sent.status == 0 && sent.errors.contains("20000 lines: 20000 on the queue"), "\(sent.errors)")
            #expect(sent.lines.count == 20_000)
            let ids = try await bench.jobs().map { $0.properties.messageID?.description }
            #expect(ids == (0..<20_000).map { "n-\($0)" })
        }
    }

    @Test func `without the queue the way out is named`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            let sent = try await bench.wxpush("send", input: (0..<50).map { Self.job("\($0)") }.joined(separator: "\n"))
            #expect(sent.status == 1 && sent.errors.contains("wxpush topology declare"), "\(sent)")
        }
    }

    @Test func `a broker that is away or refuses the login ends with 3 and one line`() async throws {
        try await Bench.run { bench in
            let away = try await bench.wxpush("send", "--to", "o", "--template", "t")
            #expect(away.status == 3 && away.output == "", "\(away)")
            #expect(away.errors.split(separator: "\n").count == 1 && away.errors.contains("is RabbitMQ running there"))
            let port = try await PrivateBroker.shared().port
            let denied = try await bench.wxpush(
                "send", "--to", "o", "--template", "t", "--amqp-url",
                "amqp://guest:\(Bench.password)@127.0.0.1:\(port)/")
            #expect(denied.status == 3 && denied.errors.contains("check user, password"), "\(denied)")
        }
    }

    @Test(arguments: [
        (["--to", "o"], "missing_key"), (["--template", "t"], "no recipient"),
        (["--to", "o", "--code", "c", "--template", "t"], "not both"),
        (["--to", "o", "--template", "t", "--kind", "customer"], "either"),
        (["--to", "o", "--kind", "nothing"], "must be one of"),
        (["--to", "o", "--template", "t", "-p", "=x"], "a name, =, and a value"),
        (["--to", "o", "--template", "t", "--params", "no-such-file"], "cannot be read"),
        (["--to", "o", "--template", "t", "--meta", "[1]"], "JSON object"),
        (["--to", "o", "--template", "t", "--meta", "{"], "no JSON"),
        (["--to", "o", "--template", "t", "--expires-at", "soon"], "expires_at"),
        (["--to", "o", "file.jsonl"], "one or the other"),
        (["--to", "o", "--template", "t", "--timeout", "3s"], "--timeout goes with --wait"),
        (["--to", "o", "--template", "t", "--wait", "--reply-to", "q"], "leave out --reply-to"),
        (["--to", "o", "--template", "t", "--reply-to", "amq.direct"], "queue of your own"),
        (["no-such-file"], "cannot be read"),
        (["--to", "o", "--kind", "subscribe", "--message", "wrong.json"], "payload_invalid"),
        (["--to", "o", "--kind", "subscribe", "--message", "long.json"], "(value_too_long)"),
        (["--nonsense"], "there is no option"),
    ])
    func `nonsense is refused before anybody is asked`(arguments: [String], words: String) async throws {
        try await Bench.run { bench in
            try bench.write("wrong.json", #"{"template_id":"T","data":{"thing1":{"value":"x"}},"colour":"red"}"#)
            let long = String(repeating: "长", count: 21)
            try bench.write("long.json", #"{"template_id":"T","data":{"thing1":{"value":"\#(long)"}}}"#)
            let process = try bench.start(["send"] + arguments, name: "send")
            #expect(await process.exit() == 2)
            let errors = bench.text("send.err")
            #expect(errors.contains(words) && errors.split(separator: "\n").count == 1, "\(errors)")
        }
    }

    static func job(_ id: String, to openid: String = "oAlice") -> String {
        #"{"id":"\#(id)","to":"\#(openid)","template":"order-paid","params":{"title":"Tea","amount":"12","order_id":"1"}}"#
    }
}
