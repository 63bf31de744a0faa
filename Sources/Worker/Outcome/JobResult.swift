package import JSON
import WeChat

/// What is published for a finished job.
package struct JobResult: Sendable {
    /// The job's id.
    package var id: String
    /// How it has ended.
    package var verdict: Verdict
    /// The app that sent or was to send.
    package var app: String?
    /// The kind of message.
    package var kind: String?
    /// The recipient's openid, if it is known.
    package var to: String?
    /// The template's name.
    package var template: String?
    /// How many tries there were.
    package var attempts: Int
    /// When it ended.
    package var finishedAt: Timestamp
    /// What the job wants to see again.
    package var meta: JSONObject?

    /// The result as JSON, keys in a stable order.
    package var json: [UInt8] {
        var json = JSONWriter(reserving: 384)
        json.object { json in
            json.member("id", id)
            json.member("status", verdict.status.rawValue)
            json.member("reason", verdict.reason)
            json.member("detail", verdict.detail)
            json.member("app", app)
            json.member("kind", kind)
            json.member("to", to)
            json.member("template", template)
            if let answer = verdict.answer {
                json.member("errcode", Int64(answer.code))
                json.member("errmsg", answer.message)
                // As text: the number is larger than what many readers of JSON can hold.
                json.member("msgid", answer.messageID.map(String.init))
            }
            json.member("attempts", Int64(attempts))
            json.member("finished_at", finishedAt.rfc3339)
            if let original = verdict.original.flatMap({ try? JSONValue(parsing: $0) }) {
                json.member("original", tree: original)
            }
            json.member("meta", tree: .object(meta ?? JSONObject()))
        }
        return json.bytes
    }
}
