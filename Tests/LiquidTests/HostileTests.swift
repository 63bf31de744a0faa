import Liquid
import Testing

/// Lists in lists.
private func nested(_ depth: Int) -> LiquidValue {
    var value: LiquidValue = 1
    for _ in 0..<depth { value = .array([value]) }
    return value
}

@Suite("Hostile templates and parameters") struct HostileTests {
    @Test(
        arguments: [
            ("{% for x in (1..1000000000) %}{% endfor %}", .rounds),
            ("{% for x in (1..1000000000) %}{{ x }}{% endfor %}", .outputBytes),
            ("{% for x in (1..1000) %}{% for y in (1..1000) %}{% endfor %}{% endfor %}", .rounds),
            ("{{ (1..1000000000) | join }}", .work), ("{{ (1..1000000000) | sort }}", .work),
            ("{{ (1..9223372036854775807) | sum }}", .work),
            ("{{ (-9223372036854775808..9223372036854775807) | reverse | first }}", .work),
            ("{% assign x = 'ab' %}{% for i in (1..99) %}{% assign x = x | append: x %}{% endfor %}", .outputBytes),
            (
                "{% assign x = 'ab' %}{% for i in (1..99) %}{% assign x = x | replace: 'a', x %}{% endfor %}",
                .outputBytes
            ),
            (
                "{% assign x = 'ab' %}{% for i in (1..99) %}{% capture x %}{{ x }}{{ x }}{% endcapture %}{% endfor %}",
                .outputBytes
            ),
            (
                "{% assign x = 'ab' %}{% for i in (1..99) %}{% assign x = x | replace: '', x %}{% endfor %}",
                .outputBytes
            ),
            (
                "{% assign x = 'ab,' %}{% for i in (1..16) %}{% assign x = x | append: x %}{% endfor %}{% for i in (1..99) %}{{ x | split: ',' | sort | size }}{% endfor %}",
                .work
            ),
            (
                "{% assign x = (1..9999) %}{% assign y = x | reverse %}{% for i in (1..99) %}{% assign y = y | concat: y %}{% endfor %}",
                .work
            ),
            ("{% for i in (1..99999) %}{{ i }}{{ i }}{{ i }}{% endfor %}", .outputBytes),
            ("{{ wide | join: long }}", .outputBytes),
            ("{% for i in (1..9999) %}{{ long | downcase | size }}{% endfor %}", .work),
            ("{% for i in (1..9999) %}{% if same contains almost %}{% endif %}{% endfor %}", .work),
            (
                "{% for i in (1..9999) %}{{ same | split: almost | size }}{{ same | replace_last: almost, '' | size }}{% endfor %}",
                .work
            ),
            ("{% for i in (1..9999) %}{% if wide == wide %}{% endif %}{% endfor %}", .work),
            ("{{ deep }}", .nesting), ("{{ deep | join }}", .nesting), ("{{ deep | append: '' }}", .nesting),
            ("{% if deep == deep %}{% endif %}", .nesting), ("{% if deep contains deep %}{% endif %}", .nesting),
            ("{% for i in (1..9999) %}{{ t | date: '%256N%256N%256N%256N' }}{% endfor %}", .outputBytes),
        ] as [(String, LiquidError.Limit)])
    func `end in an error`(source: String, limit: LiquidError.Limit) {
        let found = onSmallStack {
            let long = String(repeating: "x", count: 100_000)
            let parameters: LiquidValue = [
                "deep": nested(500), "wide": .array(Array(repeating: .string("ab"), count: 20_000)),
                "long": .string(long),
                "same": .string(String(repeating: "a", count: 50_000)), "t": 0,
                "almost": .string(String(repeating: "a", count: 25_000) + "b"),
            ]
            return error(of: source, parameters)
        }
        guard case .limit(limit, _)? = found??.fault else {
            Issue.record("\(source) ends with \(String(describing: found))")
            return
        }
    }

    @Test(
        arguments: [
            (String(repeating: "{% if true %}", count: 1000), .nesting),
            (String(repeating: "{% for x in y %}", count: 101), .nesting),
            (
                "{{ " + String(repeating: "a[", count: 1000) + "b" + String(repeating: "]", count: 1000) + " }}",
                .nesting
            ),
            ("{{ " + String(repeating: "(", count: 1000) + " }}", .nesting),
            (String(repeating: "x", count: 70_000), .sourceBytes),
            ("{{ " + String(repeating: "[", count: 30_000) + " }}", .nesting),
        ] as [(String, LiquidError.Limit)])
    func `are refused before they are rendered`(source: String, limit: LiquidError.Limit) {
        let found = onSmallStack { error(of: source) }
        guard case .limit(limit, _)? = found??.fault else {
            Issue.record("\(source.prefix(40)) ends with \(String(describing: found))")
            return
        }
    }

