import Liquid
import Testing

@Suite("Filters") struct FilterTests {
    /// What every case may use.
    private let parameters: LiquidValue = [
        "list": [3, 1, 2], "words": ["b", "A", "c"], "nested": [[1, [2]], 3], "none": [], "mixed": [1, "x"],
        "goods": [["n": "茶", "p": 3, "ok": true], ["n": "米", "p": 1.5, "ok": false], ["n": "盐", "p": 2]],
        "thing": ["a": 1, "b": "x"], "family": "👨‍👩‍👧一e\u{301}", "text": "你好，世界", "zero": 0, "nothing": .nil,
    ]

    @Test(arguments: [
        ("-7 | abs", "7"), ("'-3.50' | abs", "3.5"), ("4 | plus: 3", "7"), ("'4' | plus: '3.5'", "7.5"),
        ("10.1 | minus: 2.2", "7.9"), ("0.1 | plus: 0.2", "0.3"), ("3 | times: 4", "12"), ("1.1 | times: 3", "3.3"),
        ("7 | divided_by: 2", "3"), ("-7 | divided_by: 2", "-4"), ("7 | divided_by: 2.0", "3.5"),
        ("-7 | modulo: 3", "2"), ("7.5 | modulo: -2", "-0.5"), ("10 | modulo: 4.5", "1.0"), ("1.2 | ceil", "2"),
        ("-1.2 | ceil", "-1"), ("1.8 | floor", "1"), ("-1.2 | floor", "-2"), ("2.5 | round", "3"),
        ("-2.5 | round", "-3"), ("3.14159 | round: 2", "3.14"), ("15 | round: -1", "20"), ("7 | round: 2", "7"),
        ("3 | at_least: 5", "5"), ("3 | at_most: 2.5", "2.5"), ("'12abc' | plus: 1", "13"), ("'abc' | plus: 1", "1"),
        ("nothing | plus: 1", "1"), ("true | plus: 1", "1"),
    ])
    func `calculate in decimals`(expression: String, expected: String) throws {
        #expect(try render("{{ \(expression) }}", parameters) == expected)
    }

    @Test(
        arguments: [
            ("1.0e+20", 1e20), ("1.0e+16", 1e16), ("1234567890123456.0", 1_234_567_890_123_456), ("0.0001", 0.0001),
            ("1.0e-05", 0.00001), ("-0.0", -0.0), ("100.0", 100), ("1.5e-07", 0.00000015), ("0.1", 0.1),
        ] as [(String, Double)])
    func `print doubles as Ruby does`(text: String, number: Double) throws {
        #expect(try render("{{ n }}", ["n": .double(number)]) == text)
    }

    @Test(arguments: [
        ("'a' | append: 'b' | prepend: 'c'", "cab"), ("'hello WORLD' | capitalize", "Hello world"),
        ("'ÀB' | downcase", "àb"), ("'àb' | upcase", "ÀB"), ("' a ' | strip | append: '|'", "a|"),
        ("' a ' | lstrip | append: '|'", "a |"), ("' a ' | rstrip | append: '|'", " a|"),
        ("' a   b ' | squish", "a b"), ("'a-b-a' | replace: 'a', 'x'", "x-b-x"), ("'ab' | replace: '', '.'", ".a.b."),
        ("'a-b-a' | replace_first: 'a', 'x'", "x-b-a"), ("'a-b-a' | replace_last: 'a', 'x'", "a-b-x"),
        ("'a-b-a' | remove: 'a'", "-b-"), ("'a-b-a' | remove_first: 'a'", "-b-a"),
        ("'a-b-a' | remove_last: 'a'", "a-b-"), ("'a,b,,c,,' | split: ',' | join: '|'", "a|b||c"),
        ("' a  b ' | split: ' ' | join: '|'", "a|b"), ("'你好' | split: '' | join: '|'", "你|好"),
        ("'' | split: ',' | size", "0"), ("'one two three' | truncatewords: 2", "one two..."),
        ("'one two' | truncatewords: 2", "one two"), ("'one  two three' | truncatewords: 2, '—'", "one two—"),
        ("'one two' | truncatewords: 0", "one..."), ("nothing | default: '无'", "无"), ("'' | default: '无'", "无"),
        ("none | default: '无'", "无"), ("false | default: '无'", "无"), ("zero | default: '无'", "0"),
        ("false | default: '无', allow_false: true", "false"), ("5 | size", "8"), ("true | size", "0"),
    ])
    func `rewrite texts`(expression: String, expected: String) throws {
        #expect(try render("{{ \(expression) }}", parameters) == expected)
    }

