import Liquid
import Testing

@Suite("Errors") struct ErrorTests {
    @Test(arguments: [
        ("{{ a ", 1, 1, "expected '}}', found {{ a "), ("a\n {{ a }", 2, 2, "expected '}}', found {{ a }"),
        ("{{ a {% b %}", 1, 1, "expected '}}' before a tag, found {{ a {% b %}"),
        ("{% if a", 1, 1, "expected '%}', found {% if a"),
        ("你{% if a %}", 1, 5, "expected 'if' to be closed by 'endif', found no 'endif'"),
        ("{% endif %}", 1, 4, "expected a tag that needs no other before it, found 'endif'"),
        ("{% for x in a %}{% endif %}", 1, 20, "expected a tag that belongs into 'for', or 'endfor', found 'endif'"),
        ("{% for x a %}", 1, 10, "expected 'in', found 'a'"),
        ("{% for x in %}", 1, 13, "expected a variable or a value, found the end"),
        (
            "{% for x in a foo: 1 %}", 1, 15,
            "expected 'limit:', 'offset:' or the end; 'reversed' stands before them, found 'foo'"
        ),
        ("{% if %}", 1, 7, "expected a variable or a value, found the end"),
        ("{% if a == %}", 1, 12, "expected a variable or a value, found the end"),
        ("{% if a = b %}", 1, 9, "expected one of == != <> < > <= >=, found ="),
        ("{% if a b %}", 1, 9, "expected a comparison, 'and', 'or' or the end, found 'b'"),
        ("{{ a | }}", 1, 8, "expected the name of a filter, found the end"),
        ("{{ a.1 }}", 1, 6, "expected a name after '.', found '1'"),
        ("{{ a 你 }}", 1, 6, "expected a name, a value or an operator, found 你"),
        ("{{ 'a }}", 1, 4, "expected a closing quote, found 'a "),
        ("{{ (1..a }}", 1, 10, "expected ')' of a range, found the end"),
        ("{{ (1-2) }}", 1, 6, "expected '..' of a range, found '-2'"),
        ("{{ a[1 }}", 1, 8, "expected ']', found the end"),
        ("{% assign x %}", 1, 11, "expected a name, '=' and a value, found 'x '"),
        ("{% capture %}", 1, 12, "expected a name, found nothing"),
        ("{% case %}", 1, 4, "expected a value after 'case', found nothing"),
        ("{% case a %}{% when %}", 1, 16, "expected a value after 'when', found nothing"),
        ("{% case a %}{% else b %}", 1, 21, "expected nothing after 'else', found 'b '"),
        ("{% raw x %}", 1, 8, "expected nothing after 'raw', found x "),
        ("{% raw %}", 1, 4, "expected 'raw' to be closed by 'endraw', found no 'endraw'"),
        ("{% comment %}", 1, 4, "expected 'comment' to be closed by 'endcomment', found no 'endcomment'"),
        ("{% # a\n b %}", 2, 1, "expected '#' before each line of the comment, found  b "),
        ("{% %}", 1, 4, "expected the name of a tag, found nothing"),
        ("{% cycle %}", 1, 10, "expected a variable or a value, found the end"),
        ("{% increment %}", 1, 14, "expected the name of a counter, found nothing"),
        ("{% liquid\nif a\n%}", 2, 1, "expected 'if' to be closed by 'endif', found no 'endif'"),
        ("{% if a %}{% liquid\nendif\n%}", 2, 1, "expected a tag that belongs into 'if', or 'endif', found 'endif'"),
        ("{% liquid\ncomment\n%}", 2, 1, "expected 'comment' to be closed by 'endcomment', found no 'endcomment'"),
        ("{{ (true..2) }}", 1, 4, "expected a whole number as the end of a range, found a boolean"),
    ])
    func `name the place, what stands there and what should`(source: String, line: Int, column: Int, message: String) {
        let found = error(of: source)
        #expect(found?.fault.description == message)
        #expect([found?.line, found?.column] == [line, column])
    }

    @Test(arguments: ["include", "render", "tablerow", "ifchanged", "doc"])
    func `say which tags are not supported`(name: String) {
        let found = error(of: "{% \(name) 'a' %}")
        #expect(found?.fault == .unsupportedTag(name))
        #expect(found?.description.hasPrefix("template:1:4: the tag '\(name)' is not supported") == true)
    }

    @Test func `name the tags that there are`() {
        let found = error(of: "{% wile x %}")
        #expect(found?.fault == .unknownTag("wile"))
        #expect(found?.description.contains("assign break capture case comment continue cycle") == true)
    }

    @Test(arguments: [
        ("a\n  {{ 1 | plus: x | divided_by: 0 }}", 2, 20, "division by zero"),
        ("{% if 'a' > 1 %}{% endif %}", 1, 7, "expected a string to compare with a string, found a number"),
        ("{% for x in (1..2) limit: 'x' %}{% endfor %}", 1, 4, "expected a whole number, found a string"),
        ("{% increment s %}", 1, 4, "expected a whole number in 's' to count from, found a string"),
        ("{% assign f = 1.5 %}{{ (f..3) }}", 1, 24, "expected a whole number, found a number with a fraction"),
    ])
    func `tell where rendering failed`(source: String, line: Int, column: Int, message: String) {
        let found = error(of: source, ["s": "x"])
        #expect(found?.fault.description == message)
        #expect([found?.line, found?.column] == [line, column])
    }

    @Test func `fit into one line, whatever was sent`() throws {
        let long = String(repeating: "x", count: 10_000)
        for source in [
            "{{ a\n\r\u{2028}\u{1B} }", "{% \(long) %}", "{{ \(long) }}", "{{ 'a' | \(long) }}", "{{ a \(long) }}",
        ] {
            let line = try #require(error(of: source, missing: .refused)).description
            #expect(line.utf8.count < 400)
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x2028 })
        }
    }

    @Test(arguments: [
        "{{ s | plus: 1 | divided_by: 0 }}", "{{ 'a' | slice: s }}", "{{ s | base64_decode }}", "{{ l | map: s }}",
        "{{ l | sort }}",
        "{{ m[s] }}", "{{ [s] }}", "{{ [s].x }}", "{% if s > 1 %}{% endif %}", "{% increment s %}",
        "{% for x in l limit: s %}{% endfor %}",
        "{{ l | concat: s }}", "{{ (l..s) }}", "{{ s | append: s | truncate: s }}", "{{ m.x[s] }}",
    ])
    func `never quote what a person was to be sent`(source: String) throws {
        let parameters: LiquidValue = ["s": "机密secret", "l": [1, "机密secret"], "m": ["机密": 1]]
        let found = try #require(error(of: source, parameters, missing: .refused))
        #expect(!found.description.contains("机密") && !found.description.contains("secret"))
    }

    @Test func `carry the name of the template`() {
        #expect(throws: LiquidError(template: "order/thing1", line: 1, column: 4, fault: .undefined("a"))) {
            try Template("{{ a }}", name: "order/thing1").render(context(missing: .refused))
        }
    }
}
