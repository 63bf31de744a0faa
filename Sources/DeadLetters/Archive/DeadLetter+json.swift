import AMQP
package import JSON
import Worker

extension DeadLetter {
    /// Writes everything that is known of the letter; ``read(_:)`` first.
    ///
    /// - Parameter preview: What would be sent now.
    package func write(into json: inout JSONWriter, _ preview: DeadPreview?) {
        writeSummary(into: &json)
        json.member("reply_to", replyTo?.description)
        json.list("advice") { json in
            for advice in [advice, codeAdvice].compactMap(\.self) {
                json.object { json in
                    json.member("meaning", advice.meaning)
                    json.member("en", advice.english)
                    json.member("zh", advice.chinese)
                }
            }
        }
        json.list("history") { json in
            for step in history {
                json.object { json in
                    json.member("time", step.time?.rfc3339)
                    json.member("what", step.what)
                }
            }
        }
        json.member("properties", tree: .object(properties.archived))
        if let tree = try? JSONValue(parsing: body) {
            json.member("body", tree: tree)
        } else {
            json.member("body", String(decoding: body, as: UTF8.self))
        }
        guard let preview else { return }
        if preview.faults.isEmpty, let payload = preview.payload {
            json.member("renders", tree: try? JSONValue(parsing: payload))
        } else if !preview.faults.isEmpty {
            json.list("render_faults") { json in
                for fault in preview.faults { json.value(fault) }
            }
        }
    }
}
