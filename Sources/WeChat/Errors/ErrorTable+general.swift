extension ErrorTable {
    /// Success, trouble that passes, and calls that are malformed.
    static let general: [ErrorRow] = [
        .init(0, .ok, .ok, "ok", "Nothing to do: WeChat has accepted the call.", "无需处理：微信已受理。"),
        .init(
            -1, .retry, .busy, "system busy", "WeChat asks to try again later.", "微信系统繁忙，稍后自动重试。"),
        .init(
            268_487_001...268_487_002, .retry, .busy, "system busy", "WeChat asks to try again later.",
            "微信系统繁忙，稍后自动重试。"),
        .init(
            40008, .request, .requestInvalid, "bad msgtype", "Use a msgtype that this sort of account may send.",
            "请使用该账号类型支持的 msgtype。"),
        .init(
            40033, .request, .requestInvalid, "body with escaped or broken characters",
            "Send raw UTF-8 without \\u escapes.", "请发送未转义的 UTF-8 内容，不要使用 \\u 转义。"),
        .init(
            40035, .request, .requestInvalid, "bad argument", "Compare the message with the API's documentation.",
            "请对照接口文档检查参数。"),
        .init(
            40066, .request, .requestInvalid, "no such API path", "Check wechat.endpoint: the path is wrong there.",
            "请检查 wechat.endpoint：该地址下没有此接口。"),
        .init(
            40097, .request, .requestInvalid, "bad argument", "Compare the message with the API's documentation.",
            "请对照接口文档检查参数。"),
        .init(
            41001, .request, .requestInvalid, "access_token missing", "Check that a proxy keeps the query of the URL.",
            "请检查代理是否保留了 URL 中的 access_token 参数。"),
        .init(
            41008, .request, .requestInvalid, "login code missing", "Give the code that wx.login returned.",
            "请提供 wx.login 返回的 code。"),
        .init(
            41009, .request, .requestInvalid, "openid missing", "Name a recipient in `to`.", "请在 to 中指定接收者。"),
        .init(
            43001, .request, .requestInvalid, "must be GET", "Check that a proxy keeps the method.",
            "该接口须用 GET 请求，请检查代理。"),
        .init(
            43002, .request, .requestInvalid, "must be POST", "Check that a proxy keeps the method.",
            "该接口须用 POST 请求，请检查代理。"),
        .init(
            43003, .request, .requestInvalid, "must be HTTPS", "Set wechat.endpoint to an https address.",
            "请将 wechat.endpoint 设为 https 地址。"),
        .init(
            44002, .request, .requestInvalid, "empty body", "Check that a proxy keeps the body.",
            "请求体为空，请检查代理。"),
        .init(
            44004, .request, .requestInvalid, "empty text", "Give the message a content.", "请填写消息内容。"),
        .init(
            47001, .request, .requestInvalid, "malformed JSON", "Check that a proxy keeps the body.",
            "JSON 格式错误，请检查代理是否改动了请求体。"),
        .init(
            47002, .request, .requestInvalid, "body is not UTF-8", "Send raw UTF-8 without \\u escapes.",
            "请发送未转义的 UTF-8 内容。"),
    ]
}
