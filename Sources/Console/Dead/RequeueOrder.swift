import AMQP
import DeadLetters
import HTTPServer
import JSON
import Worker

/// What a page wants to be sent again, and how.
struct RequeueOrder {
    let snapshot: String
    private(set) var plan: RequeuePlan

    /// Reads the body of a request.
    init(_ request: ServerRequest, of names: QueueNames, author: String) throws(Refusal) {
        let fields = try RequestFields(
            request,
            knowing: ["snapshot", "changes", "bodies", "rate", "canary", "stop_on_errors", "wait", "to"])
        snapshot = try fields.required("snapshot")
        plan = RequeuePlan(author: author)
        for change in try fields.list("changes") ?? [] {
            let (path, value) = try Self.change(change)
            do throws(DeadEditError) { try plan.edit.add(DeadEdit.Change(path, value)) } catch {
                throw Refusal(400, "bad_request", "changes: \(error).")
            }
        }
        for member in try fields.object("bodies") ?? JSONObject() {
            guard let key = DeadKey(member.key), let text = member.value.string else {
                throw Refusal(400, "bad_request", "bodies holds texts by the keys of their letters.")
            }
            let body = Array(text.utf8)
            // Without the line breaks that are there for people.
            plan.edit.bodies[key] = (try? JSONValue(parsing: body))?.bytes ?? body
        }
        plan.rate = try fields.member("rate", RequeuePlan.rates) { value in
            value.string.flatMap { RequeuePlan.rate($0) }
        }
        plan.canary = try fields.number("canary", in: 1...1000) ?? 0
        plan.errorLimit = try fields.number("stop_on_errors", in: 0...100).map { Double($0) / 100 }
        plan.waits = try fields.truth("wait") ?? false
        if let name = try fields.text("to") {
            do throws(RequeueTargetError) { try plan.send(to: name, of: names) } catch {
                throw Refusal(400, "bad_request", "to: \(error).")
            }
        }
    }

    /// Reads `{"path": …, "value": …}` or `{"path": …, "remove": true}`.
    private static func change(_ value: JSONValue) throws(Refusal) -> (path: String, value: JSONValue?) {
        guard let object = value.object, let path = object["path"]?.string,
            object.allSatisfy({ ["path", "value", "remove"].contains($0.key) }),
            (object["value"] != nil) != (object["remove"]?.bool == true)
        else {
            throw Refusal(
                400, "bad_request", #"A change is {"path": "params.title", "value": …} or {"path": …, "remove": true}."#
            )
        }
        return (path, object["value"])
    }
}
