extension CustomerContent {
    /// Reads the object that is named like the message's type.
    init(_ type: CustomerMessageType, _ fields: inout Fields) {
        switch type {
        case .text: self = .text(fields.required("content"))
        case .image: self = .image(mediaID: fields.required("media_id"))
        case .link:
            self = .link(
                title: fields.required("title"), description: fields.required("description"),
                url: fields.required("url"), thumbURL: fields.required("thumb_url"))
        case .miniProgramPage:
            self = .miniProgramPage(
                title: fields.required("title"), appid: Self.appid(&fields), pagePath: fields.required("pagepath"),
                thumbMediaID: fields.required("thumb_media_id"))
        case .voice: self = .voice(mediaID: fields.required("media_id"))
        case .video:
            self = .video(
                mediaID: fields.required("media_id"), thumbMediaID: fields.required("thumb_media_id"),
                title: fields.string("title"), description: fields.string("description"))
        case .music:
            self = .music(
                url: fields.required("musicurl"), highQualityURL: fields.required("hqmusicurl"),
                thumbMediaID: fields.required("thumb_media_id"), title: fields.string("title"),
                description: fields.string("description"))
        case .news: self = .news(Self.article(&fields))
        case .materialNews: self = .materialNews(mediaID: fields.required("media_id"))
        case .publishedArticle: self = .publishedArticle(id: fields.required("article_id"))
        case .menu:
            self = .menu(
                head: fields.string("head_content"),
                items: fields.list("list") { MenuItem(id: $0.required("id"), content: $0.required("content")) },
                tail: fields.string("tail_content"))
        case .card: self = .card(id: fields.required("card_id"))
        }
    }

    /// The mini program of a card: a service account has to name it, a mini program shows its own.
    private static func appid(_ fields: inout Fields) -> String? {
        switch fields.sender {
        case .service: return fields.required("appid")
        case nil: return fields.string("appid")
        case .mini:
            if fields.take("appid") != nil { fields.note(.notFor(.mini), in: "appid") }
            return nil
        }
    }

    /// The one article that WeChat takes.
    private static func article(_ fields: inout Fields) -> Article {
        let articles = fields.list("articles") { article in
            Article(
                title: article.required("title"), description: article.required("description"),
                url: article.required("url"), pictureURL: article.required("picurl"))
        }
        if articles.count > 1 { fields.note(.wrongCount(expected: 1, found: articles.count), in: "articles") }
        return articles.first ?? Article(title: "", description: "", url: "", pictureURL: "")
    }
}
