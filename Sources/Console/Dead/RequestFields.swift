import DeadLetters
import HTTPServer
import JSON

/// The members of a request's body, each of one sort; what is not known is refused, as it may have been meant to limit something.
struct RequestFields {
    private let object: JSONObject

    /// Reads a body that may have these members only.
    init(_ request: ServerRequest, knowing names: Set<String>) throws(Refusal) {
        guard let object = (try? JSONValue(parsing: request.body))?.object else {
            throw Refusal(400, "bad_json", "The body is no JSON object.")
        }
        for member in object where !names.contains(member.key) {
            throw Refusal(400, "bad_request", "\(member.key.debugDescription) is nothing that this knows.")
        }
        self.object = object
    }

    /// The value of a member; nil if it is missing or `null`.
    subscript(name: String) -> JSONValue? {
        switch object[name] {
        case .null, nil: nil
        case let value?: value
        }
    }

    func text(_ name: String) throws(Refusal) -> String? {
        try member(name, "a text") { $0.string }
    }

    func truth(_ name: String) throws(Refusal) -> Bool? {
        try member(name, "true or false") { $0.bool }
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
        try member(name, "a number from \(range.lowerBound) to \(range.upperBound)") { value in
            value.integer.flatMap { Int(exactly: $0) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func list(_ name: String) throws(Refusal) -> [JSONValue]? { try member(name, "a list") { $0.array } }

    func object(_ name: String) throws(Refusal) -> JSONObject? { try member(name, "an object") { $0.object } }

    func key(_ name: String) throws(Refusal) -> DeadKey? {
        try member(name, "the key of a letter") { $0.string.flatMap { DeadKey($0) } }
    }

    /// A member that must be there.
    func required(_ name: String) throws(Refusal) -> String {
        guard let text = try text(name) else { throw Refusal(400, "bad_request", "\(name) is missing.") }
        return text
    }

    func member<Value>(
        _ name: String, _ wanted: String, _ read: (JSONValue) -> Value?
    ) throws(Refusal) -> Value? {
        guard let value = self[name] else { return nil }
        guard let result = read(value) else { throw Refusal(400, "bad_request", "\(name) must be \(wanted).") }
        return result
    }
}
