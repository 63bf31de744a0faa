package import JSON

/// What a job puts in the place of a message's own.
package struct MessageSlots: Equatable, Sendable {
    /// The page that a tap opens.
    package var page: String?
    /// The web page that a tap opens.
    package var url: String?
    /// The mini program that a tap opens: `{"appid", "pagepath"}`.
    package var miniprogram: JSONObject?
    /// A formId or prepay_id.
    package var formID: String?
    /// The key under which WeChat drops a second message; for kinds that have one, and where the message has none of its own.
    package var clientMessageID: String?

    /// What takes the place; nothing by default.
    package init(
        page: String? = nil, url: String? = nil, miniprogram: JSONObject? = nil, formID: String? = nil,
        clientMessageID: String? = nil
    ) {
        self.page = page
        self.url = url
        self.miniprogram = miniprogram
        self.formID = formID
        self.clientMessageID = clientMessageID
    }

    /// The names of those overrides that are there.
    var names: [String] {
        var names: [String] = []
        if page != nil { names.append("page") }
        if url != nil { names.append("url") }
        if miniprogram != nil { names.append("miniprogram") }
        if formID != nil { names.append("form_id") }
        return names
    }
}
