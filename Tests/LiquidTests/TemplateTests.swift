import Liquid
import Testing

@Suite("Templates") struct TemplateTests {
    @Test func `append to what a buffer holds, and leave it alone after an error`() throws {
        var output = Array("a".utf8)
        try Template("b{{ x }}").render(into: &output, context(["x": 1]))
        #expect(output == Array("ab1".utf8))
        #expect(throws: LiquidError.self) {
            try Template("c{% capture y %}d{% endcapture %}{{ 1 | divided_by: 0 }}").render(into: &output, context())
        }
        #expect(output == Array("ab1".utf8))
    }

    @Test func `do not remember what a rendering did`() throws {
        let template = try Template("{% increment n %}{% cycle 1, 2 %}{{ x }}{% assign x = 1 %}")
        #expect(try template.render(context()) == "01")
        #expect(try template.render(context()) == "01")
    }

    @Test(arguments: [
        ("{{ a }}{{ b.c }}{{ a }}", ["a", "b"]), ("{% assign a = b %}{{ a }}", ["b"]),
        ("{{ a }}{% assign a = 1 %}", ["a"]),
        ("{% for x in list %}{{ x }}{{ forloop.index }}{{ y[z] }}{% endfor %}{{ x }}", ["list", "y", "z", "x"]),
        ("{% if a == b or c %}{% endif %}{% case d %}{% when e %}{% endcase %}", ["a", "b", "c", "d", "e"]),
        ("{{ 'x' | append: a | default: b, allow_false: c }}{{ ['d'] }}{{ (e..f) }}", ["a", "b", "c", "d", "e", "f"]),
        ("{% capture a %}{% endcapture %}{{ a }}{% increment b %}{{ b }}{% raw %}{{ c }}{% endraw %}", []),
        ("text", []),
    ])
    func `list the variables that they expect`(source: String, variables: [String]) throws {
        #expect(try Template(source).variables == variables)
    }

    @Test func `take names for different whose bytes differ`() throws {
        #expect(try render("{{ ['\u{E9}'] }}{{ ['e\u{301}'] }}", ["\u{E9}": 1, "e\u{301}": 2]) == "12")
    }

    @Test(arguments: ["", "text", "你好 {", "100%", "a\nb"])
    func `of plain text are that text`(source: String) throws {
        #expect(try render(source) == source)
    }

    @Test func `keep to a limit of their own`() throws {
        var limits = Limits()
        limits.outputBytes = 4
        let template = try Template("{{ x }}", limits: limits)
        #expect(try template.render(context(["x": "abcd"])) == "abcd")
        #expect(throws: LiquidError(template: "template", line: 1, column: 4, fault: .limit(.outputBytes, 4))) {
            try template.render(context(["x": "abcde"]))
        }
    }
}
