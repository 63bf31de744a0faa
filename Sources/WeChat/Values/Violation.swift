/// How a value breaks the rule of its parameter's type; the value itself is left out.
package struct Violation: Hashable, Sendable {
    /// What a rule asks for.
    package enum Rule: Hashable, Sendable {
        /// Something that can be seen: not empty, and not blanks only.
        case notBlank
        /// No line break and no control character.
        case oneLine
        /// At most so many characters.
        case length
        /// Only certain characters, or a certain shape.
        case content(Shape)
        /// One of the values listed with the template.
        case listed
    }

    /// What a value has to look like.
    package enum Shape: String, CaseIterable, Hashable, Sendable {
        /// For `number`.
        case number = "digits, with decimals at most"
        /// For `letter`.
        case letters = "letters A to Z only"
        /// For `symbol`.
        case symbols = "symbols only, no letters, digits or Chinese"
        /// For `character_string`.
        case ascii = "digits, letters and symbols of ASCII only"
        /// For `time`.
        case time = "a time such as 15:01 or 2026-11-20 15:01, or two with ~ between"
        /// For `date`.
        case date = "a date such as 2026-11-20 or 2026年11月20日 15:01, or two with ~ between"
        /// For `amount`.
        case amount = "an amount such as ¥129.00 or 129.00元, of at most 10 digits before the point"
        /// For `phone_number`.
        case phoneNumber = "digits and symbols only"
        /// For `car_number`.
        case carNumber = "letters and digits, with Chinese as the first and the last character at most"
        /// For `phrase`.
        case chinese = "Chinese characters only"
    }

    /// The type whose rule is broken; nil for a field with a limit of its own.
    package var type: ParameterType?
    /// The rule.
    package var rule: Rule
    /// How many characters are allowed, where that is limited.
    package var limit: Int?
    /// How many characters the value has.
    package var found: Int

    /// A broken rule of a type.
    package init(type: ParameterType?, rule: Rule, limit: Int? = nil, found: Int) {
        self.type = type
        self.rule = rule
        self.limit = limit
        self.found = found
    }
}

extension Violation {
    /// Whether a shorter value would do.
    package var isTooLong: Bool { rule == .length }
}

extension Violation: CustomStringConvertible {
    /// The rule in words, to follow the name of a field.
    package var description: String {
        switch rule {
        case .notBlank: found == 0 ? "is empty" : "holds nothing but blanks"
        case .oneLine: "holds a line break or a control character"
        case .length: "takes at most \(limit ?? 0) characters\(name), this value has \(found)"
        case .content(let shape): "takes \(shape.rawValue)\(name)"
        case .listed: "takes only the values listed with the template\(name)"
        }
    }

    private var name: String { type.map { " (\($0.rawValue))" } ?? "" }
}
