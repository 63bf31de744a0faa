import AMQP
import BrokerSupport
import JSON
import TestSupport
import Testing
import Worker

@testable import DeadLetters

/// What is made of letters and orders that somebody has made to break something.
struct BoundsTests {
    private static func letter(_ members: String, reason: String = "bad", change: (inout Properties) -> Void = { _ in })
        -> DeadLetter
    {
        let message = Yard.letter(nil, body: "{\(members)}", reason: reason, change: change)
        var letter = DeadLetter(body: message.body, properties: message.properties)
        letter.read(DeadRegistry())
        return letter
    }

    // MARK: Queries

    @Test(
        arguments: [
            (Array(repeating: "id=a", count: 64), nil),
            (Array(repeating: "id=a", count: 65), .tooManyTerms),
            (["text=" + String(repeating: "x", count: 256)], nil),
            (["text=" + String(repeating: "x", count: 257)], .valueTooLong("text")),
            (["id=" + String(repeating: "é", count: 129)], .valueTooLong("id")),
            ([String(repeating: "x", count: 100_000)], .tooLong),
            ((0..<17).map { _ in "text=" + String(repeating: "x", count: 240) }, .tooLong),
            ([String(repeating: "k", count: 300) + "=x"], .unknownKey(String(repeating: "k", count: 300))),
        ] as [([String], DeadQueryError?)])
    func `a query has its bounds, on the command line and in an address`(words: [String], error: DeadQueryError?) {
        let pairs = words.map { $0.split(separator: "=") }.map { $0.count > 1 ? "\($0[0])=\($0[1])" : "id=\($0[0])" }
        for found in [
            Self.fault { try DeadQuery(words: words) },
            Self.fault { try DeadQuery(urlQuery: pairs.joined(separator: "&")) },
        ] {
            #expect(found == error)
            #expect((found?.description.utf8.count ?? 0) < 400)
        }
    }

    private static func fault(_ read: () throws -> DeadQuery) -> DeadQueryError? {
        do { _ = try read() } catch { return error as? DeadQueryError }
        return nil
    }

    @Test func `a search finds what is there, wherever it begins anew`() throws {
        var wrong: [String] = []
        for length in 1...5 {
            for number in 0..<(1 << length) {
                let wanted = Self.text(number, length)
                let needle = try #require(Needle(wanted))
                for other in 0..<(1 << 9) {
                    let text = Self.text(other, 9)
                    if needle.isIn(text.uppercased()) != text.contains(wanted) { wrong.append("\(wanted) in \(text)") }
                }
            }
        }
        #expect(wrong == [])
        #expect(Needle("") == nil)
    }

