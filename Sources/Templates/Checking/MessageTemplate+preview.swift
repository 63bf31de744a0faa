package import JSON
import WeChat

extension MessageTemplate {
    /// What a template comes to with some parameters, for people who try it out.
    package struct Preview: Sendable {
        /// The payload that WeChat would get, without its recipient; nil if it cannot be made.
        package let payload: [UInt8]?
        /// Everything that would keep it from being sent.
        package let faults: [TemplateFault]
    }

    /// Fills the template in and collects all that is wrong, where a job fails with the first fault.
    ///
    /// A form_id that only a job brings is shown as `FORM_ID`.
    package func preview(_ params: JSONObject, _ slots: MessageSlots = MessageSlots()) -> Preview {
        var rendering = rendering(params)
        var faults: [TemplateFault] = []
        for leaf in leaves {
            do throws(TemplateFault) { _ = try rendering.text(leaf) } catch { faults.append(error) }
        }
        guard faults.isEmpty else { return Preview(payload: nil, faults: faults) }
        do throws(TemplateFault) {
            let message = overflow.cut(try filledIn(params, slots.withForm(for: kind)))
            return Preview(payload: message.json, faults: message.violations().map { fault(of: [$0], in: message) })
        } catch {
            return Preview(payload: nil, faults: [error])
        }
    }

    /// Everything that would keep the template's own example from being sent; nil if it has none.
    package var exampleFaults: [TemplateFault]? { example.map { preview($0).faults } }
}

extension MessageSlots {
    fileprivate func withForm(for kind: MessageKind) -> MessageSlots {
        guard kind == .miniTemplate, formID == nil else { return self }
        var slots = self
        slots.formID = "FORM_ID"
        return slots
    }
}
