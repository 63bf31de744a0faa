import JSON

/// A service account's subscription notice.
package struct SubscribeBizMessage: Equatable, Sendable {
    /// The template.
    package var templateID: String
    /// The web page that a tap opens, where the mini program cannot.
    package var page: String?
    /// The mini program's page that a tap opens.
    package var miniprogram: MiniProgramLink?
    /// The values.
    package var data: TemplateData

    /// A message of a template and its values.
    package init(
        templateID: String, page: String? = nil, miniprogram: MiniProgramLink? = nil, data: TemplateData
    ) {
        self.templateID = templateID
        self.page = page
        self.miniprogram = miniprogram
        self.data = data
    }
}

extension SubscribeBizMessage: Payload {
    /// Reads WeChat's own JSON without its recipient.
    init(_ fields: inout Fields) {
        templateID = fields.required("template_id")
        page = fields.string("page")
        miniprogram = fields.object("miniprogram") { MiniProgramLink(&$0) }
        data = fields.required("data") { TemplateData(&$0) } ?? TemplateData()
    }

    /// Writes the members that follow the recipient, in the order of WeChat's documentation.
    func write(into json: inout JSONWriter) {
        json.member("template_id", templateID)
        json.member("page", page)
        MiniProgramLink.write(miniprogram, into: &json)
        json.key("data")
        data.write(into: &json)
    }
}
