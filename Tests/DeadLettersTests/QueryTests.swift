import AMQP
import DeadLetters
import Testing
import Worker

/// What a query means, wherever it stands.
struct QueryTests {
    private static let now = Timestamp(milliseconds: 1_795_000_000_000)

    private static func letter(
        _ id: String?, reason: String? = "value_too_long", errcode: Int64? = nil, attempts: Int64 = 1,
        minutesAgo: Int64 = 5, body: String? = nil
    ) -> DeadLetter {
        let message = Yard.letter(
            id, body: body, reason: reason, errcode: errcode, attempts: attempts,
            diedAt: Timestamp(milliseconds: now.milliseconds - minutesAgo * 60_000))
        var letter = DeadLetter(body: message.body, properties: message.properties)
        letter.read(DeadRegistry(templates: ["order": DeadRegistry.Template(app: "mini", kind: "subscribe")]))
        return letter
    }

    private static let letters = [
        letter("a-1"), letter("a-2", reason: "rate_limited", errcode: 45009, attempts: 8, minutesAgo: 600),
        letter("b-1", reason: "outcome_unknown", minutesAgo: 4000),
        letter("b-2", reason: "bad_json", body: "{not json \u{1B}[31m"),
        letter(
            "c-1",
            body:
                #"{"id":"c-1","app":"shop","kind":"customer","to":{"openid":"oBob"},"message":{"msgtype":"text","text":{"content":"\u4f60\u597d"}}}"#
        ),
        letter("c-2", body: #"{"id":"c-2","to":{"code":"xyz"},"template":"refund","params":{"title":"GREEN tea"}}"#),
    ]

    static let cases: [([String], Set<String>)] = [
        ([], ["a-1", "a-2", "b-1", "b-2", "c-1", "c-2"]),
        (["reason=rate_limited"], ["a-2"]), (["reason=*_*"], ["a-1", "a-2", "b-1", "b-2", "c-1", "c-2"]),
        (["reason=rate_limited", "reason=bad_json"], ["a-2", "b-2"]),
        (["reason!=value_too_long"], ["a-2", "b-1", "b-2"]), (["errcode=45009"], ["a-2"]),
        (["errcode=45000..45999"], ["a-2"]), (["errcode=1.."], ["a-2"]), (["errcode=..1"], []),
        (["errcode="], ["a-1", "b-1", "b-2", "c-1", "c-2"]), (["app=mini"], ["a-1", "a-2", "b-1"]),
        (["app="], ["b-2", "c-2"]), (["kind=customer"], ["c-1"]), (["kind=subscribe", "attempts=8"], ["a-2"]),
        (["template=ref?nd"], ["c-2"]), (["template=order", "id!=a-*"], ["b-1"]), (["to=oBob"], ["c-1"]),
        (["to=xyz"], ["c-2"]), (["to=o*"], ["a-1", "a-2", "b-1", "c-1"]), (["a-1"], ["a-1"]),
        (["b-*", "c-1"], ["b-1", "b-2", "c-1"]), (["age=1h"], ["a-2", "b-1"]),
        (["age=..10m"], ["a-1", "b-2", "c-1", "c-2"]),
        (["age=1h..2d"], ["a-2"]), (["age!=1h30m.."], ["a-1", "b-2", "c-1", "c-2"]), (["attempts=2.."], ["a-2"]),
        (["attempts=..1"], ["a-1", "b-1", "b-2", "c-1", "c-2"]), (["text=green TEA"], ["c-2"]), (["text=你好"], ["c-1"]),
        (["text=21 characters", "text=nothing"], ["a-1", "a-2", "b-1", "b-2", "c-1", "c-2"]),
        (["text=argument invalid"], ["a-2"]), (["text!=tea"], ["b-2", "c-1"]),
    ]

    @Test(arguments: cases)
    func `every filter finds what it says`(words: [String], ids: Set<String>) throws {
        let query = try DeadQuery(words: words)
        #expect(Self.found(query) == ids)
        // The same on the command line and in an address.
        #expect(Self.found(try DeadQuery(words: query.words)) == ids)
        #expect(Self.found(try DeadQuery(urlQuery: query.urlQuery + "&limit=5", ignoring: ["limit"])) == ids)
    }

    @Test(
        arguments: [
            ("a-1", ["a-1"]), ("b-*&c-1&limit", ["b-1", "b-2", "c-1"]), ("b%2D*&reason=bad_json", ["b-2"]), ("id=", []),
        ] as [(String, Set<String>)])
    func `a bare word is an id in an address too`(address: String, ids: Set<String>) throws {
        let query = try DeadQuery(urlQuery: address, ignoring: ["limit"])
        #expect(Self.found(query) == ids)
        #expect(try DeadQuery(urlQuery: query.urlQuery) == query)
        let key = Self.letters[0].key
        #expect(Self.found(try DeadQuery(urlQuery: key.address)) == ["a-1"])
        #expect(Self.found(try DeadQuery(urlQuery: "%40\(key.description)")) == ["a-1"])
    }

    @Test func `a key finds one letter, and so does its beginning`() throws {
        for letter in Self.letters {
            #expect(Self.found(try DeadQuery(words: [letter.key.address])) == [try #require(letter.id)])
            #expect(Self.found(try DeadQuery(words: ["key=\(letter.key.description.uppercased())"])).count == 1)
        }
    }

    @Test(arguments: [
        "colour=red", "errcode=x", "errcode=..", "errcode=5..1", "age=5", "age=h", "age=1h..x", "attempts=many",
        "text=", "@xyz",
        "key=", "=a", "age=99999999999999999999d",
    ])
    func `what makes no sense is refused, with what would`(word: String) {
        #expect(throws: DeadQueryError.self) { try DeadQuery(words: [word]) }
    }

    @Test func `an address with odd bytes is read, not feared`() throws {
        for text in ["text=%", "text=%2", "text=%zz", "text=a+b", "&&text=x&", "text=%FF%00"] {
            _ = try DeadQuery(urlQuery: text)
        }
        let query = try DeadQuery(words: ["text=a b&c=d+%\u{1F600}"])
        #expect(try DeadQuery(urlQuery: query.urlQuery) == query)
    }

    @Test func `a pattern that goes back often ends soon`() throws {
        let query = try DeadQuery(words: ["id=" + String(repeating: "*a", count: 40) + "b"])
        let letter = Self.letter(String(repeating: "a", count: 120))
        #expect(!query.matches(letter, at: Self.now))
    }

    @Test func `groups count what belongs together`() {
        var groups = DeadGroups()
        for letter in Self.letters { groups.add(letter) }
        #expect(groups.count == 6 && groups.sorted.count == 6)
        groups.add(Self.letter("a-3", minutesAgo: 50))
        let first = groups.sorted[0]
        #expect(first.count == 2 && first.name.template == "order" && first.sample == "a-1")
        #expect(first.last?.milliseconds == Self.now.milliseconds - 300_000)
        #expect(first.first?.milliseconds == Self.now.milliseconds - 3_000_000)
    }

    private static func found(_ query: DeadQuery) -> Set<String> {
        Set(letters.filter { query.matches($0, at: now) }.compactMap(\.id))
    }
}
