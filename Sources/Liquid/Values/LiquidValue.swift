/// One value of the template language.
package enum LiquidValue: Sendable {
    /// Nothing; printed as nothing.
    case `nil`
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// Every other number, printed as Ruby prints it.
    case double(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([LiquidValue])
    /// Named values in their order.
    case object(LiquidObject)
    /// `(first..last)`, never spread out in memory.
    indirect case range(LiquidRange)
    /// What `forloop` is: the state of a loop at the moment of the look.
    indirect case loop(LoopFacts)
}

/// The whole numbers from one to another; none where the first is above the last.
package struct LiquidRange: Hashable, Sendable {
    /// The first number.
    package var first: Int64
    /// The last number.
    package var last: Int64

    /// A range of both ends and what lies between.
    package init(_ first: Int64, _ last: Int64) {
        self.first = first
        self.last = last
    }

    /// How many numbers these are, as far as an `Int` counts.
    package var count: Int {
        guard first <= last else { return 0 }
        let (distance, overflow) = last.subtractingReportingOverflow(first)
        return overflow || distance == .max ? .max : Int(distance) + 1
    }

    /// The number at a place below `count`.
    subscript(position: Int) -> Int64 { first &+ Int64(position) }
}

/// What a template can ask of `forloop`.
package struct LoopFacts: Sendable {
    /// The loop's variable and its collection.
    var name: String
    /// How many rounds lie behind.
    var index: Int
    /// How many rounds there are.
    var length: Int
    /// The facts of the loop around it, or nil.
    var parent: LiquidValue

    /// The fact of a name; nil where there is none.
    subscript(key: String) -> LiquidValue? {
        switch key {
        case "index": .integer(Int64(index + 1))
        case "index0": .integer(Int64(index))
        case "rindex": .integer(Int64(length - index))
        case "rindex0": .integer(Int64(length - index - 1))
        case "first": .bool(index == 0)
        case "last": .bool(index == length - 1)
        case "length": .integer(Int64(length))
        case "name": .string(name)
        case "parentloop": parent
        default: nil
        }
    }
}

extension LiquidValue {
    /// Whether a condition takes it for true: everything but `nil` and `false`.
    package var isTrue: Bool {
        switch self {
        case .nil, .bool(false): false
        default: true
        }
    }

    /// Whether it is `nil`.
    var isNil: Bool {
        if case .nil = self { true } else { false }
    }

    /// A number in the digits it was written with.
    ///
    /// Whole numbers that no `Int64` holds stay text, so that no digit changes on the way through a template.
    package init(number digits: String) {
        if let integer = Int64(digits) {
            self = .integer(integer)
        } else if digits.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }) {
            self = .string(digits)
        } else if let double = Double(digits), double.isFinite {
            self = .double(double)
        } else {
            self = .string(digits)
        }
    }

    /// What it is, with its article, for people.
    var kind: String {
        switch self {
        case .nil: "nil"
        case .bool: "a boolean"
        case .integer, .double: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        case .range: "a range"
        case .loop: "a forloop"
        }
    }
}

// No `nil` literal: where an optional value is meant, it would be taken for the value that is nil.
extension LiquidValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `true` or `false`.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    package init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number with a fraction.
    package init(floatLiteral value: Double) { self = .double(value) }
    /// Text.
    package init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    package init(arrayLiteral elements: LiquidValue...) { self = .array(elements) }
    /// Named values in the order they are written.
    package init(dictionaryLiteral elements: (String, LiquidValue)...) {
        self = .object(LiquidObject(members: elements.map { LiquidObject.Member(key: $0.0, value: $0.1) }))
    }
}
