import Foundation
import JSON
import TestSupport

/// Where something is on the page, by what is to be read there.
enum Place: CustomStringConvertible {
    /// A button of a text or a label.
    case button(String)
    /// A link of a text.
    case link(String)
    /// A field of a label.
    case field(String)
    /// The heading of something that opens.
    case fold(String)
    /// By a selector, where there is nothing to read.
    case css(String)

    /// The place as WebDriver wants it.
    var locator: JSONValue {
        switch self {
        case .css(let selector): ["using": "css selector", "value": .string(selector)]
        case .button(let text):
            Self.path("//button[normalize-space(.)=\(Self.quoted(text)) or @aria-label=\(Self.quoted(text))]")
        case .link(let text):
            Self.path("//a[normalize-space(.)=\(Self.quoted(text)) or @aria-label=\(Self.quoted(text))]")
        case .field(let label):
            Self.path(
                "//*[self::input or self::textarea or self::select][@aria-label=\(Self.quoted(label)) or "
                    + "@id=//label[normalize-space(.)=\(Self.quoted(label))]/@for or "
                    + "ancestor::label[normalize-space(.)=\(Self.quoted(label))]]")
        case .fold(let text): Self.path("//summary[starts-with(normalize-space(.), \(Self.quoted(text)))]")
        }
    }

    /// The place for people.
    var description: String {
        switch self {
        case .button(let text): "the button \(text)"
        case .link(let text): "the link \(text)"
        case .field(let text): "the field \(text)"
        case .fold(let text): "the fold \(text)"
        case .css(let selector): selector
        }
    }

    private static func path(_ path: String) -> JSONValue { ["using": "xpath", "value": .string(path)] }

    // XPath knows no escapes; none of our texts has both kinds of quotes.
    private static func quoted(_ text: String) -> String { text.contains("'") ? "\"\(text)\"" : "'\(text)'" }
}

/// Keys that are no letters, as WebDriver writes them.
enum Key {
    static let tab = "\u{E004}"
    static let enter = "\u{E007}"
    static let escape = "\u{E00C}"
    static let space = "\u{E00D}"
    static let left = "\u{E012}"
    static let down = "\u{E015}"
    static let delete = "\u{E017}"
    static let control = "\u{E009}"
}

/// What hands do.
extension Browser {
    /// Clicks, once there is something to click.
    func click(_ place: Place) async throws {
        try await act("a click on \(place)") { browser in
            let id = try await browser.find(place)
            // As people do: not from under the bar that stays on top.
            try await browser.script("arguments[0].scrollIntoView({ block: 'center' })", [Self.element: .string(id)])
            _ = try await browser.command("element/\(id)/click", [:])
        }
    }

    /// Types into a field, at the end of what it holds.
    func type(_ text: String, into place: Place) async throws {
        try await act("typing into \(place)") { browser in
            _ = try await browser.command("element/\(try await browser.find(place))/value", ["text": .string(text)])
        }
    }

    /// Types into a field in place of what it holds.
    func replace(_ place: Place, with text: String) async throws {
        // As hands do it: all of it marked, then written over.
        try await type("\(Key.control)a\(Key.delete)", into: place)
        try await type(text, into: place)
    }

    /// Chooses from a menu.
    func choose(_ option: String, from place: Place) async throws {
        try await act("the choice of \(option) from \(place)") { browser in
            let id = try await browser.find(place)
            let found = try await browser.command(
                "element/\(id)/element",
                ["using": "xpath", "value": .string("./option[normalize-space(.)='\(option)']")])
            _ = try await browser.command("element/\(try Self.id(found))/click", [:])
        }
    }

    /// Presses keys one after the other, wherever the focus is.
    func press(_ keys: String...) async throws {
        var actions: [JSONValue] = []
        for key in keys {
            actions.append(["type": "keyDown", "value": .string(key)])
            actions.append(["type": "keyUp", "value": .string(key)])
        }
        try await command("actions", ["actions": [["type": "key", "id": "keyboard", "actions": .array(actions)]]])
    }

    /// The place's element, of the kind that WebDriver's commands take.
    func find(_ place: Place) async throws -> String { try Self.id(try await command("element", place.locator)) }

    /// By this name, which is the same for all drivers, elements come and go.
    private static let element = "element-6066-11e4-a52e-4f735466cecf"

    private static func id(_ found: JSONValue) throws -> String {
        guard let id = found.object?[element]?.string else {
            throw BrowserError(code: "no element", message: found.description)
        }
        return id
    }

    private func act(_ what: String, _ action: (Browser) async throws -> Void) async throws {
        var last: BrowserError?
        do {
            try await eventually(what, within: .seconds(60)) {
                do {
                    try await action(self)
                    return true
                } catch let error as BrowserError where error.isPassing {
                    last = error
                    return false
                }
            }
        } catch let error as ConditionNotMet {
            throw BrowserError(
                code: last?.code ?? "late", message: "\(error.description); \(last?.message ?? ""); \(await glimpse())")
        }
    }

    /// What is to be read on the page just now, for whoever looks for the cause of a failure.
    func glimpse() async -> String {
        let text = try? await script("return location.href + ' | ' + document.body.innerText.slice(0, 1500)")
        return text?.string ?? "nothing to be seen"
    }
}
