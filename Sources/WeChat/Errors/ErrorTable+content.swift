extension ErrorTable {
    /// Templates, values, pages, links and media.
    static let content: [ErrorRow] = [
        .init(
            40004...40006, .request, .mediaInvalid, "wrong type or size of the media",
            "Use a type and a size that WeChat takes.", "请使用微信支持的媒体类型和大小。"),
        .init(
            40007, .request, .mediaInvalid, "bad or expired media_id",
            "Upload the media again: an id lasts 3 days.", "media_id 无效或已过 3 天有效期，请重新上传。"),
        .init(
            40009, .request, .mediaInvalid, "wrong size of the image", "Use a smaller image.", "请使用更小的图片。"),
        .init(
            41005...41006, .request, .mediaInvalid, "media or media_id missing", "Give the message its media.",
            "请提供媒体文件或 media_id。"),
        .init(44001, .request, .mediaInvalid, "empty media", "Upload a file with content.", "媒体文件为空，请重新上传。"),
        .init(
            46001, .request, .mediaInvalid, "the media does not exist", "Upload it again: an id lasts 3 days.",
            "媒体不存在，请重新上传。"),
        .init(
            40036...40037, .request, .templateInvalid, "template_id is wrong",
            "Use a template_id from this account's own list.", "请使用本账号模板列表中的 template_id。"),
        .init(
            43102, .request, .templateInvalid, "not a subscription template",
            "Use a template of the subscription sort.", "该模板不是订阅消息模板，请更换。"),
        .init(
            48011, .request, .templateInvalid, "the template is disabled", "Pick another template.", "模板已停用，请更换模板。"),
        .init(
            40138, .request, .templateInvalid, "emphasis_keyword is first or remark", "Emphasise another keyword.",
            "emphasis_keyword 不能为 first 或 remark。"),
        .init(
            43103, .request, .templateInvalid, "the call can only cancel", "Check how the subscription is set up.",
            "该调用只能取消订阅，请检查订阅设置。"),
        .init(
            43105, .request, .templateInvalid, "the article is not tied to the template",
            "Check how the subscription is set up.", "图文未与模板关联，请检查订阅设置。"),
        .init(
            41030, .request, .pageInvalid, "the page is wrong",
            "Use a page of the released version of the mini program.", "请使用小程序已发布版本中存在的页面。"),
        .init(
            40165, .request, .pageInvalid, "the mini program's pagepath is wrong",
            "Use a page of the released version of the mini program.", "请使用小程序已发布版本中存在的页面。"),
        .init(
            40166, .request, .miniprogramInvalid, "the mini program's appid is wrong",
            "Associate the mini program with the account, or leave miniprogram out.", "请将小程序与账号关联，或去掉 miniprogram。"),
        .init(
            40039, .request, .valueTooLong, "the url is too long", "Shorten the url.", "请缩短 url。"),
        .init(
            40048, .request, .linkInvalid, "the url's domain is not allowed", "Use a domain of this account.",
            "请使用该账号允许的域名。"),
        .init(
            45051, .request, .linkInvalid, "the template message has an invalid link", "Change the link.", "请更换链接。"),
        .init(
            45064, .request, .miniprogramInvalid, "a menu names a mini program that is not associated",
            "Associate the mini program. This is no limit of calls.", "请关联菜单中的小程序；这不是频率限制。"),
        .init(
            40062, .request, .valueTooLong, "the title is too long", "Shorten the title to 15 characters.",
            "请将标题缩短到 15 字以内。"),
        .init(
            45001...45008, .request, .valueTooLong, "a part of the message is too large",
            "Shorten what errmsg names; news take one article.", "请缩短 errmsg 指出的内容；图文只能有一篇。"),
        .init(
            45012...45014, .request, .valueTooLong, "a part of the template message is too large",
            "Shorten what errmsg names.", "请缩短 errmsg 指出的内容。"),
        .init(
            47003, .request, .valueInvalid, "a value breaks its rule", "Mend the field named in errmsg.",
            "请修正 errmsg 指出的字段。"),
        .init(
            40249, .request, .contentBlocked, "the content is blocked: illegal or marketing", "Change the wording.",
            "内容违规或含营销信息，请修改文案。"),
        .init(
            45168, .request, .contentBlocked, "the content holds a sensitive word", "Change the wording.",
            "内容含敏感词，请修改文案。"),
    ]
}
