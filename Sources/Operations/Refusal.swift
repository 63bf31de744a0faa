package import HTTPServer
import JSON

extension ServerResponse {
    /// Why a request of the page, or of a script in its place, is not answered: a word for programs, a sentence for people.
    package static func refusal(
        _ status: Int, _ code: String, _ message: String, retryAfter seconds: Int64? = nil
    ) -> ServerResponse {
        var json = JSONWriter()
        json.object { json in
            json.member("error") { json in
                json.member("code", code)
                json.member("message", message)
                json.member("retry_after", seconds)
            }
        }
        var response = ServerResponse.json(status: status, json.bytes)
        if let seconds { response.fields.append(ServerField("Retry-After", "\(seconds)")) }
        return response
    }

    /// The answer to those who guess at the token.
    static func tooMany(_ pause: Duration) -> ServerResponse {
        let seconds = max(1, Int64((pause / .seconds(1)).rounded(.up)))
        return .refusal(429, "too_many", "Too many wrong tokens; wait \(seconds) s.", retryAfter: seconds)
    }
}
