extension ErrorTable {
    /// Limits of calls.
    static let limits: [ErrorRow] = [
        .init(
            44990, .rate, .rateLimited, pause: .api, wait: .fixed(.seconds(1)), "too many calls in this second",
            "Set a lower rate for the app.", "每秒调用过多，请调低该应用的 rate。"),
        .init(
            45009, .rate, .rateLimited, pause: .api, wait: .nextDay, "the day's quota of this API is used up",
            "Wait for the next day, or clear the quota in the console (10 times a month).",
            "当日额度已用完，请等待次日或在后台清零（每月 10 次）。",
            [
                .when(
                    .tokenCalls, .rate, .rateLimited, pause: .api, wait: .nextDay,
                    "the day's quota of tokens is used up",
                    "Use stable tokens, and clear the quota now: nothing is sent once the last token ends.",
                    "token 额度已用完，请改用稳定版 token 并立即清零额度，否则现有 token 过期后无法发送。")
            ]),
        .init(
            45011, .rate, .rateLimited, pause: .api, wait: .nextMinute, "too many calls in this minute",
            "Set a lower rate for the app.", "每分钟调用过多，请调低该应用的 rate。"),
        .init(
            45040, .rate, .rateLimited, pause: .api, wait: .nextMonth, "the month's quota is used up",
            "Wait for the next month.", "当月额度已用完，请等待下月。"),
        .init(
            48006, .rate, .rateLimited, pause: .api, wait: .nextMonth, "clearing the quota is used up for this month",
            "Wait for the next month.", "本月清零次数已用完，请等待下月。"),
        .init(
            43100, .rate, .rateLimited, pause: .api, wait: .nextMonth, "the industry was changed too often",
            "Wait for the next month.", "本月修改行业次数已达上限，请等待下月。"),
        .init(
            45072, .ignore, .requestInvalid, "bad typing command", "Nothing: it only shows that somebody is typing.",
            "输入状态命令错误，无需处理。"),
        .init(
            45080, .ignore, .replyWindowClosed, "typing needs an interaction in the last 30 s",
            "Nothing: it only shows that somebody is typing.", "30 秒内无互动，无法显示输入状态，无需处理。"),
        .init(
            45081, .ignore, .rateLimited, "typing is shown already", "Nothing: it only shows that somebody is typing.",
            "已在输入状态，无需处理。"),
        .init(
            45102, .retry, .accountBlocked, pause: .api, wait: .fixed(.seconds(300)), "the API is blocked for a time",
            "Look for a penalty in the console if it lasts.", "接口被暂时封禁；若持续出现，请查看后台通知。"),
        .init(
            45501, .retry, .accountBlocked, pause: .app, wait: .fixed(.seconds(300)), "the app is blocked for a time",
            "Look for a penalty in the console if it lasts.", "应用被暂时封禁；若持续出现，请查看后台通知。"),
    ]
}
