import AMQP
package import JSON
import Worker

/// A letter as a line of JSON, which holds all of it, whatever bytes it has.
///
/// Text stays text, so that the line can be read and searched; what is no UTF-8 stands as `{"base64": …}`. Headers keep their order and
/// their AMQP types: `["name", "S", "value"]`.
extension DeadLetter {
    /// What marks a line as one of these.
    private static let version: Int64 = 1

    /// The letter as JSON; ``read(_:)`` first, for the summary that people search it by.
    package var archived: [UInt8] {
        var json = JSONWriter(reserving: body.count + 1024)
        json.object { json in
            json.member("wxpush_dead_letter", Self.version)
            writeSummary(into: &json)
            json.member("exchange", tree: exchange.archived)
            json.member("routing_key", tree: routingKey.archived)
            json.member("properties", tree: .object(properties.archived))
            if let text = String(validating: body, as: UTF8.self) {
                json.member("body", text)
            } else {
                json.member("body") { $0.member("base64", Base64.encoded(body)) }
            }
        }
        return json.bytes
    }

    /// Reads a line.
    package init(archived line: [UInt8]) throws(DeadArchiveError) {
        let tree: JSONValue
        do throws(JSONError) {
            var limits = JSONLimits()
            // A table in a table takes two levels.
            limits.depth = 200
            tree = try JSONValue(parsing: line, limits: limits)
        } catch {
            throw DeadArchiveError("it is no JSON: \(error)")
        }
        guard let object = tree.object, object["wxpush_dead_letter"]?.integer == Self.version else {
            throw DeadArchiveError("it is no exported dead letter")
        }
        guard let value = object["body"], let body = value.archivedBytes else {
            throw DeadArchiveError("its body is missing or wrong")
        }
        self.init(
            body: body, properties: try Properties(archived: object["properties"]?.object ?? JSONObject()),
            exchange: object["exchange"].flatMap(\.archivedShortString) ?? "",
            routingKey: object["routing_key"].flatMap(\.archivedShortString) ?? "")
    }

    /// Writes what a list shows of a letter.
    package func writeSummary(into json: inout JSONWriter) {
        json.member("id", id)
        json.member("key", key.description)
        json.member("reason", reason)
        json.member("detail", detail)
        json.member("errcode", errcode)
        json.member("errmsg", errmsg)
        json.member("app", content?.app)
        json.member("kind", content?.kind)
        json.member("template", content?.template)
        json.member("to", content?.to)
        json.member("attempts", attempts)
        json.member("first_failed_at", firstFailedAt?.rfc3339)
        json.member("died_at", diedAt?.rfc3339)
        json.member("worker", worker)
        if requeues > 0 { json.member("requeues", requeues) }
    }
}

/// Why a line cannot be imported.
package struct DeadArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence.
    package let description: String

    /// A sentence that says what is wrong.
    package init(_ description: String) { self.description = description }
}
