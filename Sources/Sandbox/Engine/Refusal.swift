import WeChat

/// An error of WeChat: a code, and what it says with it.
struct Refusal: Error, Hashable {
    /// The code.
    let code: Int
    /// The text without its rid.
    let text: String

    /// A code with a text of its own, or with the one that WeChat sends.
    init(_ code: Int, _ text: String? = nil) {
        self.code = code
        self.text = text ?? Self.texts[code] ?? ErrorTable.entry(for: code, in: .management).meaning
    }

    /// A parameter that breaks its rule, in WeChat's words and spelling.
    static func argument(_ path: String, isEmpty: Bool = false) -> Refusal {
        Refusal(47003, "argument invalid! \(path) \(isEmpty ? "is emtpy" : "invalid")")
    }

    /// The day's plain tokens are used up; WeChat points at the other sort then.
    static let tooManyTokens = Refusal(
        45009,
        "reach max api daily quota limit, could get access_token by getStableAccessToken, more details at "
            + "https://mmbizurl.cn/s/JtxxFh33r")

    /// The texts that WeChat sends where they are known; for the others the error table's meaning has to do.
    private static let texts: [Int: String] = [
        -1: "system error",
        40001: "invalid credential, access_token is invalid or not latest, could get access_token by "
            + "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
        40002: "invalid grant_type", 40003: "invalid openid", 40004: "invalid media type",
        40005: "invalid file type", 40006: "invalid media size", 40007: "invalid media_id",
        40008: "invalid message type", 40009: "invalid image size", 40013: "invalid appid",
        40014: "invalid access_token", 40029: "invalid code",
        40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
        40035: "invalid parameter", 40036: "invalid template_id size", 40037: "invalid template_id",
        40039: "invalid url size", 40048: "invalid url domain", 40062: "invalid title size", 40066: "invalid url",
        40125: "invalid appsecret", 40163: "code been used", 40165: "invalid weapp pagepath",
        40166: "invalid weapp appid", 40226: "code blocked", 41001: "access_token missing", 41002: "appid missing",
        41004: "appsecret missing", 41005: "media data missing", 41006: "media_id missing",
        41008: "missing code", 41009: "missing openid", 41028: "invalid form id",
        41029: "form id used count reach limit", 41030: "invalid page", 42001: "access_token expired",
        43001: "require GET method", 43002: "require POST method", 43003: "require https",
        43004: "require subscribe", 43019: "require remove blacklist",
        43101: "user refuse to accept the msg", 43107: "subscribe message ability is blocked",
        43108: "concurrent send to the same user", 44001: "empty media data", 44002: "empty post data",
        44004: "empty content", 44990: "reach max api second frequence limit", 45002: "content size out of limit",
        45008: "article size out of limit",
        45009: "reach max api daily quota limit",
        45011: "api minute-quota reach limit  mustslower  retry next minute",
        45015: "response out of time limit or subscription is canceled", 45047: "out of response count limit",
        45072: "invalid command", 45080: "out of time limit", 45081: "command is typing already",
        45103: "this api is not supported for this account", 45109: "this api has been unsupported",
        46101: "not support this api since 2020-01-11", 47001: "data format error", 47003: "argument invalid!",
        48001: "api unauthorized", 48006: "forbid to clear quota because of reaching the limit",
        48008: "this type of message is not granted", 50004: "api forbidden for irregular activity",
        76021: "cgi_path not found, please check", 76022: "could not use this cgi_path, no permission",
    ]
}
