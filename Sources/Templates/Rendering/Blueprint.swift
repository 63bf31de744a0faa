import JSON
import WeChat

/// A template's message, compiled.
enum Blueprint: Sendable {
    /// A mini program's subscribe message.
    case subscribe(Card)
    /// A service account's template message.
    case template(Card)
    /// A service account's subscription notice.
    case subscribeBiz(Card)
    /// A message of another kind.
    case other(MessageKind, Tree)
}

extension Blueprint {
    /// The message with the job's parameters in it; its form_id comes with the job's overrides.
    func message(
        _ rendering: inout Rendering, _ slots: MessageSlots, in subject: String
    ) throws(TemplateFault) -> Message {
        switch self {
        case .subscribe(let card): return .subscribe(try card.subscribeMessage(&rendering, in: subject))
        case .template(let card): return .template(try card.templateMessage(&rendering, in: subject))
        case .subscribeBiz(let card): return .subscribeBiz(try card.subscribeBizMessage(&rendering, in: subject))
        case .other(let kind, let tree):
            let value = try tree.json { leaf throws(TemplateFault) in leaf.json(try rendering.text(leaf)) }
            return try Message(reading: value?.object ?? JSONObject(), as: kind, slots, in: subject)
        }
    }
}
