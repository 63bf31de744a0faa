import Liquid
import Testing

@Suite("Missing variables") struct MissingTests {
    private let parameters: LiquidValue = ["order": ["id": 1, "note": .nil], "items": ["a"]]

    @Test(arguments: [
        ("{{ nmae }}", "nmae", 4), ("{{ order.nmae }}", "order.nmae", 4), ("{{ order.a.b }}", "order.a", 4),
        ("{{ order['x y'].b }}", "order[\"x y\"]", 4), ("{{ items[3] }}", "items[3]", 4),
        ("{{ [order.id] }}", "[…]", 4), ("{{ items[order.id].x }}", "items[…]", 4),
        ("{{ a | upcase }}", "a", 4), ("{{ order.id | default: b }}", "b", 4),
        ("{% if a == 'x' %}{% endif %}", "a", 7), ("{% for x in a %}{% endfor %}", "a", 4),
        ("{% case a %}{% when 1 %}{% endcase %}", "a", 9), ("{% assign x = a %}", "a", 15),
        ("{{ order.note.x }}", "order.note.x", 4),
        ("{% for x in items %}{{ x.y }}{% endfor %}", "x.y", 24),
        ("{% for x in items %}{{ forloop.x }}{% endfor %}", "forloop.x", 24),
        ("{% if order contains a %}{% endif %}", "a", 7), ("{{ (a..3) }}", "a", 4),
    ])
    func `are named`(source: String, name: String, column: Int) {
        let found = error(of: source, parameters, missing: .refused)
        #expect(found?.fault == .undefined(name))
        #expect(found?.column == column)
    }

    @Test(arguments: [
        ("{{ a | default: 'x' }}", "x"), ("{{ a | strip | default: 'x' }}", "x"),
        ("{{ order.a.b | default: 'x' }}", "x"),
        ("{% if a %}{% else %}x{% endif %}", "x"),
        ("{% unless order.a %}x{% endunless %}", "x"), ("{% if a == nil %}x{% endif %}", "x"),
        ("{% if a != blank %}{% else %}x{% endif %}", "x"), ("{% if empty == a %}{% else %}x{% endif %}", "x"),
        ("{% if a and a > 5 %}{% else %}x{% endif %}", "x"), ("{{ order.note }}x", "x"), ("{{ nil }}x", "x"),
        ("{% for x in items %}{{ forloop.parentloop }}x{% endfor %}", "x"), ("{{ items.size }}", "1"),
        ("{% if false %}{{ a }}{% endif %}x", "x"),
    ])
    func `may be asked for`(source: String, expected: String) throws {
        #expect(try render(source, parameters, missing: .refused) == expected)
    }

    @Test func `are empty where Ruby's way is asked for`() throws {
        #expect(try render("[{{ a }}{{ a.b.c }}{% for x in a %}{% endfor %}]") == "[]")
    }
}
