import AMQP
import BrokerSupport
import DeadLetters
import Foundation
import JSON
import TestSupport
import Testing
import Worker

/// What the page's API shows of the dead letters.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct PageLookTests {
    private static let evil = #"<script>alert("1")</script><img src=x onerror=alert(1)>"#

    /// Letters such as nobody should write, and everybody might.
    private static var hostile: [(name: String, letter: Message)] {
        var everything = Properties()
        everything.headers = [
            "bool": true, "i8": .int8(-1), "u8": .uint8(1), "i16": .int16(-2), "u16": .uint16(2), "i32": .int32(-3),
            "u32": .uint32(3), "i64": .int64(-4), "u64": .uint64(.max), "f": .float(0.5), "d": .double(0.1),
            "dec": .decimal(scale: 2, value: 314), "s": "text", "bad": .stringBytes([0xFF, 0xFE]),
            "x": .bytes([0, 1, 2]), "t": .timestamp(.max), "v": .void, "F": ["deep": ["deeper": [1, "two"]]],
            "A": [1, [2, [3]]],
        ]
        return [
            ("html", Yard.letter(evil, body: #"{"id":"\#(evil.replacing("\"", with: "\\\""))","x":"</script>"}"#)),
            ("control", Yard.letter("c\u{1b}[31m\u{7}\u{202e}", body: "\u{1}\u{1f}\u{7f}\u{2028}")),
            (
                "large",
                Yard.letter("large", body: #"{"pad":""# + String(repeating: "\u{1}", count: (256 << 10) - 10) + #""}"#)
            ),
            ("binary", Message(body: Array(0...255), properties: Yard.letter("binary").properties)),
            ("bare", Message(body: [], properties: Properties())),
            ("headers", Message(body: Array("{}".utf8), properties: everything)),
            (
                "foreign",
                Message(
                    body: Array("<xml/>".utf8),
                    properties: {
                        var properties = Properties()
                        properties.messageID = ShortString(bytes: [0xC3, 0x28])
                        properties.headers["x-death"] = [
                            ["reason": "expired", "queue": "theirs", "count": .int64(.max), "time": .timestamp(.max)]
                        ]
                        properties.headers["x-wxpush-reason"] = 7
                        properties.headers["x-wxpush-errcode"] = "not a number"
                        properties.headers["x-wxpush-died-at"] = "yesterday"
                        return properties
                    }())
            ),
            ("long id", Yard.letter(String(repeating: "好", count: 42) + "..", body: "[1,2,3]")),
        ]
    }

    @Test func `hostile letters are shown as they are, whole and as text`() async throws {
        try await Yard.run { yard in
            let letters = Self.hostile
            try await yard.bury(letters.map(\.letter))
            let page = try await Page.open(yard)
            let list = try await page.object("api/dead?order=oldest")
            #expect(list["count"]?.integer == Int64(letters.count) && list["depth"]?.integer == Int64(letters.count))
            let rows = (list["letters"]?.array ?? []).compactMap(\.object)
            #expect(rows.count == letters.count)
            for ((name, sent), row) in zip(letters, rows) {
                let key = try #require(row["key"]?.string)
                // By its key, and by what the list says is its address.
                for address in ["@\(key)", try #require(row["address"]?.string)] {
                    let answer = try await page.object("api/dead/letter?address=\(Self.encoded(address))")
                    let shown = try #require(answer["letters"]?.array?.first?.object, "\(name)")
                    #expect(shown["key"]?.string == key, "\(name)")
                    #expect(shown["address"]?.string == row["address"]?.string)
                    #expect(shown["body_bytes"]?.integer == Int64(sent.body.count))
                    #expect(shown["body_text"]?.string == String(decoding: sent.body, as: UTF8.self), "\(name)")
                    #expect(shown["is_text"]?.bool == (name != "binary"))
                    #expect(shown["too_large"]?.bool == false)
                    let headers = (shown["headers"]?.array ?? []).compactMap(\.object)
                    #expect(
                        headers.count { $0["name"]?.string != "x-delivery-count" }
                            == Array(sent.properties.headers).count)
                    for member in ["advice", "history", "properties", "body"] {
                        #expect(shown[member] != nil, "\(name)")
                    }
                    // A job that cannot be read is told so.
                    #expect(shown["render_faults"] != nil, "\(name)")
                }
            }
            let types = try await page.object("api/dead/letter?address=@\(try #require(rows[5]["key"]?.string))")
            let headers = (types["letters"]?.array?.first?.object?["headers"]?.array ?? []).compactMap(\.object)
            let seen = Dictionary(headers.map { ($0["name"]?.string ?? "", $0["type"]?.string ?? "") }) { $1 }
            for (name, type) in [
                ("bool", "t"), ("i8", "b"), ("u8", "B"), ("i16", "s"), ("u16", "u"), ("i32", "I"), ("u32", "i"),
                ("f", "f"), ("d", "d"), ("dec", "D"), ("s", "S"), ("x", "x"), ("v", "V"), ("F", "F"), ("A", "A"),
            ] { #expect(seen[name] == type, "\(name)") }
            try await page.close()
        }
    }

    @Test func `a letter too large to be taken over is named, and neither exported nor dropped`() async throws {
        try await Yard.run { yard in
            let large = Message(
                body: Array(repeating: UInt8(ascii: " "), count: (16 << 20) + 1),
                properties: Yard.letter("huge").properties)
            try await yard.bury([large, Yard.letter("small")])
            let page = try await Page.open(yard)
            let shown = try #require(
                try await page.object("api/dead/letter?address=huge")["letters"]?.array?.first?.object)
            #expect(shown["too_large"]?.bool == true && shown["body_bytes"]?.integer == (16 << 20) + 1)
            #expect(shown["is_text"]?.bool == false && shown["renders"] == nil && shown["render_faults"] == nil)
            let id = try await page.freeze("", count: 2)
            let (status, export) = try await page.get("api/dead/export?snapshot=\(id)")
            #expect(status == 200 && export.split(separator: 0x0A).count == 2)
            #expect(Page.end(of: export)?["letters"]?.integer == 1)
            let (begun, run) = try await page.drop(id, export)
            #expect(begun == 202)
            let ended = try await page.end(of: run)
            #expect(ended["dropped"]?.integer == 1 && ended["kept"]?.integer == 1, "\(ended)")
            #expect(try await yard.queue().ids() == ["huge"])
            try await page.close()
        }
    }

    @Test func `a thousand letters are the same, byte for byte and in order, after twenty looks of every sort`()
        async throws
    {
        try await Yard.run { yard in
            let hostile = Self.hostile.map(\.letter)
            try await yard.bury(
                (0..<1000).map { number in
                    number % 50 == 7
                        ? hostile[number / 50 % hostile.count]
                        : Yard.letter("l-\(number)", reason: number % 3 == 0 ? "rate_limited" : "value_too_long")
                })
            let before = try await yard.content(of: yard.names.dead)
            let page = try await Page.open(yard)
            for round in 0..<20 {
                let list = try await page.object("api/dead?reason=rate_limited&limit=5")
                #expect(list["depth"]?.integer == 1000 && list["missed"]?.integer == 0, "round \(round)")
                #expect(try await page.object("api/dead/letter?address=l-\(round + 8)")["letters"]?.array?.count == 1)
                let id = try await page.freeze("id=l-9*", count: before.count { Self.isOfNine($0) })
                #expect(try await page.get("api/dead/export?snapshot=\(id)").status == 200)
                if round % 5 == 0 {
                    #expect(try await yard.wxpush("dead", "list", "--json").status == 0)
                    #expect(try await yard.wxpush("dead", "groups").status == 0)
                    #expect(try await yard.wxpush("dead", "show", "l-\(round + 1)").status == 0)
                }
            }
            let after = try await yard.content(of: yard.names.dead)
            #expect(after.count == before.count)
            for (one, other) in zip(before, after) {
                #expect(one.body == other.body && one.routingKey == other.routingKey && one.exchange == other.exchange)
                #expect(Self.lasting(one.properties) == Self.lasting(other.properties))
            }
            try await page.close()
        }
    }

    private static func isOfNine(_ delivery: Delivery) -> Bool {
        delivery.properties.messageID?.text?.hasPrefix("l-9") == true
    }

    /// All but the broker's count of returns, for which it sorts the headers too.
    private static func lasting(_ properties: Properties) -> Properties {
        var properties = properties
        let headers = properties.headers.filter { $0.key != "x-delivery-count" }
            .sorted { $0.key.description < $1.key.description }
        properties.headers = Table()
        for entry in headers { properties.headers[entry.key] = entry.value }
        return properties
    }

    @Test func `groups, terms and order are those of the command`() async throws {
        try await Yard.run { yard in
            try await yard.bury(
                (0..<30).map { number in
                    Yard.letter(
                        "g-\(number)", reason: number < 20 ? "value_too_long" : "rate_limited",
                        errcode: number < 20 ? nil : 45009)
                })
            let page = try await Page.open(yard)
            let all = try await page.object("api/dead?limit=3")
            #expect(all["letters"]?.array?.compactMap { $0.object?["id"]?.string } == ["g-29", "g-28", "g-27"])
            let groups = (all["groups"]?.array ?? []).compactMap(\.object)
            #expect(groups.map { $0["count"]?.integer } == [20, 10] && all["others"]?.integer == 0)
            #expect(groups[1]["errcode"]?.integer == 45009 && groups[0]["errcode"] == nil)
            for group in groups {
                // Its query finds its letters, and so do its terms on the command line.
                let found = try await page.object("api/dead?\(try #require(group["query"]?.string))")
                #expect(found["count"]?.integer == group["count"]?.integer, "\(group)")
                let words = (group["terms"]?.array ?? []).compactMap(\.string)
                #expect(found["terms"]?.array?.compactMap(\.string) == words)
            }
            let oldest = try await page.object("api/dead?id=g-1*&app!=shop&limit=2&order=oldest")
            #expect(oldest["count"]?.integer == 11)
            #expect(oldest["letters"]?.array?.compactMap { $0.object?["id"]?.string } == ["g-1", "g-10"])
            let listed = try await yard.wxpush("dead", "list", "--json", "-l", "1000")
            let shown = (try await page.object("api/dead?limit=1000")["letters"]?.array ?? []).compactMap(\.object)
            for (one, other) in zip(listed.json, shown) {
                for member in one { #expect(other[member.key] == member.value, "\(member.key)") }
            }
            #expect(listed.json.count == shown.count)
            let letter = try #require(try await yard.wxpush("dead", "show", "g-3", "--json").json.first)
            let page3 = try #require(
                try await page.object("api/dead/letter?address=g-3")["letters"]?.array?.first?.object)
            for member in letter where member.key != "properties" {
                #expect(page3[member.key] == member.value, "\(member.key)")
            }
            #expect(letter["renders"]?.object?["template_id"]?.string == "TPL-order")
            try await page.close()
        }
    }

    @Test func `what nobody can mean is refused, with a word for it`() async throws {
        try await Yard.run { yard in
            let page = try await Page.open(yard)
            for (path, status, code) in [
                ("api/dead?colour=red", 400, "bad_query"), ("api/dead?age=soon", 400, "bad_query"),
                ("api/dead?limit=0", 400, "bad_request"), ("api/dead?limit=1001", 400, "bad_request"),
                ("api/dead?limit=x", 400, "bad_request"), ("api/dead?order=best", 400, "bad_request"),
                ("api/dead/letter", 400, "bad_request"), ("api/dead/letter?address=", 400, "bad_request"),
                ("api/dead/export", 409, "snapshot_gone"), ("api/dead/export?snapshot=x", 409, "snapshot_gone"),
                ("api/nothing", 404, "unknown"), ("api/dead/nothing", 404, "unknown"),
            ] {
                let answer = try await page.get(path)
                #expect(answer.status == status && Self.code(answer.body) == code, "\(path)")
            }
            let id = try await page.freeze("", count: 0)
            for (path, body, status, code) in [
                ("snapshot", [:], 400, "bad_request"), ("snapshot", ["query": 1], 400, "bad_request"),
                ("snapshot", ["query": "colour=red"], 400, "bad_query"),
                ("snapshot", ["query": "", "limit": 3], 400, "bad_request"), ("snapshot", [1], 400, "bad_json"),
                ("preview", [:], 400, "bad_request"), ("preview", ["body": "{}", "key": "xyz"], 400, "bad_request"),
                ("requeue", [:], 400, "bad_request"), ("requeue", ["snapshot": "gone"], 409, "snapshot_gone"),
                ("requeue", ["snapshot": .string(id), "canary": 0], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "stop_on_errors": 101], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "rate": "fast"], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "rate": 5], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "rate": "1/h"], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "wait": "yes"], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "to": ""], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "dry_run": true], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "bodies": ["short": "x"]], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "changes": [["path": ""]]], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "changes": [["path": "a..b", "value": 1]]], 400, "bad_request"),
                ("requeue", ["snapshot": .string(id), "changes": [["path": "a"]]], 400, "bad_request"),
                (
                    "requeue", ["snapshot": .string(id), "changes": [["path": "a", "value": 1, "remove": true]]], 400,
                    "bad_request"
                ),
                ("drop", ["snapshot": "gone"], 409, "snapshot_gone"),
                ("drop", ["snapshot": .string(id)], 409, "export_first"),
                ("drop", ["snapshot": .string(id), "receipt": "x"], 409, "export_first"),
                ("stop", ["run": "gone"], 404, "unknown"),
            ] as [(String, JSONValue, Int, String)] {
                let answer = try await page.post("api/dead/\(path)", body)
                #expect(answer.status == status, "\(path) \(body)")
                #expect(answer.object["error"]?.object?["code"]?.string == code, "\(path) \(body)")
            }
            try await page.close()
        }
    }

    @Test func `a body is checked and filled in while somebody writes it`() async throws {
        try await Yard.run { yard in
            let body = #"{"to":"oAlice","template":"order","params":{"title":"Tea"}}"#
            try await yard.bury([Yard.letter("p-1", body: body)])
            let page = try await Page.open(yard)
            let rows = try await page.object("api/dead")["letters"]?.array ?? []
            let key = try #require(rows.first?.object?["key"])
            // The id stands in the property of the letter, which only the key tells.
            let good = try await page.post("api/dead/preview", ["key": key, "body": .string(body)]).object
            #expect(good["fault"] == .null && good["faults"] == [], "\(good)")
            let data = good["payload"]?.object?["data"]?.object
            #expect(data?["thing1"]?.object?["value"]?.string == "Tea")
            for (text, reason) in [
                ("no json", "bad_json"), (#"{"to":"o","template":"order","parms":1}"#, "unknown_key"),
            ] {
                let answer = try await page.post("api/dead/preview", ["key": key, "body": .string(text)]).object
                #expect(answer["fault"]?.object?["reason"]?.string == reason, "\(answer)")
                #expect(answer["payload"] == .null)
            }
            let long = body.replacing("Tea", with: "a title of more than twenty characters")
            let faults = try await page.post("api/dead/preview", ["key": key, "body": .string(long)]).object
            #expect(faults["fault"] == .null && faults["faults"]?.array?.count == 1, "\(faults)")
            // Deep, and as large as a request of six bytes for each can be.
            for vast in [String(repeating: "[", count: 200_000), String(repeating: "\u{1}", count: 256 << 10)] {
                let answer = try await page.post("api/dead/preview", ["body": .string(vast)])
                #expect(answer.status == 200 && answer.object["fault"]?.object != nil)
            }
            try await page.close()
        }
    }

    @Test func `an editor whose letter is gone asks for it once`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("p-1")])
            let page = try await Page.open(yard)
            let asked: JSONValue = ["key": .string(String(repeating: "0", count: 32)), "body": "{}"]
            #expect(try await page.post("api/dead/preview", asked).status == 200)
            // While somebody is at work, a second look would wait, and be refused.
            try await yard.queue().holding {
                let (status, _) = try await page.post("api/dead/preview", asked)
                #expect(status == 200)
            }
            try await page.close()
        }
    }

    private static func code(_ body: [UInt8]) -> String? {
        (try? JSONValue(parsing: body))?.object?["error"]?.object?["code"]?.string
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
