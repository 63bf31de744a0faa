package import JSON

/// A message of any kind, without its recipient.
package enum Message: Equatable, Sendable {
    /// A mini program's subscribe message.
    case subscribe(SubscribeMessage)
    /// A service account's template message.
    case template(TemplateMessage)
    /// A mini program's template message with a form_id.
    case miniTemplate(MiniTemplateMessage)
    /// A uniform service message.
    case uniform(UniformMessage)
    /// A customer-service message.
    case customer(CustomerMessage)
    /// A service account's subscription notice.
    case subscribeBiz(SubscribeBizMessage)
    /// A service account's one-time subscription message.
    case subscribeOnce(SubscribeOnceMessage)
}

extension Message {
    /// Reads WeChat's own JSON without its recipient, and refuses what the API does not have.
    ///
    /// `sender` is the type of the app that sends; without it, what only one type may send is let through.
    package init(_ kind: MessageKind, _ object: JSONObject, sender: AppType? = nil) throws(PayloadFaults) {
        var fields = Fields(object, sender: sender)
        self =
            switch kind {
            case .subscribe: .subscribe(SubscribeMessage(&fields))
            case .template: .template(TemplateMessage(&fields))
            case .miniTemplate: .miniTemplate(MiniTemplateMessage(&fields))
            case .uniform: .uniform(UniformMessage(&fields))
            case .customer: .customer(CustomerMessage(&fields))
            case .subscribeBiz: .subscribeBiz(SubscribeBizMessage(&fields))
            case .subscribeOnce: .subscribeOnce(SubscribeOnceMessage(&fields))
            }
        fields.finish()
        guard fields.faults.isEmpty else { throw PayloadFaults(faults: fields.faults) }
    }

    /// The kind.
    package var kind: MessageKind {
        switch self {
        case .subscribe: .subscribe
        case .template: .template
        case .miniTemplate: .miniTemplate
        case .uniform: .uniform
        case .customer: .customer
        case .subscribeBiz: .subscribeBiz
        case .subscribeOnce: .subscribeOnce
        }
    }

    /// The body of the call that sends it to a recipient.
    package func body(to recipient: String) -> [UInt8] {
        var json = JSONWriter(reserving: 512)
        json.object { json in
            json.member("touser", recipient)
            payload.write(into: &json)
        }
        return json.bytes
    }

    /// The message without its recipient, as JSON.
    package var json: [UInt8] {
        var json = JSONWriter(reserving: 512)
        json.object { payload.write(into: &$0) }
        return json.bytes
    }

    /// The template that it uses, if it has one.
    package var templateID: String? {
        switch self {
        case .subscribe(let message): message.templateID
        case .template(let message): message.templateID
        case .miniTemplate(let message): message.templateID
        case .uniform(let message): (message.service?.templateID ?? message.mini?.templateID)
        case .customer: nil
        case .subscribeBiz(let message): message.templateID
        case .subscribeOnce(let message): message.templateID
        }
    }

    private var payload: any Payload {
        switch self {
        case .subscribe(let message): message
        case .template(let message): message
        case .miniTemplate(let message): message
        case .uniform(let message): message
        case .customer(let message): message
        case .subscribeBiz(let message): message
        case .subscribeOnce(let message): message
        }
    }
}

/// What every kind of message can do.
protocol Payload {
    /// Reads WeChat's own JSON without its recipient.
    init(_ fields: inout Fields)

    /// Writes the members that follow the recipient, in the order of WeChat's documentation.
    func write(into json: inout JSONWriter)
}
