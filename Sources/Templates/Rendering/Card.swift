import WeChat

/// A message of a template's values, compiled: what the three living kinds of template have in common.
struct Card: Sendable {
    /// One value.
    struct Parameter: Sendable {
        /// The key in WeChat's template.
        var key: String
        /// The value.
        var value: Leaf
        /// Its colour.
        var color: Leaf?
    }

    /// WeChat's template.
    var templateID: String
    /// The values.
    var data: [Parameter]
    /// `page`.
    var page: Leaf?
    /// `url`.
    var url: Leaf?
    /// `miniprogram.appid`.
    var appid: Leaf?
    /// `miniprogram.pagepath`.
    var pagePath: Leaf?
    /// `miniprogram_state`.
    var build: Leaf?
    /// `lang`.
    var language: Leaf?
    /// `client_msg_id`.
    var clientMessageID: Leaf?
    /// `topcolor`.
    var topColor: Leaf?
}

extension Card {
    /// The subscribe message.
    func subscribeMessage(
        _ rendering: inout Rendering, in subject: String
    ) throws(TemplateFault) -> SubscribeMessage {
        SubscribeMessage(
            templateID: templateID, page: try rendering.text(page), data: try values(&rendering),
            build: try word(build, &rendering, in: subject) ?? .formal,
            language: try word(language, &rendering, in: subject) ?? .simplifiedChinese)
    }

    /// The service account's template message.
    func templateMessage(_ rendering: inout Rendering, in subject: String) throws(TemplateFault) -> TemplateMessage {
        var message = TemplateMessage(
            templateID: templateID, url: try rendering.text(url),
            miniprogram: try link(&rendering, in: subject), data: try values(&rendering),
            clientMessageID: try rendering.text(clientMessageID))
        message.topColor = try rendering.text(topColor)
        return message
    }

    /// The subscription notice.
    func subscribeBizMessage(
        _ rendering: inout Rendering, in subject: String
    ) throws(TemplateFault) -> SubscribeBizMessage {
        SubscribeBizMessage(
            templateID: templateID, page: try rendering.text(page),
            miniprogram: try link(&rendering, in: subject), data: try values(&rendering))
    }

    private func values(_ rendering: inout Rendering) throws(TemplateFault) -> TemplateData {
        var values: [TemplateData.Parameter] = []
        values.reserveCapacity(data.count)
        for parameter in data {
            values.append(
                TemplateData.Parameter(
                    key: parameter.key, value: try rendering.text(parameter.value),
                    color: try rendering.text(parameter.color)))
        }
        return TemplateData(values)
    }

    private func link(_ rendering: inout Rendering, in subject: String) throws(TemplateFault) -> MiniProgramLink? {
        guard let appid else { return nil }
        let name = try rendering.text(appid)
        guard !name.isEmpty else { throw TemplateFault([PayloadFault(path: appid.path, problem: .empty)], in: subject) }
        return MiniProgramLink(appid: name, pagePath: try rendering.text(pagePath))
    }

    private func word<Word: RawRepresentable<String> & CaseIterable>(
        _ leaf: Leaf?, _ rendering: inout Rendering, in subject: String
    ) throws(TemplateFault) -> Word? {
        guard let leaf, let text = try rendering.text(Optional(leaf)) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        throw TemplateFault([PayloadFault(path: leaf.path, problem: .notOneOf(words))], in: subject)
    }
}
