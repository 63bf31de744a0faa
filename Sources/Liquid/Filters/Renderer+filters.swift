/// The arguments of a filter, evaluated.
struct Arguments {
    /// The first; nil where it was not written.
    var first: LiquidValue?
    /// The second; nil where it was not written.
    var second: LiquidValue?
    /// Whether `allow_false` holds.
    var allowsFalse = false
}

extension Renderer {
    /// A value behind a filter.
    mutating func apply(_ call: Output.Call, to value: LiquidValue) throws(LiquidError.Fault) -> LiquidValue {
        var arguments = Arguments()
        if let expression = call.first { arguments.first = try self.value(of: expression) }
        if let expression = call.second { arguments.second = try self.value(of: expression) }
        if let expression = call.allowFalse { arguments.allowsFalse = try self.value(of: expression).isTrue }
        place = call.place
        switch value {
        case .string(let text): try spend(8 + text.utf8.count / 4)
        case .array(let elements): try spend(8 + 2 * elements.count)
        case .object: try spend(value.weight(upTo: program.limits.work))
        default: try spend(8)
        }
        let result = try filtered(call.filter, value, arguments)
        if case .string(let text) = result {
            try check(length: text.utf8.count)
            try spend(text.utf8.count / 4)
        }
        return result
    }

    private mutating func filtered(
        _ filter: Filter, _ value: LiquidValue, _ arguments: Arguments
    ) throws(LiquidError.Fault) -> LiquidValue {
        switch filter {
        case .default: return defaulted(value, arguments)
        case .date: return try dated(value, try (arguments.first ?? .nil).text())
        case .size:
            try spendCounting(value)
            return value.size
        case .first: return value.first
        case .last: return value.last
        case .slice: return try sliced(value, arguments)
        case .abs, .atLeast, .atMost, .ceil, .dividedBy, .floor, .minus, .modulo, .plus, .round, .times:
            try spend(60)
            return try calculated(filter, value, arguments.first)
        case .compact, .concat, .find, .findIndex, .has, .join, .map, .reject, .reverse, .sort, .sortNatural, .sum,
            .uniq,
            .where:
            return try listed(filter, value, arguments)
        case .base64Decode, .base64Encode, .base64URLSafeDecode, .base64URLSafeEncode, .escape, .escapeOnce, .h,
            .stripHTML, .urlDecode, .urlEncode:
            return try encoded(filter, value)
        default: return try written(filter, value, arguments)
        }
    }

    private func defaulted(_ value: LiquidValue, _ arguments: Arguments) -> LiquidValue {
        let isEmpty =
            switch value {
            case .nil: true
            case .bool(false): !arguments.allowsFalse
            case .string(let text): text.isEmpty
            case .array(let elements): elements.isEmpty
            case .object(let object): object.members.isEmpty
            default: false
            }
        return isEmpty ? arguments.first ?? .string("") : value
    }

    /// A part of a list, or of a text.
    private mutating func sliced(_ value: LiquidValue, _ arguments: Arguments) throws(LiquidError.Fault) -> LiquidValue
    {
        let offset = try (arguments.first ?? .nil).wholeNumber()
        var length: Int64 = 1
        if let second = arguments.second, second.isTrue { length = try second.wholeNumber() }
        if case .array(let elements) = value {
            guard let range = Self.window(offset, length, of: elements.count) else { return .array([]) }
            return .array(Array(elements[range]))
        }
        let text = try value.text()
        try spendCounting(.string(text))
        guard let range = Self.window(offset, length, of: text.characterCount) else { return .string("") }
        return .string(text.characters(range))
    }

    /// The places from an offset on, which counts from the end if negative.
    private static func window(_ offset: Int64, _ length: Int64, of count: Int) -> Range<Int>? {
        let start = offset < 0 ? offset + Int64(count) : offset
        guard length >= 0, (0...Int64(count)).contains(start) else { return nil }
        return Int(start)..<Int(start + min(length, Int64(count) - start))
    }
}
