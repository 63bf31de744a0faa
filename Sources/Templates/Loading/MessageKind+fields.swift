import WeChat

extension MessageKind {
    /// The fields of the message, for suggestions; what is right, WeChat's readers decide.
    var fields: [String] {
        switch self {
        case .subscribe: ["template_id", "page", "data", "miniprogram_state", "lang"]
        case .template: ["template_id", "url", "miniprogram", "data", "client_msg_id", "topcolor"]
        case .miniTemplate: ["template_id", "page", "data", "emphasis_keyword", "form_id"]
        case .uniform: ["weapp_template_msg", "mp_template_msg"]
        case .customer:
            ["msgtype", "customservice", "aimsgcontext", "businessid"] + CustomerMessageType.allCases.map(\.rawValue)
        case .subscribeBiz: ["template_id", "page", "miniprogram", "data"]
        case .subscribeOnce: ["template_id", "scene", "title", "url", "miniprogram", "data"]
        }
    }

    /// The fields that stand further inside.
    var innerFields: [String] {
        switch self {
        case .subscribe, .miniTemplate: ["value", "on_overflow"]
        case .template, .subscribeBiz, .subscribeOnce:
            ["value", "color", "on_overflow", "appid", "pagepath", "content"]
        case .uniform:
            [
                "template_id", "page", "form_id", "data", "emphasis_keyword", "appid", "url", "miniprogram", "pagepath",
                "value",
            ]
        case .customer:
            [
                "content", "media_id", "title", "description", "url", "thumb_url", "appid", "pagepath",
                "thumb_media_id",
                "musicurl", "hqmusicurl", "articles", "picurl", "article_id", "head_content", "list", "tail_content",
                "id",
                "card_id", "kf_account", "is_ai_msg",
            ]
        }
    }
}
