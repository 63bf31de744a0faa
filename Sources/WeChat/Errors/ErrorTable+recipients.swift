extension ErrorTable {
    /// What concerns one person.
    static let recipients: [ErrorRow] = [
        .init(
            40003, .user, .recipientUnknown, "bad openid", "Use the openid that this person has in this very app.",
            "请使用该用户在本应用下的 openid。"),
        .init(
            40029, .user, .loginCodeInvalid, "the login code is wrong or expired",
            "Let the user log in again; send openids rather than codes.", "请用户重新登录；建议直接传 openid。"),
        .init(
            40163, .user, .loginCodeInvalid, "the login code was used before",
            "Let the user log in again; send openids rather than codes.", "code 已被使用，请用户重新登录。"),
        .init(
            40226, .user, .recipientBlocked, "login blocked: a user of high risk", "Nothing: WeChat has decided it.",
            "高风险用户被微信拦截，无需处理。"),
        .init(
            41028, .user, .formInvalid, "form_id is wrong or expired", "Collect a new form_id.", "请重新收集 form_id。"),
        .init(41029, .user, .formInvalid, "form_id was used before", "Collect a new form_id.", "请重新收集 form_id。"),
        .init(41031, .user, .formInvalid, "form_id is blocked", "Collect a new form_id.", "请重新收集 form_id。"),
        .init(
            42007, .user, .recipientRefused, "the user's authorisation has ended", "Let the user authorise again.",
            "用户授权已失效，请用户重新授权。"),
        .init(
            43004, .user, .recipientNotFollowing, "the user does not follow the account",
            "Wait until the user follows the account.", "用户未关注，待其关注后再发。"),
        .init(
            43019, .user, .recipientBlocked, "the user is on the account's blacklist",
            "Take the user off the blacklist if that is wanted.", "用户在黑名单中，如需发送请移出黑名单。"),
        .init(
            43101, .user, .recipientRefused, "the user refuses these messages", "Wait for the user's consent.",
            "用户拒收，需用户重新同意。",
            [
                .when(
                    .kinds([.subscribe, .subscribeBiz]), .user, .recipientRefused,
                    "never subscribed, grant used up, refused, or switched off",
                    "Each one-time grant is good for one message: ask for a new one in the mini program or on the page.",
                    "用户未订阅、授权次数用完或已拒收，需再次弹窗授权。"),
                .when(
                    .kinds([.subscribeOnce]), .user, .recipientRefused, "not confirmed for this scene, or used",
                    "Send the user to the confirm page again; grants of one scene do not add up.",
                    "用户未在该场景确认或次数已用，请重新引导到授权页。"),
                .when(
                    .kinds([.template]), .user, .recipientRefused, "the user refuses this account's template messages",
                    "Nothing: the user has switched them off.", "用户已拒收该账号的模板消息，无需处理。"),
            ]),
        .init(
            43108, .retry, .recipientBusy, pause: .recipient, wait: .fixed(.seconds(2)),
            "another message to this user is on its way", "Sent again by itself; use one worker fleet for one app.",
            "同一用户并发发送，将自动重试；请避免其他程序同时向其发送。"),
        .init(
            45015, .user, .replyWindowClosed, "outside the reply window, or unfollowed",
            "Wait until the user writes: 48 hours from then on.", "超出 48 小时回复时限或已取关，待用户再次互动。"),
        .init(
            45047, .user, .replyWindowClosed, "the messages of this window are used up",
            "Wait until the user writes again.",
            "本次互动的下发条数已用完，待用户再次互动。"),
        .init(
            45093, .user, .recipientRefused, "no quota to send this message", "Wait for a new grant of the user.",
            "没有可用的下发额度，需用户再次授权。",
            [
                .when(
                    .kinds([.customer]), .user, .replyWindowClosed, "no quota to send this message",
                    "Wait until the user writes again.", "没有可用的下发额度，待用户再次互动。")
            ]),
        .init(
            46004, .user, .recipientUnknown, "the user does not exist", "Check where the openid comes from.",
            "用户不存在，请核对 openid 来源。"),
        .init(
            48002, .user, .recipientRefused, "the user refuses messages of this account",
            "Nothing: the user has switched them off.", "用户已拒收该账号消息，无需处理。"),
        .init(
            49003, .user, .recipientUnknown, "the openid is of another app",
            "Use the openid that this person has in this very app.", "openid 不属于本应用，请核对。"),
        .init(
            50002, .user, .recipientBlocked, "the user is frozen",
            "Nothing for one user; many in a row mean that the account is restricted: look into the console.",
            "用户被冻结；若大量出现，可能是账号受限，请查看后台。"),
        .init(
            50005, .user, .recipientNotFollowing, "the user has unfollowed", "Wait until the user follows the account.",
            "用户已取消关注。"),
        .init(
            70000, .user, .recipientBlocked, "the user is under minor protection", "Nothing: WeChat has decided it.",
            "未成年人保护限制，无需处理。"),
    ]
}
