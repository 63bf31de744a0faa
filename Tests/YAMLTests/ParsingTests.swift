import Testing
import YAML

@Suite("Reading YAML") struct ParsingTests {
    @Test(
        arguments: [
            ("", ""), ("# a comment\n", ""), ("---\n", ""), ("a", "a"), ("true", "true"), ("'true'", "'true'"),
            ("\"1\\n\\u00e9\"", "'1\né'"), ("a: 1\nb:\n  - x\n  - {c: d, e: [f]}\n", "{a: 1, b: [x, {c: d, e: [f]}]}"),
            ("a: |\n  one\n  two\n", "{a: 'one\ntwo\n'}"), ("a: >-\n  one\n  two\n", "{a: 'one two'}"),
            ("a:\nb: ~\n", "{a: , b: ~}"), ("'a b': 1\n? c\n: 2\n", "{a b: 1, c: 2}"), ("a: 订单-1 # x\n", "{a: 订单-1}"),
            ("a: 1\r\nb: 'x\r\n\r\n  y'\r\n", "{a: 1, b: 'x\ny'}"), ("\u{FEFF}a: 1\n", "{a: 1}"),
            ("%YAML 1.2\n---\na: 1\n...\n", "{a: 1}"), ("a:\t1\n", "{a: 1}"),
            ("a: !!str 12\nb: ! x\n", "{a: '12', b: 'x'}"),
            (
                "page: a/b?id={{ id }}\nt: \"{{ x | date: '%Y年' }}\"\n",
                "{page: a/b?id={{ id }}, t: '{{ x | date: '%Y年' }}'}"
            ),
            ("z: 1\ny: 2\nx: 3\n", "{z: 1, y: 2, x: 3}"), ("- - a\n  - b\n-\n", "[[a, b], ]"),
        ])
    func `reads every kind of value`(text: String, outline: String) throws {
        #expect(try parse(text).outline == outline)
    }

    @Test(arguments: [
        ("", true), ("~", true), ("null", true), ("NULL", true), ("''", false), ("'null'", false), ("nil", false),
    ])
    func `tells nothing from a text`(text: String, isNull: Bool) throws {
        #expect(try parse(text).isNull == isNull)
    }

    @Test func `knows where keys and values stand`() throws {
        let root = try parse("# 注释\n名字: a\nb:\n  - 1\n  - 'x'\n")
        let entries = try #require(root.mapping?.entries)
        #expect(entries.map(\.place.description) == ["f:2:1", "f:3:1"])
        #expect(entries.map(\.value.place.description) == ["f:2:5", "f:4:3"])
        #expect(entries[1].value.sequence?.map(\.place.description) == ["f:4:5", "f:5:5"])
    }

    @Test func `counts lines alike after CRLF and a byte order mark`() throws {
        let places = try parse("a: 1\nb: [2, 3]\n").places
        #expect(try parse("a: 1\r\nb: [2, 3]\r\n").places == places)
        #expect(try parse("\u{FEFF}a: 1\nb: [2, 3]\n").places == places)
    }

    @Test func `lets an alias stand for the last value of its name`() throws {
        let root = try parse("a: &x {k: 1}\nb: *x\nc: &x two\nd: [*x, *x]\n? *x\n: e\n")
        #expect(root.outline == "{a: {k: 1}, b: {k: 1}, c: two, d: [two, two], two: e}")
        #expect(root.mapping?["b"]?.place.description == "f:1:4")
    }

    @Test func `changes and adds entries`() throws {
        var mapping = try #require(try parse("a: 1\nb: 2\n").mapping)
        let value = Node(.scalar(Scalar("x")), at: Place(source: "V"))
        mapping["b"] = value
        mapping["c"] = value
        mapping["a"] = nil
        #expect(Node(.mapping(mapping), at: value.place).outline == "{b: x, c: x}")
        #expect(mapping["c"]?.place.description == "V")
    }
}
