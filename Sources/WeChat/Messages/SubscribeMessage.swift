import JSON

/// A mini program's subscribe message.
package struct SubscribeMessage: Equatable, Sendable {
    /// Which build of the mini program opens.
    package enum Build: String, CaseIterable, Hashable, Sendable {
        /// The developer's build.
        case developer
        /// The trial build.
        case trial
        /// The released one.
        case formal
    }

    /// The language that the mini program opens in.
    package enum Language: String, CaseIterable, Hashable, Sendable {
        /// Simplified Chinese.
        case simplifiedChinese = "zh_CN"
        /// English.
        case english = "en_US"
        /// Traditional Chinese of Hong Kong.
        case hongKong = "zh_HK"
        /// Traditional Chinese of Taiwan.
        case taiwan = "zh_TW"
    }

    /// The template, out of the mini program's own list.
    package var templateID: String
    /// The page that a tap opens; without one, nothing opens.
    package var page: String?
    /// The values.
    package var data: TemplateData
    /// Which build opens.
    package var build: Build
    /// The language.
    package var language: Language

    /// A message of a template and its values.
    package init(
        templateID: String, page: String? = nil, data: TemplateData, build: Build = .formal,
        language: Language = .simplifiedChinese
    ) {
        self.templateID = templateID
        self.page = page
        self.data = data
        self.build = build
        self.language = language
    }
}

extension SubscribeMessage: Payload {
    /// Reads WeChat's own JSON without its recipient.
    init(_ fields: inout Fields) {
        templateID = fields.required("template_id")
        page = fields.string("page")
        data = fields.required("data") { TemplateData(&$0) } ?? TemplateData()
        build = fields.word("miniprogram_state") ?? .formal
        language = fields.word("lang") ?? .simplifiedChinese
    }

    /// Build and language are always written: WeChat's documentation calls them required and gives them defaults.
    func write(into json: inout JSONWriter) {
        json.member("template_id", templateID)
        json.member("page", page)
        json.key("data")
        data.write(into: &json)
        json.member("miniprogram_state", build.rawValue)
        json.member("lang", language.rawValue)
    }
}