    @Test(arguments: [
        ("'1234567890' | truncate: 7", "1234..."), ("'12345' | truncate: 5", "12345"), ("text | truncate: 4", "你..."),
        ("text | truncate: 3, '…'", "你好…"), ("text | truncate: 0", "..."), ("family | size", "3"),
        ("family | slice: 1", "一"), ("family | slice: -1", "e\u{301}"), ("family | truncate: 2, ''", "👨‍👩‍👧一"),
        ("'a\r\nb' | size", "3"), ("text | slice: 1, 2", "好，"), ("text | slice: -2, 9", "世界"), ("text | slice: 9", ""),
        ("text | slice: 5", ""), ("text | slice: 0, -1", ""), ("text | slice: 1, 9223372036854775808", "好，世界"),
        ("list | slice: 1, 2 | join: ','", "1,2"), ("text | first", "你"), ("text | last", "界"), ("text.size", "5"),
        ("'カﾞ' | size", "1"), ("'ァー「」' | size", "4"),
    ])
    func `count characters as people see them`(expression: String, expected: String) throws {
        #expect(try render("{{ \(expression) }}", parameters) == expected)
    }

    @Test(arguments: [
        ("list | sort | join: ','", "1,2,3"), ("words | sort | join: ','", "A,b,c"),
        ("words | sort_natural | reverse | join: ','", "c,b,A"), ("goods | sort: 'p' | map: 'n' | join: ','", "米,盐,茶"),
        ("goods | sort_natural: 'n' | map: 'n' | join: ','", "盐,米,茶"), ("goods | sum: 'p'", "6.5"),
        ("goods | where: 'ok' | map: 'n'", "茶"), ("goods | where: 'p', 2 | map: 'n'", "盐"),
        ("goods | reject: 'ok' | map: 'n' | join: ','", "米,盐"), ("goods | find: 'n', '米' | map: 'p'", "1.5"),
        ("goods | find_index: 'n', '米'", "1"), ("goods | has: 'n', '糖'", "false"), ("goods | has: 'ok'", "true"),
        ("goods | compact: 'ok' | size", "2"), ("nested | join: ','", "1,2,3"), ("nested | sum", "6"),
        ("list | concat: words | size", "6"), ("list | concat: list | uniq | join: ','", "3,1,2"),
        ("list | first", "3"), ("list | last", "2"), ("thing | first | join: '='", "a=1"), ("thing | size", "2"),
        ("(1..4) | reverse | join", "4 3 2 1"), ("(1..4) | sum", "10"), ("none | first", ""),
        ("goods | uniq: 'ok' | size", "3"), ("'abc' | join: ','", "abc"), ("list | join: nothing", "312"),
        ("list", "312"), ("list | append: ''", "[3, 1, 2]"), ("thing", "{\"a\"=>1, \"b\"=>\"x\"}"),
        ("none | sort | size", "0"), ("goods | find: 'n', 'x'", ""), ("none | has: 'x'", "false"),
    ])
    func `deal with lists`(expression: String, expected: String) throws {
        #expect(try render("{{ \(expression) }}", parameters) == expected)
    }

