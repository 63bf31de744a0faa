import JSON

/// A uniform service message, which WeChat has withdrawn: a mini program's message, a service account's, or both.
package struct UniformMessage: Equatable, Sendable {
    /// The half that a service account sends.
    package struct ServiceHalf: Equatable, Sendable {
        /// The service account, of the same owner as the mini program.
        package var appid: String
        /// The template.
        package var templateID: String
        /// The web page that a tap opens.
        package var url: String?
        /// The mini program's page that a tap opens.
        package var miniprogram: MiniProgramLink?
        /// The values.
        package var data: TemplateData

        /// A message of a template and its values.
        package init(
            appid: String, templateID: String, url: String? = nil, miniprogram: MiniProgramLink? = nil,
            data: TemplateData
        ) {
            self.appid = appid
            self.templateID = templateID
            self.url = url
            self.miniprogram = miniprogram
            self.data = data
        }
    }

    /// The half that the mini program sends; WeChat prefers it.
    package var mini: MiniHalf?
    /// The half that the service account sends.
    package var service: ServiceHalf?

    /// The half that the mini program sends: the same fields in another order.
    package typealias MiniHalf = MiniTemplateMessage

    /// A message of one half or both.
    package init(mini: MiniHalf? = nil, service: ServiceHalf? = nil) {
        self.mini = mini
        self.service = service
    }
}

extension UniformMessage: Payload {
    /// Reads WeChat's own JSON without its recipient.
    init(_ fields: inout Fields) {
        let hasHalf = fields.keys.contains { $0 == "weapp_template_msg" || $0 == "mp_template_msg" }
        mini = fields.object("weapp_template_msg") { MiniHalf(&$0) }
        service = fields.object("mp_template_msg") { ServiceHalf(&$0) }
        if !hasHalf { fields.note(.missing, in: "mp_template_msg") }
    }

    /// Writes the members that follow the recipient, in the order of WeChat's documentation.
    func write(into json: inout JSONWriter) {
        if let mini { json.member("weapp_template_msg") { mini.writeHalf(into: &$0) } }
        if let service { json.member("mp_template_msg") { service.write(into: &$0) } }
    }
}

extension UniformMessage.ServiceHalf {
    fileprivate init(_ fields: inout Fields) {
        appid = fields.required("appid")
        templateID = fields.required("template_id")
        url = fields.string("url")
        miniprogram = fields.object("miniprogram") { MiniProgramLink(&$0) }
        data = fields.required("data") { TemplateData(&$0) } ?? TemplateData()
    }

    fileprivate func write(into json: inout JSONWriter) {
        json.member("appid", appid)
        json.member("template_id", templateID)
        json.member("url", url)
        MiniProgramLink.write(miniprogram, into: &json)
        json.key("data")
        data.write(into: &json)
    }
}

extension MiniTemplateMessage {
    fileprivate func writeHalf(into json: inout JSONWriter) {
        json.member("template_id", templateID)
        json.member("page", page)
        json.member("form_id", formID)
        if let data {
            json.key("data")
            data.write(into: &json)
        }
        json.member("emphasis_keyword", emphasisKeyword)
    }
}
