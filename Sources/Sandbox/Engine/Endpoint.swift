import WeChat

/// The APIs that the sandbox has.
enum Endpoint: Int, CaseIterable, Sendable {
    /// Tokens.
    case token, stableToken
    /// Login codes.
    case session
    /// Messages.
    case subscribe, template, miniTemplate, uniform, customer, subscribeBiz, subscribeOnce
    /// What goes with customer-service messages.
    case typing, mediaUpload
    /// Quotas.
    case quotaGet, requestGet, clearQuota, clearQuotaWithSecret
    /// Templates.
    case templates, privateTemplates
    /// WeChat's own addresses.
    case apiAddresses, callbackAddresses

    /// The API at a path.
    init?(path: String) {
        guard let found = Self.byPath[path] else { return nil }
        self = found
    }

    private static let byPath = Dictionary(uniqueKeysWithValues: allCases.map { ($0.path, $0) })

    /// Where it is.
    var path: String {
        switch self {
        case .token: "/cgi-bin/token"
        case .stableToken: "/cgi-bin/stable_token"
        case .session: "/sns/jscode2session"
        case .typing: "/cgi-bin/message/custom/typing"
        case .mediaUpload: "/cgi-bin/media/upload"
        case .quotaGet: "/cgi-bin/openapi/quota/get"
        case .requestGet: "/cgi-bin/openapi/rid/get"
        case .clearQuota: "/cgi-bin/clear_quota"
        case .clearQuotaWithSecret: "/cgi-bin/clear_quota/v2"
        case .templates: "/wxaapi/newtmpl/gettemplate"
        case .privateTemplates: "/cgi-bin/template/get_all_private_template"
        case .apiAddresses: "/cgi-bin/get_api_domain_ip"
        case .callbackAddresses: "/cgi-bin/getcallbackip"
        default: kind?.path ?? ""
        }
    }

    /// The kind of message that it sends.
    var kind: MessageKind? {
        switch self {
        case .subscribe: .subscribe
        case .template: .template
        case .miniTemplate: .miniTemplate
        case .uniform: .uniform
        case .customer: .customer
        case .subscribeBiz: .subscribeBiz
        case .subscribeOnce: .subscribeOnce
        default: nil
        }
    }

    /// Whether it takes a token.
    var takesToken: Bool {
        switch self {
        case .token, .stableToken, .session, .clearQuotaWithSecret: false
        default: true
        }
    }

    /// Whether it reads JSON from the body.
    var takesJSON: Bool {
        switch self {
        case .stableToken, .typing, .quotaGet, .requestGet, .clearQuota: true
        default: kind != nil
        }
    }

    /// Whether it can be asked by POST only.
    var isPostOnly: Bool { takesJSON || self == .mediaUpload || self == .clearQuotaWithSecret }

    /// The types of app whose token it takes.
    var senders: [AppType] {
        switch self {
        case .privateTemplates: [.service]
        case .session: [.mini]
        default: kind?.senders ?? AppType.allCases
        }
    }
}
