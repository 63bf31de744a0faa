package import JSON
package import WeChat

extension Message {
    /// Reads WeChat's own JSON, puts in what the job overrides, and checks the values.
    package init(
        _ kind: MessageKind, _ object: JSONObject, _ slots: MessageSlots, sender: AppType?
    ) throws(TemplateFault) {
        let subject = "message"
        var message = try Message(reading: object, as: kind, slots, sender: sender, in: subject)
        try message.apply(slots, in: subject)
        let violations = message.violations()
        guard violations.isEmpty else { throw TemplateFault(violations, in: subject) }
        self = message
    }

    /// Reads WeChat's own JSON with the job's form_id in it: without one, some messages are none.
    init(
        reading object: JSONObject, as kind: MessageKind, _ slots: MessageSlots, sender: AppType? = nil,
        in subject: String
    ) throws(TemplateFault) {
        var object = object
        let half = "weapp_template_msg"
        if let formID = slots.formID {
            if kind == .miniTemplate { object["form_id"] = .string(formID) }
            if kind == .uniform, var inner = object[half]?.object {
                inner["form_id"] = .string(formID)
                object[half] = .object(inner)
            }
        }
        do throws(PayloadFaults) {
            self = try Message(kind, object, sender: sender)
        } catch {
            let lacksForm = error.faults.contains { $0.path.hasSuffix("form_id") && $0.problem == .missing }
            throw TemplateFault(
                error.faults, in: subject, help: lacksForm ? "; the job gives it in `form_id`" : "")
        }
    }

    /// Puts in what the job overrides; what this message does not have is a fault.
    mutating func apply(_ slots: MessageSlots, in subject: String) throws(TemplateFault) {
        let names = slots.names
        if !names.isEmpty {
            let taken = overridable
            if let name = names.first(where: { !taken.contains($0) }) {
                let can =
                    taken.isEmpty ? "nothing can be overridden" : "a job can override \(taken.joined(separator: ", "))"
                throw TemplateFault(
                    .unknownKey, in: subject, "a message of kind \(kind.rawValue) has no `\(name)`; \(can)")
            }
        }
        let link = try slots.miniprogram.map { object throws(TemplateFault) in
            try MiniProgramLink(reading: object, in: subject)
        }
        put(slots, link)
    }

    /// What a job may override, by the names it has in WeChat's JSON.
    private var overridable: [String] {
        switch self {
        case .subscribe: ["page"]
        case .template, .subscribeOnce: ["url", "miniprogram"]
        case .miniTemplate: ["page", "form_id"]
        case .uniform(let message):
            (message.mini == nil ? [] : ["page", "form_id"]) + (message.service == nil ? [] : ["url", "miniprogram"])
        case .customer: []
        case .subscribeBiz: ["page", "miniprogram"]
        }
    }

    private mutating func put(_ slots: MessageSlots, _ link: MiniProgramLink?) {
        switch self {
        case .subscribe(var message):
            message.page = slots.page ?? message.page
            self = .subscribe(message)
        case .template(var message):
            message.url = slots.url ?? message.url
            message.miniprogram = link ?? message.miniprogram
            message.clientMessageID = message.clientMessageID ?? slots.clientMessageID
            self = .template(message)
        case .miniTemplate(var message):
            message.page = slots.page ?? message.page
            self = .miniTemplate(message)
        case .uniform(var message):
            if let page = slots.page { message.mini?.page = page }
            if let url = slots.url { message.service?.url = url }
            if let link { message.service?.miniprogram = link }
            self = .uniform(message)
        case .customer: break
        case .subscribeBiz(var message):
            message.page = slots.page ?? message.page
            message.miniprogram = link ?? message.miniprogram
            self = .subscribeBiz(message)
        case .subscribeOnce(var message):
            message.url = slots.url ?? message.url
            message.miniprogram = link ?? message.miniprogram
            self = .subscribeOnce(message)
        }
    }
}

extension MiniProgramLink {
    /// Reads a job's `miniprogram`.
    fileprivate init(reading object: JSONObject, in subject: String) throws(TemplateFault) {
        func fault(_ sentence: String) -> TemplateFault { TemplateFault(.payloadInvalid, in: subject, sentence) }
        guard object.allSatisfy({ $0.key == "appid" || $0.key == "pagepath" }) else {
            throw fault("miniprogram takes appid and pagepath only")
        }
        func text(_ key: String) throws(TemplateFault) -> String? {
            guard let value = object[key] else { return nil }
            guard let text = value.string else {
                throw fault("miniprogram.\(key) must be a string, found \(value.kind)")
            }
            return text
        }
        guard let appid = try text("appid"), !appid.isEmpty else { throw fault("miniprogram.appid is missing") }
        self.init(appid: appid, pagePath: try text("pagepath"))
    }
}
