import JSON
import Liquid
import WeChat
import YAML

/// What a template says besides its message.
struct TemplateHead {
    /// The keys of it.
    static let keys = ["kind", "app", "on_overflow", "time_zone", "description", "example"]

    /// What is sent.
    var kind: MessageKind
    /// The app that sends.
    var app: String?
    /// What becomes of values that are too long.
    var overflow = Overflow()
    /// The time zone of dates.
    var zone = Zone.shanghai
    /// What it is for.
    var description: String?
    /// Parameters to try it with.
    var example: JSONObject?

    /// Reads the keys; nil, and a fault, without a kind.
    init?(_ fields: Fields) {
        if fields.node("kind") == nil {
            let kinds = MessageKind.allCases.map(\.rawValue).joined(separator: ", ")
            fields.add("kind", "is missing; write one of \(kinds)")
        }
        let kind = fields.choice("kind", of: MessageKind.self)
        app = fields.value("app") { scalar throws(Complaint) in
            guard !scalar.text.isEmpty else { throw .because("is empty; name an app, or leave the key out") }
            return scalar.text
        }
        overflow.policy = fields.choice("on_overflow", of: Overflow.Policy.self) ?? .reject
        zone = fields.value("time_zone", Self.zone) ?? .shanghai
        description = fields.text("description")
        example = fields.node("example").flatMap { Self.example($0, at: fields.path("example"), fields.faults) }
        guard let kind else { return nil }
        self.kind = kind
    }

    private static func zone(_ scalar: Scalar) throws(Complaint) -> Zone {
        if let zone = Zone(scalar.text) { return zone }
        let near = suggestion(for: scalar.text, among: Zone.names).map { "; did you mean \($0)?" } ?? ""
        throw .isNot(
            "a time zone such as Asia/Shanghai or UTC (none with summer time), or a distance such as +05:30\(near)")
    }

    private static func example(_ node: Node, at path: String, _ faults: Faults) -> JSONObject? {
        if let object = JSONValue(node).object { return object }
        faults.add(at: node.place, key: path, "found \(node.kindName), wanted parameters with their values")
        return nil
    }
}

extension JSONValue {
    /// A value of YAML as its plain words and numbers mean it.
    init(_ node: Node) {
        switch node.content {
        case .sequence(let nodes): self = .array(nodes.map { JSONValue($0) })
        case .mapping(let mapping):
            var object = JSONObject()
            for entry in mapping.entries { object[entry.key] = JSONValue(entry.value) }
            self = .object(object)
        case .scalar(let scalar):
            if scalar.isNull { self = .null } else { self = JSONValue(scalar) }
        }
    }

    private init(_ scalar: Scalar) {
        switch scalar.isPlain ? try? JSONValue(parsing: Array(scalar.text.utf8)) : nil {
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .decimal(let number): self = .decimal(number)
        default: self = .string(scalar.text)
        }
    }
}
