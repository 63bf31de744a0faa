/// Why a job has not been sent, where that is not WeChat's word but ours.
package enum JobReason: String, CaseIterable, Hashable, Sendable {
    /// The body is no JSON, or none that one can rely on.
    case badJSON = "bad_json"
    /// The body is larger than a job may be.
    case bodyTooLarge = "body_too_large"
    /// A key that jobs do not have.
    case unknownKey = "unknown_key"
    /// A key without which the job says nothing.
    case missingKey = "missing_key"
    /// A value of another type than its key takes.
    case wrongType = "wrong_type"
    /// A value that its key does not take.
    case badValue = "bad_value"
    /// Two keys of which a job has one.
    case conflictingKeys = "conflicting_keys"
    /// A reply queue that no result may go to.
    case badReplyTo = "bad_reply_to"
    /// An app that is not configured.
    case unknownApp = "unknown_app"
    /// No app is named, and several are configured.
    case appRequired = "app_required"
    /// The app is of a type that cannot send this kind.
    case wrongAppType = "wrong_app_type"
    /// A template that is not in the registry.
    case unknownTemplate = "unknown_template"
    /// The template needs a value that the job does not give.
    case missingParam = "missing_param"
    /// The template cannot be filled in with these values.
    case templateError = "template_error"
    /// A value is longer than WeChat takes.
    case valueTooLong = "value_too_long"
    /// A value breaks the rule of its parameter's type.
    case valueInvalid = "value_invalid"
    /// The payload is not what the API takes.
    case payloadInvalid = "payload_invalid"
    /// The time to send has passed.
    case expired
    /// WeChat could not be reached, however often it was tried.
    case unreachable
    /// All tries are used up.
    case retriesExhausted = "retries_exhausted"
    /// The request went out, and nobody knows what became of it.
    case outcomeUnknown = "outcome_unknown"
    /// The job has brought workers down.
    case poisoned
    /// The id was finished before.
    case duplicate
}

extension JobReason {
    /// What it means and what to do, in English and in Chinese, for people.
    package var advice: (english: String, chinese: String) {
        switch self {
        case .badJSON:
            ("Send a UTF-8 JSON object; the detail names the byte.", "请发送 UTF-8 编码的 JSON 对象；detail 指出了出错的字节位置。")
        case .bodyTooLarge: ("Keep a job under 256 KiB.", "任务体须小于 256 KiB。")
        case .unknownKey: ("Correct or remove the key that the detail names.", "请更正或删除 detail 指出的键。")
        case .missingKey: ("Add the key that the detail names.", "请补上 detail 指出的键。")
        case .wrongType: ("Give the key a value of the type that the detail names.", "请按 detail 说明的类型填写该键。")
        case .badValue: ("Correct the value that the detail names.", "请更正 detail 指出的值。")
        case .conflictingKeys: ("Leave out one of the keys that the detail names.", "请删除 detail 指出的键之一。")
        case .badReplyTo: ("Use a reply queue of your own.", "reply_to 请使用自己的队列。")
        case .unknownApp: ("Configure the app, or correct its name in the job.", "请在配置中添加该应用，或更正任务中的应用名。")
        case .appRequired: ("Name the app in the job or in the template.", "请在任务或模板中指定应用。")
        case .wrongAppType: ("Send this kind with an app of the other type.", "该消息类型须由另一类账号发送。")
        case .unknownTemplate: ("Add the template to the registry, or correct its name.", "请在模板目录中添加该模板，或更正模板名。")
        case .missingParam: ("Give the parameter, or a default in the template.", "请提供该参数，或在模板中用 default 给出默认值。")
        case .templateError: ("Mend the template or the value that the detail names.", "请修正 detail 指出的模板或参数。")
        case .valueTooLong:
            (
                "Shorten the value, or let the template cut it with on_overflow: truncate.",
                "请缩短该值，或在模板中设置 on_overflow: truncate。"
            )
        case .valueInvalid:
            ("Give a value of the parameter's type; the detail names the rule.", "请按 detail 说明的类型规则填写该值。")
        case .payloadInvalid: ("Mend the field that the detail names.", "请修正 detail 指出的字段。")
        case .expired: ("Nothing: its time to be sent has passed.", "无需处理：已超过发送期限。")
        case .unreachable:
            ("Look into the network between the workers and WeChat, then send it again.", "请检查工作进程到微信的网络，然后重发。")
        case .retriesExhausted: ("Look at the last answer; send it again when its cause is gone.", "请查看最后一次应答，排除原因后重发。")
        case .outcomeUnknown:
            (
                "Ask the recipient or look at the delivery reports; send it again if it did not arrive.",
                "请核对送达回执或询问用户；确认未送达后再重发。"
            )
        case .poisoned:
            ("Report it: no job should bring a worker down. It is kept as it was.", "请上报此问题：任务不应使进程崩溃。原始内容已保留。")
        case .duplicate: ("Nothing: the first result of this id stands.", "无需处理：以该 id 的首个结果为准。")
        }
    }
}
