import JSON

/// A message of any shape, compiled.
enum Tree: Sendable {
    /// A text.
    case leaf(Leaf)
    /// A list.
    case list([Tree])
    /// Named values.
    case object([(key: String, value: Tree)])
}

extension Tree {
    /// The member of a name.
    subscript(key: String) -> Tree? {
        if case .object(let members) = self { members.first { $0.key == key }?.value } else { nil }
    }

    /// The text under a name.
    func leaf(_ key: String) -> Leaf? {
        if case .leaf(let leaf)? = self[key] { leaf } else { nil }
    }

    /// All texts in their order.
    var leaves: [Leaf] {
        switch self {
        case .leaf(let leaf): [leaf]
        case .list(let elements): elements.flatMap(\.leaves)
        case .object(let members): members.flatMap(\.value.leaves)
        }
    }

    /// The message in WeChat's JSON, each text made by the closure.
    func json<E: Error>(_ text: (Leaf) throws(E) -> JSONValue?) throws(E) -> JSONValue? {
        switch self {
        case .leaf(let leaf): return try text(leaf)
        case .list(let elements):
            var values: [JSONValue] = []
            for element in elements { values.append(try element.json(text) ?? "") }
            return .array(values)
        case .object(let members):
            var object = JSONObject()
            for member in members { object[member.key] = try member.value.json(text) }
            return .object(object)
        }
    }
}

extension Leaf {
    /// The text as a value of JSON; nil to leave it out.
    ///
    /// What parameters make empty is left out, as if the template had no such key: that is how a template says that a
    /// page is there for some and not for others. A parameter's `value` stays, for the rules to find it empty.
    func json(_ text: String) -> JSONValue? {
        if isNumber, let number = Int64(text) { return .integer(number) }
        if text.isEmpty, constant == nil, !path.hasSuffix(".value") { return nil }
        return .string(text)
    }
}
