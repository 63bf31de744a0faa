import AMQP
import BrokerSupport
import DeadLetters
import Foundation
import Glibc
import JSON
import Lane
import TestSupport
import Testing
import Worker

/// What the page does with the dead letters.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct PageRunTests {
    private static let long = "a title of more than twenty characters"

    @Test func `a letter is mended on the page, sent again, and its result is told`() async throws {
        try await Yard.run { yard in
            try await yard.bury([
                Yard.letter("m-1", body: Yard.job("m-1", title: Self.long)), Yard.letter("m-2", body: Yard.job("m-2")),
            ])
            try await yard.startWorker()
            let page = try await Page.open(yard)
            let letter = try #require(
                try await page.object("api/dead/letter?address=m-1")["letters"]?.array?.first?.object)
            let key = try #require(letter["key"]?.string)
            #expect(letter["render_faults"]?.array?.count == 1)
            let pretty = try JSONValue(parsing: Array(Yard.job("m-1", title: "茶").utf8)).pretty
            let run = try await page.requeue("key=\(key)", count: 1, ["bodies": [key: .string(pretty)], "wait": true])
            #expect(run["state"]?.string == "done" && run["requeued"]?.integer == 1, "\(run)")
            #expect(run["results"]?.object?["sent"]?.integer == 1 && run["trouble_count"]?.integer == 0)
            #expect(run["by"]?.string == "127.0.0.1" && run["query"]?.string == "key=\(key)")
            #expect(run["finished_at"]?.string != nil && run["total"]?.integer == 1)
            #expect(try await yard.queue().ids() == ["m-2"])
            // What dies again is told as well, and stays.
            let again = try await page.requeue(
                "", count: 1, ["changes": [["path": "params.title", "value": .string(Self.long)]], "wait": true])
            #expect(again["results"]?.object?["failed"]?.integer == 1, "\(again)")
            let trouble = try #require(again["troubles"]?.array?.first?.object)
            #expect(trouble["address"]?.string == "m-2" && trouble["what"]?.string?.contains("value_too_long") == true)
            try await yard.awaitCount(1, in: yard.names.dead)
            #expect(try await yard.queue().find("m-2").first?.requeues == 1)
            let runs = try await page.object("api/dead/runs")["runs"]?.array ?? []
            #expect(runs.first?.object?["run"] == again["run"] && runs.count == 2)
            try await page.close()
        }
    }

    @Test func `what leaves is what was counted, once`() async throws {
        try await Yard.run { yard in
            try await yard.bury(
                (0..<20).map { Yard.letter("o-\($0)", reason: $0 % 2 == 0 ? "rate_limited" : "bad_value") })
            let page = try await Page.open(yard)
            let id = try await page.freeze("reason=rate_limited", count: 10)
            try await yard.bury([Yard.letter("o-20", reason: "rate_limited")])
            let (status, run) = try await page.post(
                "api/dead/requeue",
                [
                    "snapshot": .string(id),
                    "changes": [
                        ["path": "app", "value": "shop"], ["path": "params.title", "remove": true],
                        ["path": "params.more", "value": ["deep": [1, "two", nil]]],
                    ],
                ])
            #expect(status == 202)
            let ended = try await page.end(of: run)
            #expect(ended["state"]?.string == "done" && ended["requeued"]?.integer == 10, "\(ended)")
            let jobs = try await yard.content(of: yard.names.jobs)
            let expected = (0..<20).filter { $0 % 2 == 0 }.map { number in
                #"{"id":"o-\#(number)","to":"oAlice","template":"order","params":{"more":{"deep":[1,"two",null]}},"app":"shop"}"#
            }
            #expect(jobs.map { String(decoding: $0.body, as: UTF8.self) } == expected)
            #expect(jobs.first?.properties.headers["x-wxpush-requeued-by"]?.text == "page, 127.0.0.1")
            #expect(try await yard.queue().ids("reason=rate_limited") == ["o-20"])
            let twice = try await page.post("api/dead/requeue", ["snapshot": .string(id)])
            #expect(twice.status == 409 && twice.object["error"]?.object?["code"]?.string == "snapshot_gone")
            let elsewhere = try await page.requeue("id=o-1", count: 1, ["to": .string("nowhere-\(yard.prefix)")])
            #expect(
                elsewhere["state"]?.string == "failed"
                    && elsewhere["failure"]?.string?.contains("does not exist") == true)
            #expect(try await yard.queue().ids("id=o-1") == ["o-1"])
            try await page.close()
        }
    }

    @Test func `a run that meets none of its letters has not done what it was to do`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("g-1"), Yard.letter("g-2")])
            let page = try await Page.open(yard)
            let (sent, dropped) = (try await page.freeze("g-1", count: 1), try await page.freeze("", count: 2))
            let (_, export) = try await page.get("api/dead/export?snapshot=\(dropped)")
            _ = try await yard.take(2, from: yard.names.dead)
            let begun = [
                try await page.post("api/dead/requeue", ["snapshot": .string(sent)]).object,
                try await page.drop(dropped, export).object,
            ]
            for (run, words) in zip(begun, ["1 letter was not there", "2 letters were not there"]) {
                let ended = try await page.end(of: run)
                #expect(ended["state"]?.string == "stopped", "\(ended)")
                #expect(ended["stopped"]?.string?.hasPrefix(words) == true, "\(ended)")
                #expect(ended["untouched"]?.integer == ended["total"]?.integer)
            }
            try await page.close()
        }
    }

    @Test func `letters are dropped when somebody has them whole, and not before`() async throws {
        try await Yard.run { yard in
            let letters = (0..<400).map {
                Yard.letter("x-\($0)", body: #"{"pad":"\#(String(repeating: "y", count: 20_000))"}"#)
            }
            try await yard.bury(letters)
            let page = try await Page.open(yard)
            let id = try await page.freeze("", count: 400)
            let first = try await page.post("api/dead/drop", ["snapshot": .string(id)])
            #expect(first.status == 409 && first.object["error"]?.object?["code"]?.string == "export_first")
            // A reader who gives up half-way has nothing to put them back from.
            await #expect(throws: (any Error).self) {
                _ = try await page.get("api/dead/export?snapshot=\(id)", limit: 1 << 20)
            }
            let second = try await page.post("api/dead/drop", ["snapshot": .string(id)])
            #expect(second.object["error"]?.object?["code"]?.string == "export_first")
            try await yard.bury([Yard.letter("newer")])
            let (status, lines) = try await page.get("api/dead/export?snapshot=\(id)")
            #expect(status == 200)
            try yard.write("out.jsonl", String(decoding: lines, as: UTF8.self))
            let end = try #require(Page.end(of: lines))
            #expect(end["letters"]?.integer == 400 && end["receipt"]?.string?.count == 32)
            // What was sent whole may not have been read: only who has read it knows the receipt.
            for receipt in [nil, "", String(repeating: "0", count: 32)] as [String?] {
                let third = try await page.post(
                    "api/dead/drop", ["snapshot": .string(id), "receipt": receipt.map { .string($0) } ?? .null])
                #expect(third.status == 409 && third.object["error"]?.object?["code"]?.string == "export_first")
            }
            let (begun, run) = try await page.drop(id, lines)
            #expect(begun == 202)
            let ended = try await page.end(of: run)
            #expect(
                ended["state"]?.string == "done" && ended["dropped"]?.integer == 400 && ended["untouched"]?.integer == 0
            )
            #expect(try await yard.queue().ids() == ["newer"])
            #expect(try await yard.wxpush("dead", "import", "out.jsonl").output == "400 imported\n")
            let back = try await yard.content(of: yard.names.dead)
            #expect(
                Set(back.map { DeadLetter(body: $0.body, properties: $0.properties).key })
                    .isSuperset(of: letters.map { DeadLetter(body: $0.body, properties: $0.properties).key }))
            try await page.close()
        }
    }

    @Test func `a run goes on without its page, and ends when somebody says so`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<50).map { Yard.letter("s-\($0)") })
            let page = try await Page.open(yard)
            let run = try await page.begin("", count: 50, ["rate": "1/m"])
            #expect(run["state"]?.string == "running")
            let id = try #require(run["run"])
            try await yard.awaitCount(1, in: yard.names.jobs)
            let stopped = try await page.post("api/dead/stop", ["run": id])
            #expect(stopped.status == 200)
            let ended = try await page.end(of: run)
            #expect(ended["state"]?.string == "stopped" && ended["requeued"]?.integer == 1, "\(ended)")
            #expect(ended["untouched"]?.integer == 49 && ended["stopped"]?.string?.isEmpty == false)
            #expect(try await yard.queue().ids() == (1..<50).map { "s-\($0)" })
            // The end of the process does the same.
            let other = try await page.begin("", count: 49, ["rate": "1/m"])
            #expect(other["state"]?.string == "running")
            try await yard.awaitCount(2, in: yard.names.jobs)
            try await page.close()
            try await yard.awaitCount(48, in: yard.names.dead)
        }
    }

    @Test func `a run waits for whoever is at work, and is stopped while it waits`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("w-1"), Yard.letter("w-2")])
            let page = try await Page.open(yard)
            let id = try await page.freeze("", count: 2)
            try await yard.queue().holding {
                let (status, run) = try await page.post("api/dead/requeue", ["snapshot": .string(id)])
                #expect(status == 202)
                let stopped = try await page.post("api/dead/stop", ["run": run["run"] ?? .null])
                #expect(stopped.status == 200)
                let ended = try await page.end(of: run)
                #expect(ended["state"]?.string == "stopped" && ended["untouched"]?.integer == 2, "\(ended)")
                #expect(ended["failure"] == .null && ended["stopped"]?.string?.isEmpty == false)
            }
            #expect(try await yard.queue().ids() == ["w-1", "w-2"])
            try await page.close()
        }
    }

    @Test func `two operators at once send every letter once`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<1000).map { Yard.letter("t-\($0)") })
            let (one, other) = (try await Page.open(yard), try await Page.open(yard))
            let (first, second) = (try await one.freeze("", count: 1000), try await other.freeze("", count: 1000))
            async let begun = one.post("api/dead/requeue", ["snapshot": .string(first)])
            async let begunToo = other.post("api/dead/requeue", ["snapshot": .string(second)])
            let (run, otherRun) = try await (begun, begunToo)
            let (ended, endedToo) = (try await one.end(of: run.object), try await other.end(of: otherRun.object))
            let sent = [ended, endedToo].map { $0["requeued"]?.integer ?? 0 }
            let left = [ended, endedToo].map { $0["untouched"]?.integer ?? 0 }
            #expect(ended["failure"] == .null && endedToo["failure"] == .null, "\(ended) \(endedToo)")
            #expect(zip(sent, left).allSatisfy { $0 + $1 == 1000 })
            let jobs = try await yard.content(of: yard.names.jobs).compactMap { $0.properties.messageID?.text }
            #expect(jobs.count == Int(sent.reduce(0, +)) && Set(jobs).count == 1000)
            #expect(try await yard.content(of: yard.names.dead).isEmpty)
            try await one.close()
            try await other.close()
        }
    }

    @Test func `ten thousand letters are sent again by a page that is killed every second, and none is lost`()
        async throws
    {
        let count = 10_000
        try await Yard.run { yard in
            try await yard.bury((0..<count).map { Yard.letter("k-\($0)") })
            var kills = 0
            var ids: [String] = []
            while Set(ids).count < count {
                let page = try await Page.open(yard)
                let jobs = try await yard.depths().jobs
                let snapshot = try await page.post("api/dead/snapshot", ["query": ""]).object
                let (status, run) = try await page.post(
                    "api/dead/requeue", ["snapshot": try #require(snapshot["snapshot"])])
                #expect(status == 202, "\(run)")
                let second = Moment.now + .seconds(1)
                try await eventually("a second has passed, and letters have left", within: .seconds(120)) {
                    let (dead, now) = try await yard.depths()
                    return .now > second && (now > jobs + 250 || dead == 0)
                }
                page.process.signalGroup(SIGKILL)
                _ = await page.process.exit()
                kills += 1
                // Broker and letters: either way a letter that is nowhere for long is lost.
                try await eventually("all letters are somewhere", within: .seconds(60)) {
                    ids = try await yard.content(of: yard.names.jobs).compactMap { $0.properties.messageID?.text }
                    let dead = try await yard.content(of: yard.names.dead).compactMap { $0.properties.messageID?.text }
                    return Set(ids + dead).count == count
                }
                try #require(kills < 1000)
            }
            print("requeue under kill -9: \(kills) kills, \(ids.count - count) of \(count) twice")
            #expect(kills > 1)
        }
    }

    @Test func `each change leaves a line in the log, and no secret does`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("a-1")])
            let token = "t0ken-\(uniqueName("x"))"
            let page = try await Page.open(yard, token: token)
            #expect(try await page.get("api/dead").status == 401)
            let visitor = try await page.loggedIn(token)
            let exported = try await visitor.freeze("", count: 1)
            #expect(try await visitor.get("api/dead/export?snapshot=\(exported)").status == 200)
            let changes: JSONValue = [["path": "params.title", "value": "Coffee"]]
            let run = try await visitor.requeue(
                "id=a-1", count: 1, ["to": .string(yard.names.jobs.description), "changes": changes])
            #expect(run["state"]?.string == "done", "\(run)")
            #expect(try await visitor.post("api/quota", ["app": "nobody"]).status == 404)
            #expect(try await page.post("api/session", ["token": "guess-of-somebody"]).status == 401)
            try await visitor.close()
            let lines = page.log.split(separator: "\n").compactMap { (try? JSONValue(parsing: Array($0.utf8)))?.object }
            let begun = try #require(lines.first { $0["msg"]?.string == "dead letters: run begun" }, "\(page.log)")
            #expect(
                begun["query"]?.string == "id=a-1" && begun["letters"]?.integer == 1
                    && begun["action"]?.string == "requeue")
            #expect(
                begun["peer"]?.string == "127.0.0.1" && begun["session"]?.string?.count == 6
                    && begun["run"] == run["run"])
            let ended = try #require(lines.first { $0["msg"]?.string == "dead letters: run ended" })
            #expect(ended["state"]?.string == "done" && ended["requeued"]?.integer == 1)
            #expect(ended["session"] == begun["session"] && ended["untouched"]?.integer == 0)
            #expect(begun["to"]?.string == yard.names.jobs.description && begun["changes"]?.integer == 1)
            #expect(begun["bodies"]?.integer == 0)
            for (line, member, value) in [
                ("dead letters: export begun", "letters", 1), ("dead letters: export ended", "state", "sent"),
                ("quota asked", "app", "nobody"),
            ] as [(String, String, JSONValue)] {
                let told = try #require(lines.first { $0["msg"]?.string == line }, "\(line)")
                #expect(told[member] == value && told["session"] == begun["session"], "\(told)")
            }
            let login = try #require(lines.first { $0["msg"]?.string == "logged in" })
            #expect(login["session"] == begun["session"])
            let wrong = try #require(lines.first { $0["msg"]?.string == "wrong token" })
            #expect(wrong["level"]?.string == "warning" || wrong["level"]?.string == "warn")
            for secret in [token, visitor.cookie, visitor.proof, "guess-of-somebody"] where !secret.isEmpty {
                #expect(!page.log.contains(secret))
            }
        }
    }
}
