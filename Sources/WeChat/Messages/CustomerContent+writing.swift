import JSON

extension CustomerContent {
    /// Writes the members of the object that is named like the message's type.
    func write(into json: inout JSONWriter) {
        switch self {
        case .text(let content): json.member("content", content)
        case .image(let mediaID), .voice(let mediaID), .materialNews(let mediaID): json.member("media_id", mediaID)
        case .link(let title, let description, let url, let thumbURL):
            json.member("title", title)
            json.member("description", description)
            json.member("url", url)
            json.member("thumb_url", thumbURL)
        case .miniProgramPage(let title, let appid, let pagePath, let thumbMediaID):
            json.member("title", title)
            json.member("appid", appid)
            json.member("pagepath", pagePath)
            json.member("thumb_media_id", thumbMediaID)
        case .video(let mediaID, let thumbMediaID, let title, let description):
            json.member("media_id", mediaID)
            json.member("thumb_media_id", thumbMediaID)
            json.member("title", title)
            json.member("description", description)
        case .music(let url, let highQualityURL, let thumbMediaID, let title, let description):
            json.member("musicurl", url)
            json.member("hqmusicurl", highQualityURL)
            json.member("thumb_media_id", thumbMediaID)
            json.member("title", title)
            json.member("description", description)
        case .news(let article): json.list("articles") { $0.object(article.write) }
        case .publishedArticle(let id): json.member("article_id", id)
        case .menu(let head, let items, let tail):
            json.member("head_content", head)
            json.list("list") { json in for item in items { json.object(item.write) } }
            json.member("tail_content", tail)
        case .card(let id): json.member("card_id", id)
        }
    }
}

extension CustomerContent.Article {
    fileprivate func write(into json: inout JSONWriter) {
        json.member("title", title)
        json.member("description", description)
        json.member("url", url)
        json.member("picurl", pictureURL)
    }
}

extension CustomerContent.MenuItem {
    fileprivate func write(into json: inout JSONWriter) {
        json.member("id", id)
        json.member("content", content)
    }
}
