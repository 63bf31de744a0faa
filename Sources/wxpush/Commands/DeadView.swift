import AMQP
import DeadLetters
import JSON
import Templates
import Terminal
import WeChat
import Worker

/// A dead letter with all that can be said about it.
struct DeadView {
    private let letter: DeadLetter
    private let rendering: Rendering?

    /// What becomes of the job's content now.
    private enum Rendering {
        case payload([UInt8])
        case faults([String])
    }

    init(_ letter: DeadLetter, _ templates: TemplateSet?) {
        self.letter = letter
        rendering = Self.render(letter, templates)
    }

    private static func render(_ letter: DeadLetter, _ templates: TemplateSet?) -> Rendering? {
        guard letter.fault == nil else { return nil }
        let job = Job(reading: letter.body, messageID: letter.properties.messageID?.text)
        if let fault = job.fault { return .faults([fault.detail]) }
        let slots = MessageSlots(
            page: job.overrides.page, url: job.overrides.url, miniprogram: job.overrides.miniprogram, formID: job.formID
        )
        switch job.content {
        case .template(let name, let params):
            guard let templates else {
                return .faults(["the templates cannot be read; 'wxpush template check' says why"])
            }
            guard let template = templates[name] else {
                return .faults(["there is no template \(name.debugDescription)"])
            }
            let preview = template.preview(params, slots)
            guard preview.faults.isEmpty, let payload = preview.payload else {
                return .faults(preview.faults.map(\.description))
            }
            return .payload(payload)
        case .message(let kind, let object):
            do throws(TemplateFault) { return .payload(try Message(kind, object, slots, sender: nil).json) } catch {
                return .faults([error.description])
            }
        case nil: return nil
        }
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
        for step in history { page.add(step.time?.rfc3339 ?? "", step.what) }
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
        if let rendering {
            page.section("What would be sent now")
            switch rendering {
            case .payload(let payload): page.lines((try? JSONValue(parsing: payload))?.pretty ?? "")
            case .faults(let faults): for fault in faults { page.lines(fault, .bad) }
            }
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

    /// What is known of the letter's life, in the order of time.
    private var history: [(time: Timestamp?, what: String)] {
        var steps: [(time: Timestamp?, what: String)] = []
        let headers = letter.properties.headers
        if let seconds = letter.properties.timestamp.flatMap({ Int64(exactly: $0) }), seconds < 1 << 40 {
            steps.append((Timestamp(milliseconds: seconds * 1000), "published by the sender"))
        }
        if let time = headers[DeadHeader.requeuedAt]?.text.flatMap(Timestamp.init(rfc3339:)) {
            let author = headers[DeadHeader.requeuedBy]?.text ?? "somebody"
            steps.append((time, "sent again by \(author), the \(letter.requeues). time"))
        }
        for death in headers["x-death"]?.array?.reversed() ?? [] {
            guard let table = death.table else { continue }
            let time = table["time"]?.integer.flatMap {
                (0..<1 << 40).contains($0) ? Timestamp(milliseconds: $0 * 1000) : nil
            }
            let (queue, reason) = (table["queue"]?.text ?? "?", table["reason"]?.text ?? "?")
            steps.append((time, "left the queue \(queue): \(reason), \(table["count"]?.integer ?? 1) times"))
        }
        if let time = letter.firstFailedAt { steps.append((time, "failed for the first time")) }
        let tries = letter.attempts == 1 ? "1 try" : "\(letter.attempts) tries"
        steps.append((letter.diedAt, "died after \(tries)" + (letter.worker.map { ", at worker \($0)" } ?? "")))
        return steps
    }

    // MARK: For scripts

    func write(into json: inout JSONWriter) {
        letter.writeSummary(into: &json)
        json.member("reply_to", letter.replyTo?.description)
        json.list("advice") { json in
            for advice in [letter.advice, letter.codeAdvice].compactMap(\.self) {
                json.object { json in
                    json.member("meaning", advice.meaning)
                    json.member("en", advice.english)
                    json.member("zh", advice.chinese)
                }
            }
        }
        json.list("history") { json in
            for step in history {
                json.object { json in
                    json.member("time", step.time?.rfc3339)
                    json.member("what", step.what)
                }
            }
        }
        json.member("properties", tree: .object(letter.properties.archived))
        if let tree = try? JSONValue(parsing: letter.body) {
            json.member("body", tree: tree)
        } else {
            json.member("body", String(decoding: letter.body, as: UTF8.self))
        }
        switch rendering {
        case .payload(let payload): json.member("renders", tree: try? JSONValue(parsing: payload))
        case .faults(let faults):
            json.list("render_faults") { json in
                for fault in faults { json.value(fault) }
            }
        case nil: break
        }
    }
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
