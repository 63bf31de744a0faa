extension Renderer {
    /// Whether a condition holds; `and` and `or` bind from the right, as in Ruby.
    mutating func holds(_ condition: Condition) throws(LiquidError.Fault) -> Bool {
        var holds = false
        for test in condition.tests {
            try spend(4)
            holds = try outcome(of: test)
            if test.link == (holds ? .or : .and) { break }
        }
        return holds != condition.isNegated
    }

    /// Whether one comparison holds, or one value is true.
    mutating func outcome(of test: Condition.Test) throws(LiquidError.Fault) -> Bool {
        place = test.place
        guard let (comparison, right) = test.comparison else {
            if case .empty = test.left { return true }
            if case .blank = test.left { return true }
            return try value(of: test.left, isOptional: true).isTrue
        }
        switch comparison {
        case .equal: return try equal(test.left, right)
        case .unequal, .unequalAsWell: return try !equal(test.left, right)
        case .contains: return try contains(test.left, right)
        default:
            if test.left.isVoid || right.isVoid { return false }
            return try compare(try value(of: test.left), comparison, try value(of: right))
        }
    }

    private mutating func equal(_ left: Expression, _ right: Expression) throws(LiquidError.Fault) -> Bool {
        if left.isVoid, right.isVoid { return false }
        if left.isVoid { return try isVoid(right, left) }
        if right.isVoid { return try isVoid(left, right) }
        let one = try value(of: left, isOptional: right.isNil)
        let two = try value(of: right, isOptional: left.isNil)
        switch (one, two) {
        case (.array, .array), (.object, .object): try spend(4 * one.weight(upTo: program.limits.work))
        case (.string(let text), .string): try spend(text.utf8.count / 16)
        default: break
        }
        return try one.equals(two)
    }

    /// Whether a value is what `empty` or `blank` asks for.
    private mutating func isVoid(_ expression: Expression, _ void: Expression) throws(LiquidError.Fault) -> Bool {
        let asksForBlank = if case .blank = void { true } else { false }
        switch try value(of: expression, isOptional: true) {
        case .nil, .bool(false): return asksForBlank
        case .string(let text): return asksForBlank ? text.utf8.allSatisfy(\.isSpace) : text.isEmpty
        case .array(let elements): return elements.isEmpty
        case .object(let object): return object.members.isEmpty
        default: return false
        }
    }

    private mutating func contains(_ left: Expression, _ right: Expression) throws(LiquidError.Fault) -> Bool {
        if left.isVoid { return false }
        let (whole, part) = (try value(of: left), try value(of: right))
        guard part.isTrue else { return false }
        switch whole {
        case .string(let text):
            try spend(text.utf8.count / 8)
            return try offset(of: try part.text(), in: text, from: 0) != nil
        case .array(let elements):
            if right.isVoid { return false }
            for element in elements {
                try spend(2 + 4 * element.weight(upTo: program.limits.work))
                if try element.equals(part) { return true }
            }
            return false
        case .object(let object):
            guard case .string(let key) = part, !right.isVoid else { return false }
            return object[key] != nil
        case .range(let range):
            switch part {
            case .integer(let number): return number >= range.first && number <= range.last
            case .double(let number): return number >= Double(range.first) && number <= Double(range.last)
            default: return false
            }
        default: return false
        }
    }

    /// Whether one value lies before or behind another; false where nothing can be said, an error where Ruby has one.
    private func compare(
        _ left: LiquidValue, _ comparison: Condition.Comparison, _ right: LiquidValue
    ) throws(LiquidError.Fault) -> Bool {
        let order: Int
        switch (left, right) {
        case (.integer(let one), .integer(let two)): order = one < two ? -1 : one > two ? 1 : 0
        case (.string(let one), .string(let two)): order = one.precedes(two) ? -1 : two.precedes(one) ? 1 : 0
        case (.integer, .double), (.double, .integer), (.double, .double):
            guard let numbers = left.order(before: right) else { return false }
            order = numbers
        case (.string, .integer), (.string, .double), (.integer, .string), (.double, .string):
            throw .value(found: right.kind, expected: "\(left.kind) to compare with \(left.kind)")
        default: return false
        }
        return switch comparison {
        case .less: order < 0
        case .more: order > 0
        case .atMost: order <= 0
        default: order >= 0
        }
    }
}

extension Expression {
    /// Whether it is `empty` or `blank`.
    fileprivate var isVoid: Bool {
        switch self {
        case .empty, .blank: true
        default: false
        }
    }

    /// Whether it is `nil`.
    fileprivate var isNil: Bool {
        if case .constant(.nil) = self { true } else { false }
    }
}
