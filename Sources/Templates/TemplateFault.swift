import Liquid
import WeChat

/// Why a job's message cannot be made.
package struct TemplateFault: Error, Hashable, Sendable {
    /// What is at fault.
    package enum Reason: Hashable, Sendable {
        /// The template needs a parameter that was not sent.
        case missingParam(String)
        /// The template cannot be filled in with these parameters.
        case templateError
        /// The message is not what the API takes.
        case payloadInvalid
        /// A value is longer than WeChat shows or takes.
        case valueTooLong
        /// A value breaks the rule of its type.
        case valueInvalid
        /// The job overrides what this kind does not have.
        case unknownKey
    }

    /// What is at fault.
    package let reason: Reason
    /// One sentence that names the template, the field and what would be right, never a value.
    package let description: String

    /// A fault of a template, or of a message that comes without one.
    init(_ reason: Reason, in subject: String, _ sentence: String) {
        self.reason = reason
        description = "\(subject): \(sentence)"
    }
}

extension TemplateFault: CustomStringConvertible {}

extension TemplateFault {
    /// What keeps a text of a template from being filled in.
    init(_ error: LiquidError, field: String, in subject: String) {
        switch error.fault {
        case .undefined(let name):
            self.init(.missingParam(name), in: subject, "\(field): \(error.fault)")
        case .value(let found, let expected) where found.contains("'") || found.contains("\""):
            // What stands in quotes there is a parameter's value, which may be personal.
            self.init(.templateError, in: subject, "\(field): expected \(expected), found another text")
        default:
            self.init(.templateError, in: subject, "\(field): \(error.fault)")
        }
    }

    /// What the API does not take; the reason is that of the first fault.
    init(_ faults: [PayloadFault], in subject: String, help: String = "") {
        let shown = 4
        let rest = faults.count > shown ? "; and \(faults.count - shown) more" : ""
        let sentence = faults.prefix(shown).map(\.description).joined(separator: "; ") + rest
        self.init(faults.first.map { Reason($0.problem) } ?? .payloadInvalid, in: subject, sentence + help)
    }
}

extension TemplateFault.Reason {
    fileprivate init(_ problem: PayloadFault.Problem) {
        self =
            switch problem {
            case .violation(let violation): violation.isTooLong ? .valueTooLong : .valueInvalid
            default: .payloadInvalid
            }
    }
}
