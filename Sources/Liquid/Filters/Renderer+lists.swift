extension Renderer {
    /// A list behind a filter for lists.
    mutating func listed(
        _ filter: Filter, _ value: LiquidValue, _ arguments: Arguments
    ) throws(LiquidError.Fault) -> LiquidValue {
        let elements = try elements(of: value)
        let property = arguments.first ?? .nil
        switch filter {
        case .join: return .string(try joined(elements, by: try (arguments.first ?? " ").text()))
        case .reverse: return .array(elements.reversed())
        case .concat:
            guard case .array(let others) = property else {
                throw .value(found: property.kind, expected: "an array as the argument of 'concat'")
            }
            try spend(2 * others.count)
            return .array(elements + others)
        case .sum: return try summed(elements, property)
        case .sort, .sortNatural: return try sorted(elements, property, isNatural: filter == .sortNatural)
        case .map: return .array(try mapped(elements, property))
        case .compact:
            if property.isNil { return .array(elements.filter { !$0.isNil }) }
            return try selected(elements, property) { $0.isNil ? nil : $1 }
        case .uniq: return try unique(elements, property)
        default: return try selected(filter, elements, property, arguments.second ?? .nil)
        }
    }

    /// What filters for lists see of a value: lists within lists are opened, other values are lists of one.
    private mutating func elements(of value: LiquidValue) throws(LiquidError.Fault) -> [LiquidValue] {
        switch value {
        case .nil: return []
        case .array(let elements):
            guard elements.contains(where: { if case .array = $0 { true } else { false } }) else { return elements }
            var flat: [LiquidValue] = []
            try flatten(elements, into: &flat, depth: 0)
            return flat
        case .range(let range):
            try spend(range.count == .max ? .max : 2 * min(range.count, program.limits.work))
            return (0..<range.count).map { .integer(range[$0]) }
        default: return [value]
        }
    }

    private mutating func flatten(
        _ elements: [LiquidValue], into flat: inout [LiquidValue], depth: Int
    ) throws(LiquidError.Fault) {
        guard depth < LiquidValue.depth else { throw .limit(.nesting, LiquidValue.depth) }
        for element in elements {
            try spend(2)
            if case .array(let inner) = element {
                try flatten(inner, into: &flat, depth: depth + 1)
            } else {
                flat.append(element)
            }
        }
    }

    /// The texts of a list with another one between them.
    mutating func joined(_ elements: [LiquidValue], by glue: String) throws(LiquidError.Fault) -> String {
        var bytes: [UInt8] = []
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(contentsOf: glue.utf8) }
            bytes.append(contentsOf: try element.text().utf8)
            try check(length: bytes.count)
            try spend(4)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func summed(_ elements: [LiquidValue], _ property: LiquidValue) throws(LiquidError.Fault)
        -> LiquidValue
    {
        var sum = Number.integer(0)
        for element in elements {
            var summand = element
            if !property.isNil { summand = try look(for: property, in: element) ?? 0 }
            sum = try Self.sum(sum, try summand.number())
        }
        return sum.value
    }

    private mutating func mapped(_ elements: [LiquidValue], _ property: LiquidValue) throws(LiquidError.Fault)
        -> [LiquidValue]
    {
        var mapped: [LiquidValue] = []
        mapped.reserveCapacity(elements.count)
        for element in elements {
            if case .string(let name) = property, name == "to_liquid" {
                mapped.append(element)
            } else {
                mapped.append(try look(for: property, in: element) ?? .nil)
            }
        }
        return mapped
    }

    // MARK: Choosing

    /// The elements that a look at a property leaves over; nil as soon as one has no properties.
    private mutating func selected(
        _ elements: [LiquidValue], _ property: LiquidValue, _ keep: (LiquidValue, LiquidValue) -> LiquidValue?
    ) throws(LiquidError.Fault) -> LiquidValue {
        var kept: [LiquidValue] = []
        for element in elements {
            guard let found = try look(for: property, in: element) else { return .nil }
            if let element = keep(found, element) { kept.append(element) }
        }
        return .array(kept)
    }

    private mutating func unique(_ elements: [LiquidValue], _ property: LiquidValue) throws(LiquidError.Fault)
        -> LiquidValue
    {
        var seen: Set<LiquidValue.Identity> = []
        var kept: [LiquidValue] = []
        for element in elements {
            var key = element
            if !property.isNil {
                guard let found = try look(for: property, in: element) else { return .nil }
                key = found
            }
            try spend(8 + 4 * key.weight(upTo: program.limits.work))
            if seen.insert(LiquidValue.Identity(value: key)).inserted { kept.append(element) }
        }
        return .array(kept)
    }

    /// `where`, `reject`, `has`, `find` and `find_index`.
    private mutating func selected(
        _ filter: Filter, _ elements: [LiquidValue], _ property: LiquidValue, _ target: LiquidValue
    ) throws(LiquidError.Fault) -> LiquidValue {
        if elements.isEmpty { return filter == .has ? false : filter == .find || filter == .findIndex ? .nil : [] }
        var kept: [LiquidValue] = []
        for (index, element) in elements.enumerated() {
            guard let found = try look(for: property, in: element) else { return .nil }
            if !target.isNil { try spend(4 * found.weight(upTo: program.limits.work)) }
            let matches = target.isNil ? found.isTrue : try found.equals(target)
            switch filter {
            case .where: if matches { kept.append(element) }
            case .reject: if !matches { kept.append(element) }
            case .has: if matches { return true }
            case .find: if matches { return element }
            default: if matches { return .integer(Int64(index)) }
            }
        }
        switch filter {
        case .has: return false
        case .find, .findIndex: return .nil
        default: return .array(kept)
        }
    }
}

extension Renderer {
    /// What Ruby's brackets yield for an element of a list; nil where there are none.
    mutating func look(for key: LiquidValue, in element: LiquidValue) throws(LiquidError.Fault) -> LiquidValue? {
        switch (element, key) {
        case (.object(let object), .string(let name)): return object[name] ?? .nil
        case (.object, _): return .nil
        case (.loop(let facts), .string(let name)): return facts[name] ?? .nil
        case (.string(let text), .string(let part)): return try offset(of: part, in: text, from: 0) == nil ? .nil : key
        case (.string(let text), .integer(let index)):
            let count = Int64(text.characterCount)
            let place = index < 0 ? index + count : index
            guard (0..<count).contains(place) else { return .nil }
            return .string(text.characters(Int(place)..<Int(place) + 1))
        case (.integer(let number), .integer(let bit)):
            return bit < 0 ? 0 : .integer(number >> min(bit, 63) & 1)
        case (.string, _), (.integer, _):
            throw .value(found: element.kind, expected: "objects, whose properties have names")
        default: return nil
        }
    }
}
