/// The kinds of message, each one an API of WeChat.
package enum MessageKind: String, CaseIterable, Hashable, Sendable {
    /// A mini program's subscribe message (订阅消息).
    case subscribe
    /// A service account's template message (模板消息).
    case template
    /// A mini program's template message with a form_id; withdrawn.
    case miniTemplate = "mini-template"
    /// A uniform service message (统一服务消息); withdrawn.
    case uniform
    /// A customer-service message (客服消息).
    case customer
    /// A service account's subscription notice (订阅通知).
    case subscribeBiz = "subscribe-biz"
    /// A service account's one-time subscription message (一次性订阅消息).
    case subscribeOnce = "subscribe-once"
}

extension MessageKind {
    /// Where it is posted, under the API's host.
    package var path: String {
        switch self {
        case .subscribe: "/cgi-bin/message/subscribe/send"
        case .template: "/cgi-bin/message/template/send"
        case .miniTemplate: "/cgi-bin/message/wxopen/template/send"
        case .uniform: "/cgi-bin/message/wxopen/template/uniform_send"
        case .customer: "/cgi-bin/message/custom/send"
        case .subscribeBiz: "/cgi-bin/message/subscribe/bizsend"
        case .subscribeOnce: "/cgi-bin/message/template/subscribe"
        }
    }

    /// The types of app that may send it: the call carries that app's own token, and no other type's is accepted.
    package var senders: [AppType] {
        switch self {
        case .subscribe, .miniTemplate, .uniform: [.mini]
        case .template, .subscribeBiz, .subscribeOnce: [.service]
        case .customer: [.mini, .service]
        }
    }

    /// Whether WeChat itself drops a second message with the same `client_msg_id`, for ten minutes.
    package var isDeduplicated: Bool { self == .template }

    /// Whether a successful answer carries the `msgid` that delivery reports name.
    package var answersMessageID: Bool { self != .customer }

    /// When and for what WeChat has withdrawn it; nil for what is alive.
    package var withdrawal: Withdrawal? {
        switch self {
        case .miniTemplate: Withdrawal(since: "2020-01-11", replacement: .subscribe)
        case .uniform: Withdrawal(since: "2023-09-20", replacement: .template)
        default: nil
        }
    }
}

/// The end of an API.
package struct Withdrawal: Hashable, Sendable {
    /// The first day on which WeChat took nothing any more, as year-month-day.
    package let since: String
    /// What to use instead.
    package let replacement: MessageKind
}

extension Withdrawal: CustomStringConvertible {
    /// One sentence that says what to use instead.
    package var description: String {
        let instead =
            switch replacement {
            case .template: "a service account's template message (kind template) with that account's openid"
            default: "a subscribe message (kind \(replacement.rawValue))"
            }
        return "WeChat has withdrawn this API on \(since); use \(instead)"
    }
}
