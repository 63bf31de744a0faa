extension Renderer {
    /// The elements in order, by themselves or by a property; nil if one has none.
    mutating func sorted(
        _ elements: [LiquidValue], _ property: LiquidValue, isNatural: Bool
    ) throws(LiquidError.Fault) -> LiquidValue {
        if elements.isEmpty { return [] }
        var keyed: [(key: LiquidValue, value: LiquidValue)] = []
        keyed.reserveCapacity(elements.count)
        for element in elements {
            var key = element
            if !property.isNil {
                guard let found = try look(for: property, in: element) else { return .nil }
                key = found
            }
            if isNatural, !key.isNil { key = .string(try key.text()) }
            keyed.append((key, element))
        }
        return .array(try merged(keyed, isNatural: isNatural).map(\.value))
    }

    /// Sorts by merging runs that double in length; keeps the order of equals.
    private mutating func merged(
        _ elements: [(key: LiquidValue, value: LiquidValue)], isNatural: Bool
    ) throws(LiquidError.Fault) -> [(key: LiquidValue, value: LiquidValue)] {
        var (from, width) = (elements, 1)
        while width < from.count {
            var into: [(key: LiquidValue, value: LiquidValue)] = []
            into.reserveCapacity(from.count)
            var start = 0
            while start < from.count {
                let middle = min(start + width, from.count)
                let end = min(middle + width, from.count)
                var (left, right) = (start, middle)
                while left < middle || right < end {
                    var takesRight = left == middle
                    if left < middle, right < end {
                        takesRight = try order(from[left].key, from[right].key, isNatural: isNatural) > 0
                    }
                    into.append(takesRight ? from[right] : from[left])
                    if takesRight { right += 1 } else { left += 1 }
                }
                start = end
            }
            (from, width) = (into, width * 2)
        }
        return from
    }

    private mutating func order(
        _ one: LiquidValue, _ two: LiquidValue, isNatural: Bool
    ) throws(LiquidError.Fault) -> Int {
        try spend(10 + min(one.weight(upTo: program.limits.work), two.weight(upTo: program.limits.work)))
        if one.isNil || two.isNil { return one.isNil ? two.isNil ? 0 : 1 : -1 }
        if isNatural, case (.string(let one), .string(let two)) = (one, two) { return one.foldedOrder(before: two) }
        if let order = one.order(before: two) { return order }
        throw .value(found: "\(one.kind) beside \(two.kind)", expected: "values that can be sorted together")
    }
}

extension String {
    /// Below zero, zero or above as it lies before, beside or behind another text, with ASCII letters of both cases alike.
    fileprivate func foldedOrder(before other: String) -> Int {
        let (one, two) = (utf8Span.span, other.utf8Span.span)
        for place in 0..<min(one.count, two.count) where one[place].folded != two[place].folded {
            return one[place].folded < two[place].folded ? -1 : 1
        }
        return one.count - two.count
    }
}
