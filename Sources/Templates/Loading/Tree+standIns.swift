import JSON
import WeChat

extension Tree {
    /// The message in WeChat's JSON with stand-ins for what parameters or the job will fill in.
    func standIns(for kind: MessageKind) -> JSONObject? {
        guard var object = json({ $0.standIn })?.object else { return nil }
        if kind == .miniTemplate, object["form_id"] == nil { object["form_id"] = "?" }
        if kind == .uniform, var half = object["weapp_template_msg"]?.object, half["form_id"] == nil {
            half["form_id"] = "?"
            object["weapp_template_msg"] = .object(half)
        }
        return object
    }
}

extension Leaf {
    /// A text, or what may stand for one that is not known yet.
    fileprivate var standIn: JSONValue {
        if let constant { return json(constant) ?? "" }
        if isNumber { return 1 }
        if path == "miniprogram_state" { return "formal" }
        if path == "lang" { return "zh_CN" }
        return .string(certain.isEmpty ? "?" : certain)
    }
}
