import Liquid
import Testing

/// SplitMix64: the same sequence for the same seed, on every machine.
private struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Random templates") struct FuzzTests {
    /// Templates that use the whole language between them.
    private static let corpus = [
        "{{ title | truncate: 20 }}{{ amount }}元{{ paid_at | date: '%Y年%m月%d日 %H:%M' }}{{ remark | strip | default: '无' }}",
        "{% assign a = list | map: 'n' | join: '、' %}{{ a | append: a | size }}{% capture b %}{{ a }}{% endcapture %}{{ b[0].first }}",
        "{% for x in list reversed limit: 3 offset: 1 %}{{ forloop.index }}{{ x.n }}{% unless forloop.last %},{% endunless %}{% else %}-{% endfor %}",
        "{% for x in (1..3) %}{% for y in (x..3) %}{% if y == 2 %}{% continue %}{% endif %}{{ forloop.parentloop.index0 }}{% break %}{% endfor %}{% endfor %}",
        "{% if a and b or c contains 'x' %}1{% elsif amount > 3 and title != blank %}2{% else %}3{% endif %}",
        "{% case amount %}{% when 1, 2 or '3' %}a{% when empty %}b{% else %}c{% endcase %}{% cycle 'a', 'b' %}{% cycle g: 1, 2 %}",
        "{% liquid\nassign x = 1\nif x == 1\n  echo x | plus: 2.5\nendif\n# note\nfor i in list\n  echo i.n\nendfor\n%}",
        "{% comment %}{{ a }}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}{% raw %}{{ b }}{% endraw %}{%- # c -%} ",
        "{{ list | where: 'ok' | sort: 'p' | first }}{{ list | sum: 'p' | round: 1 }}{{ list | uniq: 'n' | reverse | concat: list | compact | size }}",
        "{{ title | split: '' | sort_natural | join }}{{ title | slice: -3, 2 }}{{ title | replace: '果', 'x' | upcase | capitalize }}",
        "{{ amount | times: 3 | minus: 1 | divided_by: 4 | modulo: 3 | abs | ceil | at_least: 2 | at_most: 9 }}{{ '1.5' | floor }}",
        "{{ html | strip_html | escape | escape_once | newline_to_br | strip_newlines | url_encode | url_decode | base64_encode | base64_decode }}",
        "{% increment n %}{% decrement n %}{{ n }}{{ ['title'] }}{{ self.title }}{{ list[0]['n'] }}{{ deep }}{{ (1..5) | last }}",
        "{{ paid_at | date: '%-d %b %^a %10N %::z %s %U %G-W%V' }}{{ 'now' | date: '%c' }}{{ '2026年1月2日' | date: '%x' }}",
        "{{ title | truncatewords: 2, '…' }}{{ list | has: 'n', '茶' }}{{ list | find_index: 'p', 2 }}{{ list | reject: 'ok' | size }}",
    ]

    /// What mutations put in.
    private static let scraps = [
        "{{", "}}", "{%", "%}", "{%-", "-}}", "'", "\"", "|", ":", ",", ".", "..", "(", ")", "[", "]", "-", "==", "<",
        "contains", "and",
        "or", "nil", "true", "empty", "blank", "forloop", "list", "title", "deep", "amount", "if", "endif", "for",
        "endfor", "else",
        "elsif", "case", "when", "endcase", "raw", "endraw", "comment", "endcomment", "liquid", "capture", "endcapture",
        "assign x =",
        "cycle", "break", "continue", "unless", "endunless", "in", "limit: 2", "offset: continue", "reversed",
        "9223372036854775807",
        "-9223372036854775808", "1.5", "0", "-1", "1e400", "(1..99999999)", "\u{0}", "\n", "\r\n", "你", "👨‍👩‍👧", "e\u{301}",
        "#", "?", "%", "\\",
        "| append: title", "| split: ''", "| date: '%c'", "| slice: -1, 9", "| truncate: 2", "| sort", "| join: ','",
        "| replace: '', title",
    ]

    private static func mutated(_ random: inout SeededRandom) -> String {
        var source = Array(corpus[Int.random(in: 0..<corpus.count, using: &random)].unicodeScalars)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let start = Int.random(in: 0...source.count, using: &random)
            let end = min(source.count, start + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: source.removeSubrange(start..<end)
            case 1: source.insert(contentsOf: source[start..<end], at: Int.random(in: 0...source.count, using: &random))
            case 2:
                let other = Array(corpus[Int.random(in: 0..<corpus.count, using: &random)].unicodeScalars)
                let from = Int.random(in: 0..<other.count, using: &random)
                source.insert(contentsOf: other[from..<min(other.count, from + 30)], at: start)
            default:
                let scrap = scraps[Int.random(in: 0..<scraps.count, using: &random)]
                source.replaceSubrange(start..<end, with: Array(scrap.unicodeScalars))
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: source)
        return String(text)
    }

    @Test(arguments: 0..<8)
    func `are rendered or refused, and nothing else`(seed: Int) {
        let complaints = onSmallStack { Self.complaints(seed: UInt64(seed), rounds: 2500) }
        #expect(complaints == [])
    }

    /// What went wrong in so many rounds; the counts show that both outcomes occur.
    private static func complaints(seed: UInt64, rounds: Int) -> [String] {
        var random = SeededRandom(seed)
        var limits = Limits()
        (limits.work, limits.rounds, limits.outputBytes, limits.nesting) = (10_000, 300, 4096, 12)
        var deep: LiquidValue = "x"
        for _ in 0..<80 { deep = .array([deep]) }
        let parameters: LiquidValue = [
            "title": "有机高山红富士苹果 gift box", "amount": 128.5, "paid_at": "2026-11-20T15:01:02+08:00", "remark": "  ",
            "list": [["n": "茶", "p": 3, "ok": true], ["n": "米", "p": 1.5], ["n": "盐", "p": 2, "ok": .nil]],
            "html": "<b>a</b>&amp;\r\n<script>", "deep": deep, "a": false, "c": ["x"],
        ]
        let missing: RenderContext.Missing = seed % 2 == 0 ? .empty : .refused
        let context = context(parameters, missing: missing)
        var complaints: [String] = []
        var (rendered, refused) = (0, 0)
        for _ in 0..<rounds {
            let source = mutated(&random)
            var output: [UInt8] = [1, 2, 3]
            do throws(LiquidError) {
                let template = try Template(source, name: "t", dialect: seed % 3 == 0 ? .lax : .strict, limits: limits)
                try template.render(into: &output, context)
                rendered += 1
                if String(validating: output.dropFirst(3), as: UTF8.self) == nil {
                    complaints.append("no UTF-8: \(source)")
                }
                if output.count > 3 + limits.outputBytes { complaints.append("too long: \(source)") }
                var again: [UInt8] = [1, 2, 3]
                try template.render(into: &again, context)
                if again != output { complaints.append("not the same again: \(source)") }
            } catch {
                refused += 1
                if output != [1, 2, 3] { complaints.append("leaves output behind: \(source)") }
                let line = error.description
                if line.contains(where: \.isNewline) || !line.hasPrefix("t:") {
                    complaints.append("\(line): \(source)")
                }
            }
        }
        if rendered < rounds / 50 || refused < rounds / 50 {
            complaints.append("\(rendered) rendered, \(refused) refused")
        }
        return complaints
    }
}
