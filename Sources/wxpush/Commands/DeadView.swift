import AMQP
import DeadLetters
import JSON
import Templates
import Terminal
import Worker

/// A dead letter with all that can be said about it.
struct DeadView {
    private let letter: DeadLetter
    private let preview: DeadPreview?

    init(_ letter: DeadLetter, _ templates: TemplateSet?) {
        self.letter = letter
        preview = letter.preview(templates)
    }

    // MARK: For people

    func text(on screen: Screen) -> String {
        var page = Page(screen)
        page.add("id", letter.id ?? "none")
        page.add("key", letter.key.address)
        page.add("reason", letter.reason, .bad)
        page.add("detail", letter.detail)
        if let code = letter.errcode { page.add("errcode", "\(code)  \(letter.errmsg ?? "")") }
        page.add("app", letter.content?.app)
        page.add("kind", letter.content?.kind)
        page.add("template", letter.content?.template)
        page.add("to", letter.content?.to)
        page.section("What it means")
        page.add(letter.advice)
        page.add(letter.codeAdvice)
        page.section("What has happened")
        for step in letter.history { page.add(step.time?.rfc3339 ?? "", step.what) }
        page.section("Body, \(letter.body.count) bytes")
        page.lines(body)
        page.section("Properties")
        for member in letter.properties.archived where member.key != "headers" {
            page.add(member.key, member.value.string ?? member.value.description)
        }
        page.section("Headers")
        for entry in letter.properties.headers {
            page.add(entry.key.description, entry.value.text ?? Self.plain(entry))
        }
        if let preview {
            page.section("What would be sent now")
            if preview.faults.isEmpty, let payload = preview.payload {
                page.lines((try? JSONValue(parsing: payload))?.pretty ?? "")
            }
            for fault in preview.faults { page.lines(fault, .bad) }
        }
        return page.text
    }

    private var body: String {
        switch letter.fault {
        case .bodyTooLarge(let bytes, let limit): "not taken over: it has \(bytes) bytes, the limit is \(limit)"
        case .headersTooDeep, nil:
            (try? JSONValue(parsing: letter.body))?.pretty ?? String(decoding: letter.body, as: UTF8.self)
        }
    }

    private static func plain(_ entry: AMQP.Table.Entry) -> String { entry.archived.array?.last?.description ?? "" }

    // MARK: For scripts

    func write(into json: inout JSONWriter) { letter.write(into: &json, preview) }
}

/// Names and values in two columns, under headings; what comes from outside is made visible.
private struct Page {
    private let screen: Screen
    private(set) var text = ""
    private static let column = 26

    init(_ screen: Screen) { self.screen = screen }

    mutating func section(_ title: String) { text += "\n" + screen.paint(title, .heading) + "\n" }

    mutating func add(_ name: String, _ value: String?, _ style: Style = .plain) {
        guard let value else { return }
        let name = name.visible
        let padding = String(repeating: " ", count: max(2, Self.column - name.displayWidth))
        text += screen.paint(name, .dim) + padding + screen.paint(value.visible, style) + "\n"
    }

    mutating func add(_ advice: DeadAdvice?) {
        guard let advice else { return }
        if let meaning = advice.meaning { lines(meaning) }
        lines(advice.english, .good)
        lines(advice.chinese, .good)
    }

    mutating func lines(_ lines: String, _ style: Style = .plain) {
        for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
            text += "  " + screen.paint(String(line).visible, style) + "\n"
        }
    }
}
