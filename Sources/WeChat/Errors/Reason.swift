/// The stable word for why a message was not sent, as results and dead letters carry it.
package enum Reason: String, CaseIterable, Hashable, Sendable {
    /// WeChat accepted the message.
    case ok
    /// The recipient has refused such messages, or no grant for one is left.
    case recipientRefused = "recipient_refused"
    /// The openid is wrong or belongs to another account.
    case recipientUnknown = "recipient_unknown"
    /// The recipient does not follow the account.
    case recipientNotFollowing = "recipient_not_following"
    /// WeChat keeps the recipient from being reached: frozen, blacklisted, at risk, a minor.
    case recipientBlocked = "recipient_blocked"
    /// Another message was on its way to the same recipient.
    case recipientBusy = "recipient_busy"
    /// The login code is wrong, expired or used.
    case loginCodeInvalid = "login_code_invalid"
    /// The form_id or prepay_id is wrong, expired or used.
    case formInvalid = "form_id_invalid"
    /// The recipient has not written of late, or got what one may send in answer.
    case replyWindowClosed = "reply_window_closed"
    /// The template does not exist in this account, or is of the wrong sort.
    case templateInvalid = "template_invalid"
    /// WeChat has banned or restricted the template.
    case templateBlocked = "template_blocked"
    /// A value breaks the rule of its parameter's type.
    case valueInvalid = "value_invalid"
    /// A value, a title or a link is too long.
    case valueTooLong = "value_too_long"
    /// WeChat does not let this content through.
    case contentBlocked = "content_blocked"
    /// The page is not in the released mini program.
    case pageInvalid = "page_invalid"
    /// The link is not one that this account may send.
    case linkInvalid = "link_invalid"
    /// The mini program is not bound to this account.
    case miniprogramInvalid = "miniprogram_invalid"
    /// The media does not exist any more, or has the wrong type or size.
    case mediaInvalid = "media_invalid"
    /// The customer-service agent does not exist or may not send.
    case agentInvalid = "agent_invalid"
    /// The call itself is malformed.
    case requestInvalid = "request_invalid"
    /// WeChat does not take the access token, a fresh one included.
    case tokenRejected = "token_rejected"
    /// WeChat does not take the app's secret.
    case secretRejected = "secret_rejected"
    /// WeChat does not know the app's appid.
    case appInvalid = "app_invalid"
    /// Calls from this address are not allowed.
    case addressNotAllowed = "ip_not_allowed"
    /// The account asks for signed requests.
    case signatureRequired = "signature_required"
    /// The account lacks the right to this API or this sort of message.
    case apiUnauthorized = "api_unauthorized"
    /// WeChat has withdrawn the API.
    case apiWithdrawn = "api_withdrawn"
    /// WeChat has frozen, punished or blocked the account.
    case accountBlocked = "account_blocked"
    /// A limit of calls is reached.
    case rateLimited = "rate_limited"
    /// WeChat is busy.
    case busy = "wechat_busy"
    /// WeChat answered a code that is not in the table.
    case unknownCode = "unknown_errcode"
}