    @Test func `use little stack at the deepest nesting that is allowed`() {
        let outcomes = onSmallStack {
            [
                String(repeating: "{% if true %}", count: 100) + "x" + String(repeating: "{% endif %}", count: 100),
                String(repeating: "{% for i in (1..1) %}", count: 100) + "x{{ forloop.parentloop.parentloop.index }}"
                    + String(repeating: "{% endfor %}", count: 100),
                "{{ " + String(repeating: "a[", count: 99) + "1" + String(repeating: "]", count: 99) + " }}x",
                "{% liquid " + String(repeating: "liquid ", count: 5000) + "echo 'x' %}",
                "{% for i in (1..1) %}{% assign f = forloop %}{% endfor %}{{ f.parentloop }}x",
                String(repeating: "{% comment %}", count: 2000) + String(repeating: "{% endcomment %}", count: 2000)
                    + "x",
                "{% if " + String(repeating: "true and ", count: 5000) + "true %}x{% endif %}",
                "{{ 'x'" + String(repeating: " | append: ''", count: 4000) + " }}",
            ].map { source in
                do throws(LiquidError) { return try render(source) } catch { return error.description }
            }
        }
        #expect(outcomes?.map { $0.hasPrefix("x") } == Array(repeating: true, count: 8))
    }

    @Test(arguments: [
        "{{ -9223372036854775808 | abs }}", "{{ -9223372036854775808 | divided_by: -1 }}",
        "{{ -9223372036854775808 | modulo: -1 }}",
        "{{ -9223372036854775808 | minus: 1 }}", "{{ 1 | round: 9223372036854775807 }}",
        "{{ 1.5 | round: -9223372036854775808 }}",
        "{{ 'a' | slice: -9223372036854775808, 9223372036854775807 }}", "{{ 'a' | truncate: -9223372036854775808 }}",
        "{{ 'a b' | truncatewords: 9223372036854775807 }}", "{{ 'a b' | truncate: 9223372036854775807, '' }}",
        "{% for x in (1..9) offset: 9223372036854775807 limit: 9223372036854775807 %}{% endfor %}",
        "{% for x in (1..9) offset: -9223372036854775808 limit: -1 %}{% endfor %}{% for x in (1..9) offset: continue %}{% endfor %}",
        "{% for x in (9223372036854775800..9223372036854775807) %}{{ x }}{% endfor %}",
        "{{ (-9223372036854775808..9223372036854775807).size }}",
        "{{ big | date: '%c %s %G %U' }}{{ small | date: '%c' }}",
        "{{ huge | floor }}", "{{ huge | round: 300 }}", "{{ huge | times: huge }}",
        "{{ tiny | times: tiny | plus: huge }}",
        "{{ tiny | divided_by: huge }}", "{{ huge | modulo: tiny }}", "{{ list[big] }}{{ list[small] }}",
        "{{ 5 | round: huge }}",
        "{% increment big %}{% decrement small %}",
        "{{ '%' | date: '%' }}{{ 0 | date: '%99999999999999999999d%^#-_0:E' }}",
        "{% if huge == big and small < huge %}{% endif %}", "{{ 7 | map: 70 }}", "{{ list | map: -1 }}",
        "{{ 'é' | slice: 0, 1 | base64_decode }}",
        "{{ '0x' | slice: '0x' }}", "{{ 'a' | slice: '-' }}", "{{ 'abc' | slice: '0b11' }}",
        "{{ 'abc' | slice: '1__0' }}",
        "{{ '=' | base64_decode }}{{ '====' | base64_url_safe_decode }}",
        "{{ '%' | url_decode }}{{ '%4' | url_decode }}",
    ])
    func `never trap at the ends of numbers`(source: String) {
        let parameters: LiquidValue = [
            "big": .integer(.max), "small": .integer(.min), "huge": .double(.greatestFiniteMagnitude),
            "tiny": .double(.leastNonzeroMagnitude),
            "list": [1, 2],
        ]
        let outcome = Result { () throws(LiquidError) in try render(source, parameters) }
        if case .failure(let error) = outcome { #expect(!error.description.isEmpty) }
        #expect(!source.isEmpty)
    }

    @Test func `find no name slowly among many`() throws {
        let members = (0..<20_000).map { (key: "name\($0)", value: LiquidValue.integer(Int64($0))) }
        let object = LiquidObject(members)
        #expect(object["name19999"]?.isTrue == true)
        #expect(object["name20000"] == nil)
        let text = try Template("{% for i in (1..5000) %}{{ name19999 }}{% endfor %}").render(
            RenderContext(object, now: 0))
        #expect(text.utf8.count == 25_000)
    }
}
