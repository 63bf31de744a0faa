extension ErrorTable {
    /// Tokens, secrets, appids and addresses.
    static let credentials: [ErrorRow] = [
        .init(
            40001, .token, .tokenRejected, "access_token is not the latest",
            "Replaced by itself. If it keeps coming, something else fetches classic tokens of this app: use stable ones.",
            "将自动更换 access_token。若频繁出现，说明有其他程序在刷新普通 token，请改用稳定版 token。",
            [
                .when(
                    .secretCalls, .account, .secretRejected, pause: .app, "AppSecret is wrong",
                    "Put the app's current AppSecret into the configuration.", "请在配置中填写当前有效的 AppSecret。"),
                .when(
                    .afterRefresh, .account, .tokenRejected, pause: .app, "a fresh access_token is not accepted",
                    "Check that appid, secret and app type belong to one account.",
                    "新 token 仍被拒绝，请核对 appid、secret 与账号类型是否属于同一账号。"),
            ]),
        .init(
            40014, .token, .tokenRejected, "access_token is malformed",
            "Replaced by itself. If it keeps coming, check the token holder.", "将自动更换 access_token；若频繁出现，请检查中控服务器。",
            [
                .when(
                    .afterRefresh, .retry, .tokenRejected, pause: .app, "a fresh access_token is malformed",
                    "Check the token holder.", "新 token 仍被拒绝，请检查中控服务器。")
            ]),
        .init(
            42001, .token, .tokenRejected, "access_token has expired", "Replaced by itself.", "将自动更换 access_token。",
            [
                .when(
                    .afterRefresh, .retry, .tokenRejected, pause: .app, "a fresh access_token has expired",
                    "Check the clock of this machine and the token holder.", "新 token 仍过期，请检查本机时钟与中控服务器。")
            ]),
        .init(
            40002, .account, .appInvalid, pause: .app, "bad grant_type", "Report this as a fault of wxpush.",
            "grant_type 错误，请反馈给 wxpush 开发者。"),
        .init(
            40013, .account, .appInvalid, pause: .app, "bad appid",
            "Put the app's appid into the configuration; mind upper and lower case.", "请在配置中填写正确的 appid，注意大小写。",
            [
                .when(
                    .kinds([.template, .uniform, .customer, .subscribeBiz, .subscribeOnce]), .request,
                    .miniprogramInvalid,
                    "the mini program's appid is wrong or not associated",
                    "Associate the mini program with the service account, or leave miniprogram out.",
                    "请将小程序与服务号关联，或去掉 miniprogram。")
            ]),
        .init(
            40125, .account, .secretRejected, pause: .app, "bad AppSecret",
            "Put the app's current AppSecret into the configuration.", "请在配置中填写当前有效的 AppSecret。"),
        .init(
            40243, .account, .secretRejected, pause: .app, "AppSecret is frozen", "Unfreeze it in the console.",
            "AppSecret 已被冻结，请在后台解冻。"),
        .init(
            41002, .account, .appInvalid, pause: .app, "appid missing", "Set the app's appid.", "请配置 appid。"),
        .init(
            41004, .account, .secretRejected, pause: .app, "secret missing", "Set the app's secret.", "请配置 secret。"),
        .init(
            40164, .account, .addressNotAllowed, pause: .app, "the caller's IP is not in the list",
            "Add the address named in errmsg to the IP list in the console.", "请将 errmsg 中的 IP 加入后台 IP 白名单。"),
        .init(
            40090, .account, .addressNotAllowed, pause: .app, "the caller's IP is not registered",
            "Add this machine's public address to the IP list in the console.", "请将本机出口 IP 加入后台 IP 白名单。"),
        .init(
            45035, .account, .addressNotAllowed, pause: .app, "the caller's IP is not in the list",
            "Add this machine's public address to the IP list in the console.", "请将本机出口 IP 加入后台 IP 白名单。"),
        .init(
            61004, .account, .addressNotAllowed, pause: .app, "the caller's IP is not registered",
            "Add this machine's public address to the IP list in the console.", "请将本机出口 IP 加入后台 IP 白名单。"),
        .init(
            89503, .account, .addressNotAllowed, pause: .app, "this IP waits for an administrator's consent",
            "Let an administrator of the account confirm the prompt.", "请账号管理员确认该 IP 的调用请求。"),
        .init(
            89506, .rate, .addressNotAllowed, pause: .app, wait: .fixed(.seconds(86_400)),
            "an administrator refused this IP again: blocked for 24 h",
            "Ask the administrator; add the address to the IP list.", "管理员再次拒绝该 IP，24 小时内不可调用，请联系管理员。"),
        .init(
            89507, .rate, .addressNotAllowed, pause: .app, wait: .fixed(.seconds(3600)),
            "an administrator refused this IP: blocked for 1 h",
            "Ask the administrator; add the address to the IP list.",
            "管理员拒绝了该 IP，1 小时内不可调用，请联系管理员。"),
        .init(
            40234, .account, .signatureRequired, pause: .app, "request signature required or wrong",
            "Switch API security off for these paths in the console.", "请在后台关闭这些接口的 API 安全签名。"),
        .init(
            40237, .account, .signatureRequired, pause: .app, "appid of the request signature does not match",
            "Switch API security off for these paths in the console.", "请在后台关闭这些接口的 API 安全签名。"),
        .init(
            50004, .account, .accountBlocked, pause: .app, "the token API is forbidden to this account",
            "Look for a penalty in the console.", "账号被禁止使用 token 接口，请在后台查看处罚通知。"),
        .init(
            50007, .account, .accountBlocked, pause: .app, "the account is frozen", "Unfreeze it in the console.",
            "账号已被冻结，请在后台处理。"),
    ]
}
