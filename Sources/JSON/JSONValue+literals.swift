extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral {
    /// Text.
    package init(stringLiteral text: String) { self = .string(text) }

    /// `true` or `false`.
    package init(booleanLiteral value: Bool) { self = .bool(value) }

    /// `null`.
    package init(nilLiteral: ()) { self = .null }
}

extension JSONValue: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// An integral number.
    package init(integerLiteral value: Int64) { self = .integer(value) }

    /// A list.
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Named values; of a name that stands twice, the last value.
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in members { object[key] = value }
        self = .object(object)
    }
}
