package import JSON
import Liquid
package import WeChat
package import YAML

/// A message of the registry that jobs fill in with their parameters.
package final class MessageTemplate: Sendable {
    /// The name that jobs give.
    package let name: String
    /// What is sent.
    package let kind: MessageKind
    /// The app that sends, if the template names one.
    package let app: String?
    /// WeChat's template, if the kind has one.
    package let templateID: String?
    /// What it is for, in the words of its author.
    package let description: String?
    /// Parameters to try it with.
    package let example: JSONObject?
    /// Where it stands.
    package let place: Place
    /// The parameters that it reads, in the order of their first use.
    package let variables: [String]
    let blueprint: Blueprint
    let leaves: [Leaf]
    let overflow: Overflow
    private let zone: Zone
    private let subject: String

    /// A template whose parts have been checked.
    init(name: String, place: Place, _ head: TemplateHead, templateID: String?, _ blueprint: Blueprint, leaves: [Leaf])
    {
        self.name = name
        self.place = place
        kind = head.kind
        app = head.app
        self.templateID = templateID
        description = head.description
        example = head.example
        zone = head.zone
        overflow = head.overflow
        self.blueprint = blueprint
        self.leaves = leaves
        var variables: [String] = []
        for variable in leaves.flatMap(\.variables) where !variables.contains(variable) { variables.append(variable) }
        self.variables = variables
        subject = "template \(name)"
    }

    /// The message for a job, checked by WeChat's rules for values.
    package func message(_ params: JSONObject, _ slots: MessageSlots = MessageSlots()) throws(TemplateFault) -> Message
    {
        let message = try filledIn(params, slots)
        if message.violations().isEmpty { return message }
        let cut = overflow.cut(message)
        let violations = cut.violations()
        guard violations.isEmpty else { throw fault(of: violations, in: cut) }
        return cut
    }

    /// The message for a job before the check.
    func filledIn(_ params: JSONObject, _ slots: MessageSlots) throws(TemplateFault) -> Message {
        var rendering = rendering(params)
        var message = try blueprint.message(&rendering, slots, in: subject)
        try message.apply(slots, in: subject)
        return message
    }

    /// A rendering with a job's parameters.
    func rendering(_ params: JSONObject) -> Rendering { Rendering(params, zone: zone, in: subject) }

    /// Why a message is refused.
    func fault(of violations: [PayloadFault], in message: Message) -> TemplateFault {
        let rest = overflow.cuts ? violations : message.cutToLimits.violations()
        let canBeCut = violations.contains { !rest.contains($0) }
        return TemplateFault(
            violations, in: subject,
            help: canBeCut ? "; send less, or set `on_overflow: truncate` in the template" : "")
    }
}
