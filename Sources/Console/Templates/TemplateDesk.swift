package import HTTPServer
import JSON
import Operations
import Templates
import WeChat
import YAML

/// Answers what the page asks about templates: what there is, and what one comes to.
package struct TemplateDesk: Sendable {
    private let shelf: TemplateShelf
    /// As much as a job may have.
    private static let limit = 256 << 10

    /// A desk in front of some templates.
    package init(_ shelf: TemplateShelf) { self.shelf = shelf }

    /// `GET /api/templates`: all templates, and what is wrong with newer ones.
    package func list(_ request: ServerRequest) -> ServerReply {
        let (set, fault) = shelf.current
        var json = JSONWriter(reserving: 1 << 10)
        json.object { json in
            json.list("templates") { json in for template in set.templates { template.write(into: &json) } }
            json.member("note", orNull: set.note)
            json.member("fault", orNull: fault)
        }
        return .now(.json(json.bytes))
    }

    /// `POST /api/templates/render`: what WeChat would get, and what would keep it from being sent.
    package func render(_ request: ServerRequest) -> ServerReply {
        guard request.body.count <= Self.limit else {
            return .now(.refusal(413, "too_large", "A job has at most \(Self.limit) bytes."))
        }
        let body: JSONObject
        do throws(JSONError) {
            guard let object = try JSONValue(parsing: request.body).object else {
                return .now(.refusal(400, "bad_json", "The body is no JSON object."))
            }
            body = object
        } catch {
            return .now(.refusal(400, "bad_json", "The body is no JSON: \(error)"))
        }
        do throws(TryOut.Complaint) {
            let tryOut = try TryOut(body)
            guard let template = shelf.current.set[tryOut.template] else {
                return .now(.refusal(404, "unknown", "No template has this name."))
            }
            return .now(.json(Self.json(template.preview(tryOut.params, tryOut.slots))))
        } catch {
            return .now(.refusal(400, "bad_request", error.sentence))
        }
    }

    private static func json(_ preview: MessageTemplate.Preview) -> [UInt8] {
        var json = JSONWriter(reserving: 1 << 10)
        json.object { json in
            // What is no JSON, as a raw message may be made of a hostile text, is shown as text alone.
            json.member("payload", tree: preview.payload.flatMap { try? JSONValue(parsing: $0) } ?? .null)
            json.member("payload_text", orNull: preview.payload.map { String(decoding: $0, as: UTF8.self) })
            json.list("faults") { json in for fault in preview.faults { json.value(fault.description) } }
        }
        return json.bytes
    }
}

/// A request to fill in a template.
private struct TryOut {
    /// Why a request makes no sense.
    struct Complaint: Error {
        let sentence: String
    }

    let template: String
    var params = JSONObject()
    var slots = MessageSlots()

    init(_ body: JSONObject) throws(Complaint) {
        guard let name = body["template"]?.string else {
            throw Complaint(sentence: "\"template\" names the template to fill in.")
        }
        template = name
        for member in body {
            switch (member.key, member.value) {
            case ("template", _): break
            case ("params", .object(let object)): params = object
            case ("page", .string(let text)): slots.page = text
            case ("url", .string(let text)): slots.url = text
            case ("params", .null), ("page", .null), ("url", .null): break
            case ("params", _): throw Complaint(sentence: "\"params\" must be an object.")
            case ("page", _), ("url", _): throw Complaint(sentence: "\"\(member.key)\" must be a string.")
            default: throw Complaint(sentence: "There is \"template\", \"params\", \"page\" and \"url\", nothing else.")
            }
        }
    }
}

extension Place {
    /// The file, without the folder that all templates are in, and the line.
    fileprivate var short: String {
        let file = source.split(separator: "/").last.map(String.init) ?? source
        return position.map { "\(file):\($0.line)" } ?? file
    }
}

extension MessageTemplate {
    fileprivate func write(into json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("kind", kind.rawValue)
            json.member("app", orNull: app)
            json.member("template_id", orNull: templateID)
            json.member("description", orNull: description)
            json.list("variables") { json in for variable in variables { json.value(variable) } }
            json.member("example", tree: example.map { .object($0) } ?? .null)
            json.member("place", place.short)
        }
    }
}
