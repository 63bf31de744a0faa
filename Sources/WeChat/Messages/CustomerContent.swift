/// The content of a customer-service message.
package enum CustomerContent: Equatable, Sendable {
    /// Text; it may hold links to web pages and mini programs.
    case text(String)
    /// An uploaded image.
    case image(mediaID: String)
    /// A link with a picture.
    case link(title: String, description: String, url: String, thumbURL: String)
    /// A card of a mini program; a service account names which.
    case miniProgramPage(title: String, appid: String?, pagePath: String, thumbMediaID: String)
    /// An uploaded voice recording.
    case voice(mediaID: String)
    /// An uploaded video.
    case video(mediaID: String, thumbMediaID: String, title: String?, description: String?)
    /// A piece of music somewhere on the web.
    case music(url: String, highQualityURL: String, thumbMediaID: String, title: String?, description: String?)
    /// One article with a link.
    case news(Article)
    /// An article of the account's material.
    case materialNews(mediaID: String)
    /// A published article.
    case publishedArticle(id: String)
    /// A question with answers to tap.
    case menu(head: String?, items: [MenuItem], tail: String?)
    /// A coupon.
    case card(id: String)

    /// An article with a link.
    package struct Article: Equatable, Sendable {
        /// The title.
        package var title: String
        /// A few words.
        package var description: String
        /// Where it leads.
        package var url: String
        /// The picture.
        package var pictureURL: String

        /// An article with a link.
        package init(title: String, description: String, url: String, pictureURL: String) {
            self.title = title
            self.description = description
            self.url = url
            self.pictureURL = pictureURL
        }
    }

    /// An answer to tap.
    package struct MenuItem: Equatable, Sendable {
        /// What comes back as `bizmsgmenuid` when it is tapped.
        package var id: String
        /// What is shown.
        package var content: String

        /// An answer to tap.
        package init(id: String, content: String) {
            self.id = id
            self.content = content
        }
    }
}

extension CustomerContent {
    /// The type, which names the content in the message too.
    package var type: CustomerMessageType {
        switch self {
        case .text: .text
        case .image: .image
        case .link: .link
        case .miniProgramPage: .miniProgramPage
        case .voice: .voice
        case .video: .video
        case .music: .music
        case .news: .news
        case .materialNews: .materialNews
        case .publishedArticle: .publishedArticle
        case .menu: .menu
        case .card: .card
        }
    }
}