    @Test(arguments: [
        ("'<a b=\"x\">&' | escape", "&lt;a b=&quot;x&quot;&gt;&amp;"), ("'&lt;&x' | escape_once", "&lt;&amp;x"),
        ("'&#39;&#x;' | escape_once", "&#39;&amp;#x;"), ("'a b/你' | url_encode", "a+b%2F%E4%BD%A0"),
        ("'a+b%2F%E4%BD%A0%' | url_decode", "a b/你%"), ("'你好?' | base64_encode", "5L2g5aW9Pw=="),
        ("'5L2g5aW9Pw==' | base64_decode", "你好?"), ("'~~>' | base64_url_safe_encode", "fn4-"),
        ("'fn4-' | base64_url_safe_decode", "~~>"), ("'YQ' | base64_url_safe_decode", "a"),
        ("'<b>x</b><!-- y --><script>z</script>' | strip_html", "x"), ("'a < b' | strip_html", "a < b"),
        ("'<script' | strip_html", "<script"),
    ])
    func `escape and encode`(expression: String, expected: String) throws {
        #expect(try render("{{ \(expression) }}", parameters) == expected)
    }

    @Test func `turn line ends into markup, or leave them out`() throws {
        #expect(try render("{{ t | newline_to_br }}", ["t": "a\r\nb\nc\r"]) == "a<br />\nb<br />\nc\r")
        #expect(try render("{{ t | strip_newlines }}", ["t": "a\r\nb\nc\r"]) == "abc\r")
        #expect(try render("{{ t | h }}", ["t": "'"]) == "&#39;")
    }

    @Test(arguments: [
        ("'x' | append", "the filter 'append' takes 1 argument, not 0"),
        ("'x' | upcase: 1", "the filter 'upcase' takes no arguments, not 1"),
        ("'x' | replace", "the filter 'replace' takes 1 to 2 arguments, not 0"),
        ("'x' | truncate: 1, 2, 3", "the filter 'truncate' takes at most 2 arguments, not 3"),
        ("'x' | nosuch", "there is no filter 'nosuch'"),
        ("'x' | trucate: 3", "there is no filter 'trucate'; perhaps 'truncate' is meant"),
        ("1 | divided_by: 0", "division by zero"),
        ("1 | modulo: 0.0", "division by zero"),
        ("9223372036854775807 | plus: 1", "the result is a number beyond 64 bits"),
        ("9223372036854775807 | times: 2", "the result is a number beyond 64 bits"),
        ("'99999999999999999999' | plus: 1", "the result is a number beyond 64 bits"),
        ("list | concat: 1", "expected an array as the argument of 'concat', found a number"),
        ("mixed | sort", "expected values that can be sorted together, found a number beside a string"),
        ("list | map: 'x'", "expected objects, whose properties have names, found a number"),
        ("'x' | slice: 'y'", "expected a whole number, found a string"),
        ("'x' | truncate: nothing", "expected a whole number, found nil"),
        ("'x' | base64_decode", "expected Base64, found other text"),
        ("'/w==' | base64_decode", "expected UTF-8 behind 'base64_decode', found other bytes"),
        ("'%FF' | url_decode", "expected UTF-8 behind 'url_decode', found other bytes"),
        ("'x' | append: a: 1", "expected no named argument of 'append', found 'a'"),
    ])
    func `say what is wrong`(expression: String, message: String) {
        let found = error(of: "{{ \(expression) }}", parameters)
        #expect(found?.fault.description == message)
        #expect(found?.line == 1)
    }

    @Test func `keep what no number of 64 bits holds`() throws {
        let big = LiquidValue(number: "18446744073709551616")
        #expect(
            try render("{{ n }} {{ 18446744073709551616 }}", ["n": big]) == "18446744073709551616 18446744073709551616")
        #expect(try render("{{ n }}", ["n": LiquidValue(number: "0.10")]) == "0.1")
        #expect(try render("{{ n }}", ["n": LiquidValue(number: "-42")]) == "-42")
    }

    @Test func `are passed over when unknown, if Ruby's way is asked for`() throws {
        #expect(try Template("{{ 'x' | nosuch: 1, a: 2 | upcase }}", dialect: .lax).render(context()) == "X")
    }

    @Test func `escape what lists and objects hold`() throws {
        let text = try render("{{ l | append: '' }}", ["l": ["a\"\\\n\u{1}\u{1B}#{x}#", .nil, true, 1.5, ["k": []]]])
        #expect(text == ##"["a\"\\\n\x01\e\#{x}#", nil, true, 1.5, {"k"=>[]}]"##)
    }
}