    @Test func `a search goes along a text once, whatever stands in it`() throws {
        let body = String(repeating: "x", count: 255_000)
        for wanted in ["x" + String(repeating: "y", count: 255), String(repeating: "x", count: 255) + "y"] {
            let needle = try #require(Needle(wanted))
            for _ in 0..<20 { #expect(!needle.isIn(body)) }
            #expect(needle.isIn(body + wanted))
        }
    }

    /// A text of two letters for a number's bits.
    private static func text(_ number: Int, _ length: Int) -> String {
        String((0..<length).map { number >> $0 & 1 == 0 ? "a" : "b" })
    }

    @Test(
        arguments: [
            (#"\*"#, "*", true), (#"\*"#, "a", false), (#"a\?b"#, "a?b", true), (#"a\?b"#, "axb", false),
            (#"\\"#, #"\"#, true), (#"\\*"#, #"\abc"#, true), (#"\\*"#, "abc", false), (#"a\b"#, #"a\b"#, true),
            (#"*\**"#, "a*b", true), (#"*\**"#, "ab", false), (#"x\"#, #"x\"#, true), (#"\é*"#, #"\éa"#, true),
        ] as [(String, String, Bool)])
    func `a star is a star where a stroke stands before it`(pattern: String, text: String, fits: Bool) {
        #expect(Glob(pattern).matches(text) == fits)
        #expect(Glob(Glob.exactly(text)).matches(text))
        #expect(!Glob(Glob.exactly(text)).matches(text + "x") && !Glob(Glob.exactly(text)).matches("x"))
    }

    // MARK: Groups

    @Test func `the query of a group finds the letters of the group, and no others`() throws {
        let long = String(repeating: "名", count: 100)
        let letters =
            ["*", "?", #"\*"#, #"\"#, "a*", "ab", "a=b&c", "", long + "1", long + "2", #"\\u0041"#].flatMap { name in
                let text = JSONValue.string(name)
                return [
                    Self.letter("\"template\":\(text)"), Self.letter("\"app\":\(text)"), Self.letter("", reason: name),
                ]
            } + [Self.letter(""), Self.letter("\"app\":7")]
        var groups = DeadGroups()
        for letter in letters { groups.add(letter) }
        #expect(groups.sorted.reduce(0) { $0 + $1.count } == letters.count)
        for group in groups.sorted {
            let words = try DeadQuery(words: group.name.words)
            let address = try DeadQuery(urlQuery: words.urlQuery)
            for query in [words, address] {
                let found = letters.filter { query.matches($0, at: .now) }
                #expect(found.count == group.count, "\(group.name)")
            }
        }
    }

    @Test func `a snapshot keeps the largest groups, and counts the others`() {
        var groups = DeadGroups()
        for number in 0..<30 {
            for _ in 0...number { groups.add(Self.letter("", reason: "r\(number)")) }
        }
        groups.keep(10)
        #expect(groups.sorted.map(\.count) == (21...30).reversed())
        #expect(groups.others == (1...20).reduce(0, +) && groups.count == 465)
        groups.keep(20)
        #expect(groups.sorted.count == 10 && groups.others == 210)
    }

    // MARK: Letters

    @Test func `what letters say is cut for lists, and stays whole in an export`() throws {
        let long = String(repeating: "é", count: 20_000)
        let text = "\"\(long)\""
        let body = "\"id\":\(text),\"app\":\(text),\"kind\":\(text),\"template\":\(text),\"to\":\(text)"
        let letter = Self.letter(body, reason: long) { properties in
            for header in ["x-wxpush-detail", "x-wxpush-errmsg", "x-wxpush-worker"] as [ShortString] {
                properties.headers[header] = .string(long)
            }
        }
        let content = try #require(letter.content)
        for (kept, limit) in [
            (letter.reason, 128), (letter.worker, 128), (content.app, 128), (content.kind, 128),
            (content.template, 128), (content.id, 256), (content.to, 256), (letter.detail, 2048), (letter.errmsg, 2048),
        ] as [(String?, Int)] {
            let kept = try #require(kept)
            #expect((limit - 2...limit).contains(kept.utf8.count) && kept.hasSuffix("é…"))
        }
        #expect(letter.address == letter.key.address)
        let back = try DeadLetter(archived: letter.archived)
        #expect(back.body == letter.body && back.key == letter.key)
        #expect(back.properties.headers["x-wxpush-reason"]?.text == long)
        // What fits is not touched.
        let exact = String(repeating: "é", count: 64)
        #expect(Self.letter("", reason: exact).reason == exact)
    }

    @Test(
        arguments: [
            ("order-1", true), ("@alice", false), ("@0123456789ab", false), ("@", false),
            (String(repeating: "x", count: 128), true), (String(repeating: "x", count: 129), false),
        ] as [(String, Bool)])
    func `every letter is found by its address, whatever its id looks like`(id: String, isAddress: Bool) {
        let letter = Self.letter("\"id\":\"\(id)\"")
        #expect(letter.address == (isAddress ? id : letter.key.address))
        #expect(DeadQuery(address: letter.address).matches(letter, at: .now))
        #expect(!DeadQuery(address: letter.address).matches(Self.letter("\"id\":\"other\""), at: .now))
        // What is no key can be nothing but an id.
        if id.hasPrefix("@a") { #expect(DeadQuery(address: id).matches(letter, at: .now)) }
    }

    // MARK: Changes

    @Test(
        arguments: [
            ("a", nil), ("a.b", nil), (Array(repeating: "a", count: 32).joined(separator: "."), nil),
            (Array(repeating: "a", count: 33).joined(separator: "."), .pathTooLong),
            (Array(repeating: "a", count: 200_000).joined(separator: "."), .pathTooLong), ("", .emptyName),
            ("a..b", .emptyName), (".a", .emptyName), ("a.", .emptyName),
            (String(repeating: ".", count: 100), .pathTooLong),
        ] as [(String, DeadEditError?)])
    func `a path has its bounds`(path: String, error: DeadEditError?) {
        var found: DeadEditError?
        do throws(DeadEditError) { _ = try DeadEdit.Change(path, 1) } catch { found = error }
        #expect(found == error)
    }

    @Test func `changes are made in their order, and no more than a hundred`() throws {
        var edit = DeadEdit()
        for number in 0..<100 { try edit.add(DeadEdit.Change("params.x.n\(number)", .integer(Int64(number)))) }
        #expect(throws: DeadEditError.tooMany) { try edit.add(.app("shop")) }
        let letter = Self.letter(#""id":"a","to":"o","template":"order","params":{"title":"Tea","x":{"old":1}}"#)
        let changed = try #require(try edit.body(for: letter))
        let job = try #require(try JSONValue(parsing: changed).object)
        #expect(job.map(\.key) == ["id", "to", "template", "params"])
        let params = try #require(job["params"]?.object)
        #expect(params.map(\.key) == ["title", "x"])
        #expect(params["x"]?.object?.count == 101 && params["x"]?.object?["n99"]?.integer == 99)
        var other = DeadEdit()
        try other.add(DeadEdit.Change("params.x.old", nil))
        try other.add(DeadEdit.Change("params.gone.deep", nil))
        let body = try #require(try other.body(for: letter))
        #expect(String(decoding: body, as: UTF8.self).hasSuffix(#""params":{"title":"Tea","x":{}}}"#))
    }

    private static let listing =
        #""id":"a","to":"o","kind":"customer","message":{"list":[{"title":"One"},"two"],"n":7,"no":null}"#

    @Test(
        arguments: [
            ("list.0.title", #"{"list":[{"title":"Tea"},"two"],"n":7,"no":null}"#),
            ("list.1", #"{"list":[{"title":"One"},"Tea"],"n":7,"no":null}"#),
            ("list.2", #"{"list":[{"title":"One"},"two","Tea"],"n":7,"no":null}"#),
            ("list.2.a.b", #"{"list":[{"title":"One"},"two",{"a":{"b":"Tea"}}],"n":7,"no":null}"#),
            ("no.0", #"{"list":[{"title":"One"},"two"],"n":7,"no":{"0":"Tea"}}"#),
            ("list", #"{"list":"Tea","n":7,"no":null}"#),
        ])
    func `a change goes through lists by number`(path: String, message: String) throws {
        let body = try #require(try Self.changed("message.\(path)", "Tea"))
        #expect(body["message"] == (try JSONValue(parsing: Array(message.utf8))))
    }

    @Test(
        arguments: [
            ("list.title", "message.list is an array, and takes a number from 0 to 2 in it"),
            ("list.3", "takes a number from 0 to 2"), ("list.-1", "takes a number"), ("list.+1", "takes a number"),
            ("list.01", "takes a number"), ("list.99999999999999999999", "takes a number"),
            ("list.1.x", "message.list.1 is a string, and has no \"x\""), ("n.x.y", "message.n is a number"),
        ])
    func `a change that would overwrite what cannot have parts leaves the letter`(path: String, words: String) throws {
        var fault: JobFault?
        do throws(JobFault) { _ = try Self.changed("message.\(path)", "Tea") } catch { fault = error }
        #expect(fault?.reason == .wrongType && fault?.detail.contains(words) == true, "\(String(describing: fault))")
    }

    @Test(
        arguments: [
            ("list.0", #"{"list":["two"],"n":7,"no":null}"#), ("list.0.title", #"{"list":[{},"two"],"n":7,"no":null}"#),
            ("list.2", nil), ("list.title", nil), ("n.x", nil), ("no.x.y", nil), ("gone.x", nil),
            ("no", #"{"list":[{"title":"One"},"two"],"n":7}"#),
        ] as [(String, String?)])
    func `what is not there is not taken out`(path: String, message: String?) throws {
        let body = try #require(try Self.changed("message.\(path)", nil))
        let before = try JSONValue(parsing: Array("{\(Self.listing)}".utf8)).object?["message"]
        #expect(body["message"] == (try message.map { try JSONValue(parsing: Array($0.utf8)) } ?? before))
    }

    private static func changed(_ path: String, _ value: JSONValue?) throws(JobFault) -> JSONObject? {
        var edit = DeadEdit()
        guard let change = try? DeadEdit.Change(path, value), (try? edit.add(change)) != nil else { return nil }
        guard let body = try edit.body(for: letter(listing)) else { return nil }
        return (try? JSONValue(parsing: body))?.object
    }

    // MARK: Queues

    @Test(
        arguments: [
            ("wx.jobs", true), ("elsewhere", true), ("wxother.dead", true), ("wx-other", true), ("wx.dead", false),
            ("wx.dead.lock", false), ("wx.results", false), ("wx-requeued", false), ("wx.delay.4s", false),
            ("amq.gen-x", false), ("amq.rabbitmq.reply-to", false), ("", false),
            (String(repeating: "q", count: 256), false),
        ] as [(String, Bool)])
    func `letters go to the job queue or to a foreign one`(name: String, isRight: Bool) {
        var plan = RequeuePlan(author: "somebody")
        var error: RequeueTargetError?
        do throws(RequeueTargetError) { try plan.send(to: name, of: QueueNames(prefix: "wx")) } catch let found {
            error = found
        }
        #expect((error == nil) == isRight && (plan.queue == ShortString(name)) == isRight)
    }

    // MARK: From outside

    @Test(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
    func `what is out of bounds is refused by page and command, and the letters stay`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("a"), Yard.letter("@0123456789")])
            let page = try await Page.open(yard)
            let id = JSONValue.string(try await page.freeze("", count: 2))
            let path = JSONValue.string(Array(repeating: "a", count: 200_000).joined(separator: "."))
            let change: JSONValue = ["path": "params.title", "value": "Tea"]
            for (order, word) in [
                (["snapshot": id, "changes": [["path": path, "value": 1]]], "32 names"),
                (["snapshot": id, "changes": .array(Array(repeating: change, count: 101))], "100 changes"),
                (["snapshot": id, "to": .string("\(yard.prefix).dead.lock")], "another purpose"),
                (["snapshot": id, "to": .string("\(yard.prefix)-requeued")], "another purpose"),
                (["snapshot": id, "to": "amq.x"], "another purpose"),
            ] as [(JSONValue, String)] {
                let (status, answer) = try await page.post("api/dead/requeue", order)
                let message = answer["error"]?.object?["message"]?.string ?? ""
                #expect(status == 400 && message.contains(word), "\(message)")
            }
            let terms = Array(repeating: "id=a", count: 65).joined(separator: "&")
            #expect(try await page.get("api/dead?\(terms)").status == 400)
            #expect(try await page.post("api/dead/snapshot", ["query": .string(terms)]).status == 400)
            // An id that looks like a key has a key for its address.
            let letters = try await page.object("api/dead?limit=5")["letters"]?.array ?? []
            for address in letters.compactMap({ $0.object?["address"]?.string }) {
                let found = try await page.object("api/dead/letter?address=\(address)")["letters"]?.array
                #expect(found?.count == 1, "\(address)")
            }
            #expect(letters.count == 2)
            try await page.close()

            let deep = Array(repeating: "a", count: 33).joined(separator: ".")
            for (arguments, word) in [
                (["--to", "\(yard.prefix).dead"], "another purpose"), (["--set", "\(deep)=1"], "32 names"),
                (["--unset", deep], "32 names"), (["--unset", "a..b"], "32 names"),
                ((0..<101).flatMap { ["--set", "a\($0)=1"] }, "100 changes"),
            ] {
                let name = uniqueName("refused")
                let process = try yard.start(["dead", "requeue", "--all", "--yes"] + arguments, name: name)
                #expect(await process.exit() == 2)
                let errors = try yard.text("\(name).err")
                #expect(errors.contains(word) && errors.utf8.count < 1000, "\(errors)")
            }
            try await yard.awaitCount(2, in: yard.names.dead)
        }
    }
}
