import AMQP
import DeadLetters
import Foundation
import JSON
import TestSupport
import Testing
import Worker

/// `wxpush dead list`, `groups` and `show`.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct ShowTests {
    @Test func `a list has the newest first or the oldest, and counts what it does not show`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<30).map { Yard.letter("l-\($0)", errcode: $0 % 2 == 0 ? 47003 : nil) })
            let newest = try await yard.wxpush("dead", "list", "--limit", "3", "--json")
            #expect(newest.json.compactMap { $0["id"]?.string } == ["l-29", "l-28", "l-27"], "\(newest)")
            let oldest = try await yard.wxpush("dead", "list", "errcode=47003", "--limit", "2", "--oldest")
            #expect(oldest.status == 0 && oldest.output.contains("2 of 15 that fit, of 30 dead letters"), "\(oldest)")
            let lines = oldest.output.split(separator: "\n")
            #expect(lines[1].contains("l-0") && lines[2].contains("l-2") && lines[1].contains("mini"))
        }
    }

    @Test func `groups name what broke, and terms that find it`() async throws {
        try await Yard.run { yard in
            try await yard.bury(
                (0..<7).map { Yard.letter("g-\($0)", errcode: 47003) }
                    + [Yard.letter("h", body: "garbage", reason: "bad_json")])
            let groups = try await yard.wxpush("dead", "groups", "--json")
            let first = try #require(groups.json.first)
            #expect(first["count"]?.integer == 7 && first["app"]?.string == "mini", "\(groups)")
            let terms = (first["terms"]?.array ?? []).compactMap(\.string)
            try #require(terms.count == 4)
            let ids = try await yard.queue().ids(terms[0], terms[1], terms[2], terms[3])
            #expect(ids.count == 7)
            let table = try await yard.wxpush("dead", "groups")
            #expect(table.output.contains("bad_json") && table.output.contains("8 that fit, of 8"), "\(table)")
        }
    }

    @Test func `one letter is shown with all that is known of it`() async throws {
        try await Yard.run { yard in
            try await yard.bury([
                Yard.letter("s-1", errcode: 47003) {
                    $0.headers["x-wxpush-requeued-at"] = "2026-11-20T08:00:00.000Z"
                    $0.headers["x-wxpush-requeued-by"] = "li@ops"
                    $0.headers["x-wxpush-requeues"] = 2
                    $0.replyTo = "my.replies"
                }
            ])
            let shown = try await yard.wxpush("dead", "show", "s-1")
            for text in [
                "47003", "Shorten the value", "请缩短该值", "li@ops, the 2. time", #""title": "Tea""#, "my.replies",
                "x-wxpush-worker", "What would be sent now", #""thing1""#,
            ] { #expect(shown.output.contains(text), "\(text)\n\(shown)") }
            let whole = try await yard.wxpush("dead", "show", "s-1", "--json")
            let json = try #require(whole.json.first)
            #expect(json["body"]?.object?["params"]?.object?["title"]?.string == "Tea")
            #expect(json["advice"]?.array?.count == 2 && json["renders"]?.object?["data"] != nil)
            #expect(json["requeues"]?.integer == 2 && json["reply_to"]?.string == "my.replies")
        }
    }

    @Test func `a letter without an id has an address, and a hostile one is harmless`() async throws {
        try await Yard.run { yard in
            let evil = "\u{1B}]0;owned\u{07}\u{202E}\u{9B}31m"
            try await yard.bury([
                Message(body: Array("{not json \(evil)".utf8), properties: Properties()),
                Yard.letter("e \(evil)", body: Yard.job("x", title: "t"), reason: "r\(evil)") {
                    $0.headers["x-wxpush-detail"] = .string("d\(evil)")
                    $0.headers[ShortString("k\(evil)")] = .string("v\(evil)")
                    $0.correlationID = ShortString(evil)
                },
            ])
            let list = try await yard.wxpush("dead", "list", "--oldest", "--json")
            let key = try #require(list.json.first?["key"]?.string)
            #expect(list.json.first?["id"] == nil && list.json.first?["reason"]?.string == "unspecified")
            let texts = [
                try await yard.wxpush("dead", "list"), try await yard.wxpush("dead", "groups"),
                try await yard.wxpush("dead", "show", "@\(key.prefix(12))"),
                try await yard.wxpush("dead", "show", "e \(evil)"), try await yard.wxpush("dead", "show", "no \(evil)"),
                try await yard.wxpush("dead", "requeue", "*", "--dry-run", "--set", "a=\(evil)"),
            ]
            for text in texts {
                let bad = (text.output + text.errors).unicodeScalars.filter {
                    $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
                }
                #expect(bad.isEmpty, "\(text)")
            }
            #expect(texts[2].status == 0 && texts[2].output.contains("not json"))
            let sent = try await yard.wxpush("dead", "requeue", "@\(key.prefix(12))")
            #expect(sent.status == 0 && sent.output == "1 requeued\n", "\(sent)")
        }
    }
}
