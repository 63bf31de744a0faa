import JSON
package import Templates
import WeChat

/// What a job sends.
enum Content {
    case template(MessageTemplate, JSONObject)
    case message(MessageKind, JSONObject)

    var kind: MessageKind {
        switch self {
        case .template(let template, _): template.kind
        case .message(let kind, _): kind
        }
    }

    /// The app that the template names.
    var app: String? {
        if case .template(let template, _) = self { template.app } else { nil }
    }

    /// WeChat's name of the template.
    var templateID: String? {
        switch self {
        case .template(let template, _): template.templateID
        case .message(_, let object): object["template_id"]?.string
        }
    }

    /// The message, filled in and checked.
    func message(for job: Job, sender: AppType?) throws(JobFault) -> Message {
        let slots = MessageSlots(
            page: job.overrides.page, url: job.overrides.url, miniprogram: job.overrides.miniprogram,
            formID: job.formID,
            clientMessageID: kind.isDeduplicated && job.hasOwnID ? job.id.clientMessageID : nil)
        do throws(TemplateFault) {
            switch self {
            case .template(let template, let params): return try template.message(params, slots)
            case .message(let kind, let object): return try Message(kind, object, slots, sender: sender)
            }
        } catch {
            throw JobFault(error)
        }
    }
}

extension String {
    /// The key under which WeChat drops a second message, made from a job's id.
    ///
    /// WeChat says nothing of its length: what is short and plain goes as it is, so that people recognise it.
    fileprivate var clientMessageID: String {
        let isPlain =
            utf8.count <= 32
            && utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || byte == 0x2d
                    || byte == 0x5f
            }
        return isPlain ? self : "wx" + Fingerprint(utf8).hex
    }
}

extension JobFault {
    /// Why a message cannot be made.
    package init(_ fault: TemplateFault) {
        let reason: JobReason =
            switch fault.reason {
            case .missingParam: .missingParam
            case .templateError: .templateError
            case .payloadInvalid: .payloadInvalid
            case .valueTooLong: .valueTooLong
            case .valueInvalid: .valueInvalid
            case .unknownKey: .unknownKey
            }
        self.init(reason, fault.description)
    }
}
