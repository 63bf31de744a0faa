/// What a customer-service message holds.
package enum CustomerMessageType: String, CaseIterable, Hashable, Sendable {
    /// Text, with links at most.
    case text
    /// An image.
    case image
    /// A link with a picture.
    case link
    /// A card of a mini program.
    case miniProgramPage = "miniprogrampage"
    /// A voice recording.
    case voice
    /// A video.
    case video
    /// A piece of music.
    case music
    /// One article with a link.
    case news
    /// An article of the account's material.
    case materialNews = "mpnews"
    /// A published article.
    case publishedArticle = "mpnewsarticle"
    /// A question with answers to tap.
    case menu = "msgmenu"
    /// A coupon.
    case card = "wxcard"
}

extension CustomerMessageType {
    /// The types of app that may send it.
    package var senders: [AppType] {
        switch self {
        case .text, .image, .miniProgramPage: [.mini, .service]
        case .link: [.mini]
        case .voice, .video, .music, .news, .materialNews, .publishedArticle, .menu, .card: [.service]
        }
    }
}
