import JSON
import Templates
import Testing
import WeChat

@Suite("Random templates and parameters") struct FuzzTests {
    private static let pieces = [
        "t", "kind", "subscribe", "template", "customer", "uniform", "mini-template", "subscribe-once", "subscribe-biz",
        "template_id", "data", "thing1", "number2", "value", "color", "on_overflow", "truncate", "page", "url",
        "miniprogram", "appid", "pagepath", "msgtype", "text", "content", "news", "articles", "title", "scene",
        "example",
        "time_zone", "UTC", ":", ": ", "\n", "\n  ", "\n    ", "\n      ", "- ", "{", "}", "[", "]", ",", "\"", "'",
        "|", ">",
        "&a ", "*a", "!x ", "#", "~", "{{", "}}", "{%", "%}", "{{ x }}", "{{ x | date: '%Y' }}", "{% if x %}",
        "{% endif %}",
        "{% for y in x %}", "{% endfor %}", "x", "长", "😀", "\t", "\u{0}", "\u{85}", "\u{FEFF}", "1", "-1.5e9", "null",
    ]
    private static let values: [JSONValue] = [
        nil, true, 0, -1, 9_223_372_036_854_775_807, "", "a", "2026-11-20T08:00:00Z", "长长长", "\u{0}\n\"\\", [],
        [1, "b", nil],
        ["y": "z"], [[[[1]]]],
    ]
    private static let whole = [
        subscribe("thing1: '{{ x }}'\nnumber2: '{{ y | plus: 1 }}'", "page: p?{{ x }}"),
        "t: {kind: template, template_id: i, url: '{{ x }}', data: {a: \"{{ x | date: '%Y' }}\", b: {value: '{{ y }}'}}}",
        "t: {kind: subscribe-once, template_id: i, scene: '{{ x }}', title: '{{ y }}', data: {content: '{{ x.y.z }}'}}",
        "t: {kind: customer, msgtype: msgmenu, msgmenu: {list: [{id: '{{ x }}', content: '{{ y | join }}'}]}}",
        "t: {kind: uniform, mp_template_msg: {appid: a, template_id: i, data: {k: '{% for z in x %}{{ z }}{% endfor %}'}}}",
    ]

    /// Reads a text and, where it is one, fills it in with whatever comes.
    private func run(_ yaml: String, _ folder: Folder, _ random: inout SeededRandom) throws {
        try folder.write("t.yaml", yaml)
        let set: TemplateSet
        do throws(TemplateFaults) {
            set = try folder.load()
        } catch {
            #expect(!error.faults.isEmpty)
            return
        }
        for template in set.templates {
            var params = JSONObject()
            for name in ["x", "y"] where Bool.random(using: &random) {
                params[name] = Self.values.randomElement(using: &random)
            }
            let preview = template.preview(params)
            do throws(TemplateFault) {
                let message = try template.message(
                    params, MessageSlots(formID: template.kind == .miniTemplate ? "f" : nil))
                #expect(preview.faults.isEmpty, "\(yaml)")
                #expect((try? JSONValue(parsing: message.body(to: "o")))?.object != nil, "\(yaml)")
            } catch {
                #expect(!preview.faults.isEmpty, "\(yaml)")
            }
        }
    }

    @Test(arguments: 0..<4) func `words in any order never bring it down`(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let folder = try Folder()
        for _ in 0..<250 {
            let count = Int.random(in: 1...40, using: &random)
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
            try run((Bool.random(using: &random) ? "t:\n  kind: subscribe\n  " : "") + text, folder, &random)
        }
    }

    @Test(arguments: 0..<4) func `templates with a few slips never bring it down`(_ seed: UInt64) throws {
        var random = SeededRandom(seed + 100)
        let folder = try Folder()
        for _ in 0..<250 {
            var text = Array((Self.whole.randomElement(using: &random) ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text.remove(at: place)
                case 1:
                    text.insert(contentsOf: (Self.pieces.randomElement(using: &random) ?? "").unicodeScalars, at: place)
                default: text.swapAt(place, Int.random(in: 0..<text.count, using: &random))
                }
            }
            try run(text.reduce(into: "") { $0.unicodeScalars.append($1) }, folder, &random)
        }
    }
}
