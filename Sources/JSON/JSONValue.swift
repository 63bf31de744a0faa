/// One JSON value.
package enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction and exponent that fits.
    case integer(Int64)
    /// Every other number, in the digits it was written with.
    case decimal(JSONDecimal)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Named values in the order they were written.
    case object(JSONObject)
}

extension JSONValue {
    /// The text of a string.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of an integral number.
    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The value of any number, rounded where a double cannot hold it.
    package var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .decimal(let value): value.double
        default: nil
        }
    }

    /// The value of `true` and `false`.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of a list.
    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object.
    package var object: JSONObject? {
        if case .object(let members) = self { members } else { nil }
    }

    /// What kind of value it is, with its article, for people.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .decimal: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: Equatable {
    /// Whether both are written alike: same bytes in strings, same digits in numbers, same order of members.
    ///
    /// Swift takes é and e with an accent for equal; two JSON documents that differ in that are not.
    package static func == (one: JSONValue, other: JSONValue) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.integer(let one), .integer(let other)): one == other
        case (.decimal(let one), .decimal(let other)): one == other
        case (.string(let one), .string(let other)): one.hasSameBytes(as: other)
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        default: false
        }
    }
}

extension String {
    /// Whether both are the same UTF-8, which is stricter than Swift's equality and quicker to deny.
    func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
