import JSON

/// The page of a mini program that a service account's message opens.
package struct MiniProgramLink: Equatable, Sendable {
    /// The mini program, which must be associated with the account.
    package var appid: String
    /// The page, a query allowed; nil for the first one.
    package var pagePath: String?

    /// A link to a page.
    package init(appid: String, pagePath: String? = nil) {
        self.appid = appid
        self.pagePath = pagePath
    }

    /// Reads `{"appid", "pagepath"}`.
    init(_ fields: inout Fields) {
        appid = fields.required("appid")
        pagePath = fields.string("pagepath")
    }

    /// Writes the link as the member `miniprogram`; nothing if there is none.
    static func write(_ link: MiniProgramLink?, into json: inout JSONWriter) {
        guard let link else { return }
        json.member("miniprogram") { json in
            json.member("appid", link.appid)
            json.member("pagepath", link.pagePath)
        }
    }
}
