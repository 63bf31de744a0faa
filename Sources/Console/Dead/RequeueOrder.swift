import AMQP
import DeadLetters
import HTTPServer
import JSON

/// What a page wants to be sent again, and how.
struct RequeueOrder {
    let snapshot: String
    private(set) var plan: RequeuePlan

    /// Reads the body of a request.
    init(_ request: ServerRequest, author: String) throws(Refusal) {
        let fields = try RequestFields(
            request,
            knowing: ["snapshot", "changes", "bodies", "rate", "canary", "stop_on_errors", "wait", "to"])
        snapshot = try fields.required("snapshot")
        plan = RequeuePlan(author: author)
        for change in try fields.list("changes") ?? [] { plan.edit.changes.append(try Self.change(change)) }
        for member in try fields.object("bodies") ?? JSONObject() {
            guard let key = DeadKey(member.key), let text = member.value.string else {
                throw Refusal(400, "bad_request", "bodies holds texts by the keys of their letters.")
            }
            let body = Array(text.utf8)
            // Without the line breaks that are there for people.
            plan.edit.bodies[key] = (try? JSONValue(parsing: body))?.bytes ?? body
        }
        plan.rate = try fields.member("rate", "a rate such as 50/s, 100/m or 1000/h") { value in
            value.string.flatMap { RequeuePlan.rate($0) }
        }
        plan.canary = try fields.number("canary", in: 1...1000) ?? 0
        plan.errorLimit = try fields.number("stop_on_errors", in: 0...100).map { Double($0) / 100 }
        plan.waits = try fields.truth("wait") ?? false
        plan.queue = try fields.member("to", "the name of a queue") { value in
            value.string.flatMap { (1...255).contains($0.utf8.count) ? ShortString($0) : nil }
        }
    }

    /// Reads `{"path": …, "value": …}` or `{"path": …, "remove": true}`.
    private static func change(_ value: JSONValue) throws(Refusal) -> DeadEdit.Change {
        guard let object = value.object, let path = object["path"]?.string,
            path.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }),
            object.allSatisfy({ ["path", "value", "remove"].contains($0.key) }),
            (object["value"] != nil) != (object["remove"]?.bool == true)
        else {
            throw Refusal(
                400, "bad_request", #"A change is {"path": "params.title", "value": …} or {"path": …, "remove": true}."#
            )
        }
        return DeadEdit.Change(path, object["value"])
    }
}
