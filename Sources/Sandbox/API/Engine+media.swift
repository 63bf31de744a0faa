import JSON
import WeChat

extension Engine {
    /// Takes a file.
    func upload(_ exchange: Exchange, _ account: Account) throws(Refusal) -> [UInt8] {
        guard let type = exchange.call.parameter("type").flatMap(MediaType.init(rawValue:)),
            type == .image || account.app?.type != .mini
        else { throw Refusal(40004) }
        let call = exchange.call
        guard let file = Multipart(call.body, contentType: call.contentType, field: "media") else {
            throw Refusal(41005)
        }
        if file.content.isEmpty { throw Refusal(44001) }
        let suffix = file.filename.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard type.suffixes.contains(suffix) else { throw Refusal(40005) }
        if file.content.count > type.sizeLimit { throw Refusal(type == .image ? 40009 : 40006) }
        let id = random.identifier(length: 64)
        account.media.put(exchange.now + Self.mediaLifetime, for: id, at: exchange.now)
        var json = JSONWriter(reserving: 192)
        json.object { json in
            json.member("type", type.rawValue)
            json.member(type == .thumb ? "thumb_media_id" : "media_id", id)
            json.member("created_at", exchange.now.seconds)
        }
        return json.bytes
    }

    private static let mediaLifetime = Duration.seconds(3 * 86_400)
}

/// What can be uploaded.
private enum MediaType: String {
    case image, voice, video, thumb

    /// How the names of its files end.
    var suffixes: [String] {
        switch self {
        case .image: ["png", "jpg", "jpeg", "gif"]
        case .voice: ["amr", "mp3"]
        case .video: ["mp4"]
        case .thumb: ["jpg"]
        }
    }

    /// How many bytes it may have.
    var sizeLimit: Int {
        switch self {
        case .image, .video: 10 << 20
        case .voice: 2 << 20
        case .thumb: 64 << 10
        }
    }
}
