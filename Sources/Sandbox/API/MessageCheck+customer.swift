import JSON
import WeChat

extension MessageCheck {
    /// Looks at a customer-service message.
    func customer() throws(Refusal) -> Cost {
        guard let type = object["msgtype"]?.string.flatMap(CustomerMessageType.init(rawValue:)) else {
            throw Refusal(40008)
        }
        if let sender = account.app?.type, !type.senders.contains(sender) { throw Refusal(48008) }
        try checkPerson()
        try account.windows?.check(openid, at: now)
        let name = type.rawValue
        guard let content = object[name]?.object else {
            throw type == .text ? Refusal(44004) : .argument(name, isEmpty: object[name] == nil)
        }
        for key in required(by: type) { try checkPresence(of: key, in: content, of: name) }
        switch type {
        case .text: try checkText(content)
        case .news: try checkNews(content)
        case .menu:
            guard let items = content["list"]?.array, !items.isEmpty else {
                throw .argument("msgmenu.list", isEmpty: true)
            }
        default: break
        }
        for key in ["media_id", "thumb_media_id"] {
            if let id = content.filled(key) { try checkMedia(id) }
        }
        return Cost(spendsWindow: true)
    }

    private func required(by type: CustomerMessageType) -> [String] {
        switch type {
        case .text: ["content"]
        case .image, .voice, .materialNews: ["media_id"]
        case .link: ["title", "description", "url", "thumb_url"]
        case .miniProgramPage:
            ["title", "pagepath", "thumb_media_id"] + (account.app?.type == .service ? ["appid"] : [])
        case .video: ["media_id", "thumb_media_id"]
        case .music: ["musicurl", "hqmusicurl", "thumb_media_id"]
        case .publishedArticle: ["article_id"]
        case .card: ["card_id"]
        case .news, .menu: []
        }
    }

    private func checkPresence(of key: String, in content: JSONObject, of name: String) throws(Refusal) {
        guard content.filled(key) == nil else { return }
        switch key {
        case "content": throw Refusal(44004)
        case "media_id", "thumb_media_id": throw Refusal(41006)
        default: throw .argument("\(name).\(key)", isEmpty: true)
        }
    }

    private func checkText(_ content: JSONObject) throws(Refusal) {
        let text = content.filled("content") ?? ""
        if text.utf8.count > Self.textLimit { throw Refusal(45002) }
        try checkWords(text)
    }

    private func checkNews(_ content: JSONObject) throws(Refusal) {
        guard let articles = content["articles"]?.array, let article = articles.first?.object else {
            throw .argument("news.articles", isEmpty: true)
        }
        if articles.count > 1 { throw Refusal(45008) }
        for key in ["title", "url"] where article.filled(key) == nil {
            throw .argument("news.articles[0].\(key)", isEmpty: true)
        }
    }

    /// Refuses media that has expired, or that is not known where only known media will do.
    private func checkMedia(_ id: String) throws(Refusal) {
        if let end = account.media[id] {
            if now >= end { throw Refusal(40007) }
            return
        }
        let listed = account.app?.media
        if listed?.contains(id) ?? !options.hasOnlyOwnMedia { return }
        throw Refusal(40007)
    }

    /// In bytes: longer texts are refused by WeChat.
    private static let textLimit = 2048
}
