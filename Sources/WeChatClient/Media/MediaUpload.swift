import HTTPClient
import JSON
import WeChat

/// A file for a customer-service message.
package struct MediaFile: Sendable {
    /// What WeChat takes it for.
    package enum Sort: String, CaseIterable, Hashable, Sendable {
        /// A picture.
        case image
        /// A recording.
        case voice
        /// A film.
        case video
        /// A small picture of a film or a piece of music.
        case thumb
    }

    /// What WeChat takes it for.
    package let sort: Sort
    /// What it is called.
    package let name: String
    /// Its media type.
    package let contentType: String
    /// What is in it.
    package let bytes: [UInt8]

    /// A file that was read.
    package init(sort: Sort, name: String, contentType: String, bytes: [UInt8]) {
        self.sort = sort
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }
}

extension WeChatAPI {
    /// Uploads a file, and returns the id under which messages can show it for three days.
    package func upload(_ file: MediaFile, with token: AccessToken) async throws(CallFailure) -> String {
        let body = HTTPBody.file(
            field: "media", name: file.name, contentType: file.contentType, file.bytes)
        var request = HTTPRequest.post(
            token.path(to: "/cgi-bin/media/upload") + "&type=\(file.sort.rawValue)", body)
        // Megabytes, on lines that may be slow; a file that arrives twice does no harm.
        request.timeout = max(timeout, .seconds(30))
        request.isRepeatable = true
        let object = try await object(request)
        // Small pictures have a name of their own for their id.
        guard let id = (object["media_id"] ?? object["thumb_media_id"])?.string, !id.isEmpty else {
            throw .unusable(.invalid(field: "media_id"))
        }
        return id
    }
}
