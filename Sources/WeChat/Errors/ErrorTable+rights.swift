extension ErrorTable {
    /// What the account may do.
    static let rights: [ErrorRow] = [
        .init(
            40200, .account, .apiUnauthorized, pause: .api, "the account's type does not match",
            "Use an API of this sort of account.", "账号类型不支持该接口，请更换。"),
        .init(
            41032, .account, .templateBlocked, pause: .template, "the template is punished", "Look into the console.",
            "模板被处罚，请查看后台通知。"),
        .init(
            41034...41035, .account, .templateBlocked, pause: .template, "the template is punished",
            "Look into the console.", "模板被处罚，请查看后台通知。"),
        .init(
            43104, .account, .apiUnauthorized, pause: .api, "the app lacks the permission",
            "Apply for the permission in the console.", "应用无此权限，请在后台申请。"),
        .init(
            43106, .account, .accountBlocked, pause: .api, "adding templates is barred",
            "Look for a penalty in the console.",
            "账号被禁止添加模板，请查看后台处罚通知。"),
        .init(
            43107, .account, .templateBlocked, pause: .template, "subscribe messages or this template are banned",
            "Look for a penalty in the console.", "订阅消息能力或该模板被封禁，请查看后台处罚通知。"),
        .init(
            43116, .account, .templateBlocked, pause: .template, "this template is restricted",
            "Look for a penalty in the console.", "该模板被限制使用，请查看后台通知。"),
        .init(
            45036...45037, .account, .accountBlocked, pause: .api, "the content or the account is blocked",
            "Look for a penalty in the console.", "内容或账号被封禁，请查看后台处罚通知。"),
        .init(
            45087, .account, .accountBlocked, pause: .api, "the account is punished",
            "Look for a penalty in the console.", "账号被处罚，请查看后台通知。"),
        .init(
            45094, .account, .accountBlocked, pause: .api, "the account is punished",
            "Look for a penalty in the console.", "账号被处罚，请查看后台通知。"),
        .init(
            45063, .account, .apiUnauthorized, pause: .api, "not a mini program's token",
            "Set the app's type and credentials to those of a mini program.", "token 不属于小程序，请检查应用类型与凭证。"),
        .init(
            45103, .account, .apiUnauthorized, pause: .api, "the token is of another sort of account",
            "Set the app's type and credentials to what the kind of message needs.",
            "token 与接口的账号类型不符，请检查应用类型与凭证。",
            [
                .when(
                    .kinds([.miniTemplate, .uniform]), .account, .apiWithdrawn, pause: .api, wait: .forever,
                    "the API is withdrawn",
                    "Use the kind subscribe, or template with the service account's openid.",
                    "接口已下线，请改用订阅消息，或服务号模板消息。")
            ]),
        .init(
            45109, .account, .apiWithdrawn, pause: .api, wait: .forever, "the API is withdrawn",
            "Use a service account's template message with that account's openid.", "接口已下线，请改用服务号模板消息。"),
        .init(
            46101, .account, .apiWithdrawn, pause: .api, wait: .forever, "the API is withdrawn since 2020-01-11",
            "Use the kind subscribe.", "接口自 2020-01-11 起下线，请改用订阅消息。"),
        .init(
            48001, .account, .apiUnauthorized, pause: .api, "the account may not use this API",
            "Verify the account, check its type, and apply for the API in the console.",
            "账号无此接口权限，请检查认证状态与账号类型，并在后台申请。"),
        .init(
            48003, .account, .apiUnauthorized, pause: .api, "an agreement is missing", "Accept it in the console.",
            "未同意相关协议，请在后台确认。"),
        .init(
            48004, .account, .accountBlocked, pause: .api, "the API is forbidden to this account",
            "Look for a penalty in the console.", "接口被封禁，请查看后台处罚通知。"),
        // Other types of message go on: this one alone is not granted.
        .init(
            48008, .account, .apiUnauthorized, "this type of message is not granted", "Use another msgtype.",
            "账号无此消息类型权限，请更换 msgtype。"),
        .init(
            48009, .account, .apiUnauthorized, pause: .api, "the right to this API has expired",
            "Renew it in the console.", "接口权限已过期，请在后台续期。"),
        .init(
            50001, .account, .apiUnauthorized, pause: .api, "the user or account has not authorised this API",
            "Apply for the API in the console.", "接口未授权，请在后台申请。"),
        .init(
            61007, .account, .apiUnauthorized, pause: .api, "the token lacks the permission set",
            "Grant the permission set in the console.", "token 缺少该权限集，请在后台授权。"),
        // Messages that name no agent go on.
        .init(
            65400...65416, .account, .agentInvalid, "trouble with the customer-service agent",
            "Check the kf_account in the console.", "客服账号异常，请在后台检查 kf_account。"),
        .init(
            85005, .account, .miniprogramInvalid, "the appid is not bound", "Bind the mini program in the console.",
            "appid 未绑定，请在后台绑定小程序。"),
    ]
}
