import JSON

/// A mini program's template message with a form_id, which WeChat has withdrawn.
package struct MiniTemplateMessage: Equatable, Sendable {
    /// The template.
    package var templateID: String
    /// The formId of a form that the recipient sent, or the prepay_id of a payment.
    package var formID: String
    /// The page that a tap opens; without one, nothing opens.
    package var page: String?
    /// The values; without them, the card is empty.
    package var data: TemplateData?
    /// The parameter that is shown enlarged, such as `keyword1.DATA`.
    package var emphasisKeyword: String?

    /// A message of a template and its values.
    package init(
        templateID: String, formID: String, page: String? = nil, data: TemplateData? = nil,
        emphasisKeyword: String? = nil
    ) {
        self.templateID = templateID
        self.formID = formID
        self.page = page
        self.data = data
        self.emphasisKeyword = emphasisKeyword
    }
}

extension MiniTemplateMessage: Payload {
    /// Reads WeChat's own JSON without its recipient.
    init(_ fields: inout Fields) {
        templateID = fields.required("template_id")
        formID = fields.required("form_id")
        page = fields.string("page")
        data = fields.object("data") { TemplateData(&$0) }
        emphasisKeyword = fields.string("emphasis_keyword")
    }

    /// Writes the members that follow the recipient, in the order of WeChat's documentation.
    func write(into json: inout JSONWriter) {
        json.member("template_id", templateID)
        json.member("form_id", formID)
        json.member("page", page)
        if let data {
            json.key("data")
            data.write(into: &json)
        }
        json.member("emphasis_keyword", emphasisKeyword)
    }
}
