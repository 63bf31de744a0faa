import Testing
import YAML

@Suite("Reading keys") struct FieldsTests {
    private enum Fruit: String, CaseIterable { case apple, banana }

    /// What is wrong with a text, by readers for every kind of value.
    private func faults(in text: String) throws -> [String] {
        let faults = Faults()
        guard let fields = Fields(try parse(text), faults: faults) else { return faults.all.map(\.description) }
        _ = fields.text("name")
        _ = fields.integer("count", in: 1...9)
        _ = fields.bool("open")
        _ = fields.choice("fruit", of: Fruit.self)
        for item in fields.items("list") ?? [] {
            _ = faults.value(of: item.node, key: item.path) { scalar throws(Complaint) in
                guard scalar.text != "bad" else { throw .because("is bad") }
            }
        }
        if let inner = fields.fields("inner") {
            _ = inner.text("template_id")
            inner.refuseOthers()
        }
        fields.refuseOthers()
        return faults.all.map(\.description)
    }

    @Test(
        arguments: [
            ("", []),
            ("name: x\ncount: 3\nopen: true\nfruit: apple\nlist: [a, b]\ninner: {template_id: y}\n", []),
            ("inner:\nlist: one\ncount: '4'\nopen: False\n", []),
            ("- a\n", ["f:1:1: found a list, wanted keys with their values"]),
            ("just words\n", ["f:1:1: found a single value, wanted keys with their values"]),
            ("name: [x]\n", ["f:1:7: name: found a list, wanted a single value"]),
            ("name: {x: y}\n", ["f:1:7: name: found a mapping, wanted a single value"]),
            (
                "name:\ncount: ~\n",
                [
                    "f:1:6: name: has no value; write one, or leave the key out",
                    "f:2:8: count: has no value; write one, or leave the key out",
                ]
            ),
            ("count: 10\n", ["f:1:8: count: \"10\" is not a whole number from 1 to 9"]),
            ("count: 1.5\n", ["f:1:8: count: \"1.5\" is not a whole number from 1 to 9"]),
            (
                "count: 99999999999999999999\n",
                [
                    "f:1:8: count: \"99999999999999999999\" is not a whole number from 1 to 9"
                ]
            ),
            ("open: yes\n", ["f:1:7: open: \"yes\" is not true or false"]),
            ("fruit: aple\n", ["f:1:8: fruit: \"aple\" is not one of apple, banana; did you mean apple?"]),
            ("fruit: cherry\n", ["f:1:8: fruit: \"cherry\" is not one of apple, banana"]),
            (
                "list: [a, bad, [c]]\n",
                [
                    "f:1:11: list[2]: is bad", "f:1:16: list[3]: found a list, wanted a single value",
                ]
            ),
            ("inner: {tempate_id: x}\n", ["f:1:9: inner: unknown key \"tempate_id\", did you mean \"template_id\"?"]),
            ("inner: {zzz: x}\n", ["f:1:9: inner: unknown key \"zzz\"; known here: template_id"]),
            (
                "inner: 5\nnme: x\n\"a\\u0007b\": 1\n",
                [
                    "f:1:8: inner: found a single value, wanted keys with their values",
                    "f:2:1: unknown key \"nme\", did you mean \"name\"?",
                    "f:3:1: unknown key; known here: name, count, open, fruit, list, inner",
                ]
            ),
        ])
    func `collects what is wrong`(text: String, messages: [String]) throws {
        #expect(try faults(in: text) == messages)
    }

    @Test func `keeps the first fault of a place and a key, in the order of the lines`() {
        let faults = Faults()
        func place(_ line: Int) -> Place { Place(source: "f", position: Position(line: line, column: 1)) }
        faults.add(at: place(9), key: "z", "late")
        faults.add(at: place(2), key: "b", "first")
        faults.add(at: place(2), key: "b", "follows from it")
        faults.add(at: place(2), key: "a", "another key")
        faults.add(at: Place(source: "V"), "elsewhere")
        #expect(faults.all.map(\.message) == ["first", "another key", "late", "elsewhere"])
    }

    @Test func `shows what is in the file, not what was put in`() throws {
        var scalar = Scalar("${X}")
        scalar.text = "hunter2"
        let faults = Faults()
        let node = Node(.scalar(scalar), at: Place(source: "f"))
        let result: Int? = faults.value(of: node, key: "k") { scalar throws(Complaint) in throw .isNot("a number") }
        #expect(result == nil)
        #expect(faults.all.map(\.description) == ["f: k: the value of \"${X}\" is not a number"])
    }

    @Test(
        arguments: [
            ("tempate_id", "template_id"), ("warn", "warning"), ("lisetn", "listen"), ("Prefix", "prefix"),
            ("in-flight", "in_flight"),
            ("xyz", nil), ("", nil), ("t", nil), (String(repeating: "a", count: 100_000), nil),
        ] as [(String, String?)])
    func `suggests what was probably meant`(word: String, meant: String?) {
        #expect(suggestion(for: word, among: ["template_id", "warning", "listen", "prefix", "in_flight"]) == meant)
    }

    @Test func `cuts and escapes what it quotes`() {
        #expect(Fault.quoted("a\nb\u{202E}") == "\"a\\u{a}b\\u{202e}\"")
        #expect(Fault.quoted(String(repeating: "订", count: 61)) == "\"" + String(repeating: "订", count: 60) + "…\"")
    }
}
