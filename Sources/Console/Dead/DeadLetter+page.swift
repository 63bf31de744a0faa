import AMQP
import DeadLetters
import JSON

extension DeadLetter {
    /// The largest body that is shown whole as text: four times that of a job.
    private static let wholeLimit = 1 << 20

    /// Writes the letter as its page shows it.
    func writeForPage(into json: inout JSONWriter, _ preview: DeadPreview?) {
        write(into: &json, preview)
        let isWhole = body.count <= Self.wholeLimit
        json.member("address", address)
        json.member("body_text", String(decoding: isWhole ? body[...] : body.prefix(64 << 10), as: UTF8.self))
        json.member("body_bytes", Int64(byteCount))
        json.member("is_text", isWhole && fault == nil && String(validating: body, as: UTF8.self) != nil)
        json.member("too_large", fault != nil)
        json.member("is_unknown", isUnknown)
        json.list("headers") { json in
            for entry in properties.headers {
                let parts = entry.archived.array ?? []
                json.object { json in
                    json.member("name", entry.key.description)
                    json.member("type", parts.dropFirst().first?.string ?? "")
                    json.member("value", entry.value.text ?? parts.last?.description ?? "")
                }
            }
        }
    }

    private var byteCount: Int {
        if case .bodyTooLarge(let bytes, _) = fault { return Int(clamping: bytes) }
        return body.count
    }
}

extension DeadGroups {
    /// How many groups a page gets; the letters of the others are counted together.
    static let shown = 500

    /// Writes the largest groups, and how many letters stand in none of them.
    func write(into json: inout JSONWriter) {
        let sorted = sorted
        json.list("groups") { json in
            for group in sorted.prefix(Self.shown) {
                json.object { json in
                    group.write(into: &json)
                    json.member("query", (try? DeadQuery(words: group.name.words))?.urlQuery)
                }
            }
        }
        json.member("others", Int64(others + sorted.dropFirst(Self.shown).reduce(0) { $0 + $1.count }))
    }
}
