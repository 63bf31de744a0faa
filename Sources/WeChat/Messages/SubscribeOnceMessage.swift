import JSON

/// A service account's one-time subscription message.
package struct SubscribeOnceMessage: Equatable, Sendable {
    /// The template, one fixed per account.
    package var templateID: String
    /// The scene that the recipient has confirmed.
    package var scene: String
    /// The title; up to 15 characters.
    package var title: String
    /// The text; up to 200 characters.
    package var content: String
    /// The text's colour, such as `#173177`.
    package var color: String?
    /// The web page that a tap opens.
    package var url: String?
    /// The mini program's page that a tap opens.
    package var miniprogram: MiniProgramLink?

    /// A message of a title and a text.
    package init(
        templateID: String, scene: String, title: String, content: String, color: String? = nil, url: String? = nil,
        miniprogram: MiniProgramLink? = nil
    ) {
        self.templateID = templateID
        self.scene = scene
        self.title = title
        self.content = content
        self.color = color
        self.url = url
        self.miniprogram = miniprogram
    }
}

extension SubscribeOnceMessage: Payload {
    /// Reads WeChat's own JSON without its recipient.
    init(_ fields: inout Fields) {
        templateID = fields.required("template_id")
        scene = fields.required("scene")
        title = fields.required("title")
        let text: (content: String, color: String?)? =
            fields.required("data") { data in
                data.required("content") { ($0.required("value"), $0.string("color")) }
            } ?? nil
        content = text?.content ?? ""
        color = text?.color
        url = fields.string("url")
        miniprogram = fields.object("miniprogram") { MiniProgramLink(&$0) }
    }

    /// Writes the members that follow the recipient, in the order of WeChat's documentation.
    func write(into json: inout JSONWriter) {
        json.member("template_id", templateID)
        json.member("scene", scene)
        json.member("title", title)
        json.member("data") { json in
            json.member("content") { json in
                json.member("value", content)
                json.member("color", color)
            }
        }
        json.member("url", url)
        MiniProgramLink.write(miniprogram, into: &json)
    }
}

extension SubscribeOnceMessage {
    private static let titleLimit = 15
    private static let contentLimit = 200

    /// What WeChat would find too long.
    var violations: [PayloadFault] {
        func fault(_ text: String, _ limit: Int, at path: String) -> PayloadFault? {
            let found = text.weChatCount
            guard found > limit else { return nil }
            return PayloadFault(
                path: path, problem: .violation(Violation(type: nil, rule: .length, limit: limit, found: found)))
        }
        return [
            fault(title, Self.titleLimit, at: "title"), fault(content, Self.contentLimit, at: "data.content.value"),
        ].compactMap(\.self)
    }

    /// Cuts what is too long.
    mutating func cut() {
        title = title.cut(to: Self.titleLimit, mark: "…")
        content = content.cut(to: Self.contentLimit, mark: "…")
    }
}
