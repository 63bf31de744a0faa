import Liquid
import Testing

@Suite("Every filter") struct FilterMatrixTests {
    private static let names = [
        "abs", "append", "at_least", "at_most", "base64_decode", "base64_encode", "base64_url_safe_decode",
        "base64_url_safe_encode", "capitalize", "ceil", "compact", "concat", "date", "default", "divided_by",
        "downcase", "escape",
        "escape_once", "find", "find_index", "first", "floor", "h", "has", "join", "last", "lstrip", "map", "minus",
        "modulo",
        "newline_to_br", "plus", "prepend", "reject", "remove", "remove_first", "remove_last", "replace",
        "replace_first",
        "replace_last", "reverse", "round", "rstrip", "size", "slice", "sort", "sort_natural", "split", "squish",
        "strip",
        "strip_html", "strip_newlines", "sum", "times", "truncate", "truncatewords", "uniq", "upcase", "url_decode",
        "url_encode",
        "where",
    ]

    private static let values: LiquidValue = [
        "nothing": .nil, "yes": true, "no": false, "zero": 0, "least": .integer(.min), "most": .integer(.max),
        "half": 0.5,
        "huge": .double(.greatestFiniteMagnitude), "odd": .double(.nan), "endless": .double(.infinity),
        "empty_text": "",
        "text": "a, 你 👨‍👩‍👧\r\n<b>&amp;%41=", "number": " -12.50 ", "none": [], "list": ["b", "a", .nil, "a"],
        "numbers": [3, 1.5, .double(.nan), .integer(.max)], "mixed": [1, "x", true, .nil, ["k": 1], [[2]]],
        "things": [["k": 1, "size": 2], ["k": "x"], [:]], "thing": ["k": .nil], "range": .range(LiquidRange(-2, 2)),
        "backwards": .range(LiquidRange(3, .min)),
    ]

    @Test(arguments: names)
    func `takes every kind of value and argument, or says what is wrong`(name: String) throws {
        guard case .object(let values) = Self.values else { return }
        let context = context(Self.values)
        let arguments = values.members.map(\.key)
        var outcomes = 0
        for argument in [""] + arguments.map({ ": \($0)" }) + arguments.map({ ": \($0), number" }) + [": 1, most"] {
            guard let template = try? Template("{{ x | \(name)\(argument) }}") else {
                continue
            }
            for member in values.members {
                let source = LiquidObject(members: values.members + [.init(key: "x", value: member.value)])
                var own = context
                own.parameters = source
                do throws(LiquidError) {
                    _ = try template.render(own)
                } catch {
                    let description = error.description
                    if description.contains("\n") {
                        Issue.record("\(name)\(argument) of \(member.key): \(description)")
                    }
                }
                outcomes += 1
            }
        }
        #expect(outcomes >= values.members.count)
    }
}
