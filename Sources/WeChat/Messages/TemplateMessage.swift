import JSON

/// A service account's template message.
package struct TemplateMessage: Equatable, Sendable {
    /// The template.
    package var templateID: String
    /// The web page that a tap opens, where the mini program cannot.
    package var url: String?
    /// The mini program's page that a tap opens.
    package var miniprogram: MiniProgramLink?
    /// The values.
    package var data: TemplateData
    /// The key under which WeChat drops a second message to the same openid, for ten minutes.
    package var clientMessageID: String?
    /// The colour of the head line, which WeChat takes and ignores.
    package var topColor: String?

    /// A message of a template and its values.
    package init(
        templateID: String, url: String? = nil, miniprogram: MiniProgramLink? = nil, data: TemplateData,
        clientMessageID: String? = nil
    ) {
        self.templateID = templateID
        self.url = url
        self.miniprogram = miniprogram
        self.data = data
        self.clientMessageID = clientMessageID
    }
}

extension TemplateMessage: Payload {
    /// Reads WeChat's own JSON without its recipient.
    init(_ fields: inout Fields) {
        templateID = fields.required("template_id")
        url = fields.string("url")
        miniprogram = fields.object("miniprogram") { MiniProgramLink(&$0) }
        data = fields.required("data") { TemplateData(&$0, colored: true) } ?? TemplateData()
        clientMessageID = fields.string("client_msg_id")
        topColor = fields.string("topcolor")
    }

    /// Writes the members that follow the recipient, in the order of WeChat's documentation.
    func write(into json: inout JSONWriter) {
        json.member("template_id", templateID)
        json.member("url", url)
        MiniProgramLink.write(miniprogram, into: &json)
        json.key("data")
        data.write(into: &json)
        json.member("client_msg_id", clientMessageID)
        json.member("topcolor", topColor)
    }
}
