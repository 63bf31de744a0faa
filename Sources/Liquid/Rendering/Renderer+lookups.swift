extension Renderer {
    /// The value of an expression with its filters.
    mutating func value(of output: Output) throws(LiquidError.Fault) -> LiquidValue {
        place = output.place
        guard let expression = output.value else { return .nil }
        var value = try value(of: expression, isOptional: output.isOptional)
        for call in output.calls { value = try apply(call, to: value) }
        return value
    }

    /// The value of an expression; an optional one may be missing.
    mutating func value(of expression: Expression, isOptional: Bool = false) throws(LiquidError.Fault) -> LiquidValue {
        switch expression {
        case .constant(let value): return value
        case .lookup(let lookup): return try value(of: lookup, isOptional: isOptional)
        case .range(let first, let last):
            let lower = try value(of: first, isOptional: isOptional)
            let upper = try value(of: last, isOptional: isOptional)
            return .range(LiquidRange(try lower.computedRangeEnd(), try upper.computedRangeEnd()))
        case .empty, .blank: return .string("")
        }
    }

    private mutating func value(of lookup: Lookup, isOptional: Bool) throws(LiquidError.Fault) -> LiquidValue {
        if lookup.path.isEmpty, case .name(let number) = lookup.root, let value = variable(number) { return value }
        var path = lookup.path[...]
        var found: LiquidValue?
        switch lookup.root {
        case .name(let number):
            found = variable(number)
            if found == nil, program.names[number] == "self", let step = path.popFirst() {
                found = variable(named: try key(of: step, isOptional: isOptional))
            }
        case .loopVariable(let level): found = loops[level].current
        case .loopFacts(let level): found = facts(of: level, along: &path)
        case .computed(let name): found = variable(named: try value(of: name, isOptional: isOptional))
        }
        while let value = found, let step = path.popFirst() {
            try spend(1)
            try spendCounting(value)
            switch step {
            case .key(let key): found = value.member(key)
            case .computed(let expression):
                found = value.element(try self.value(of: expression, isOptional: isOptional))
            }
        }
        if let found { return found }
        guard isOptional || context.missing == .empty else {
            throw .undefined(try name(of: lookup, steps: lookup.path.count - path.count))
        }
        return .nil
    }

    private mutating func key(of step: Lookup.Step, isOptional: Bool) throws(LiquidError.Fault) -> LiquidValue {
        switch step {
        case .key(let key): .string(key)
        case .computed(let expression): try value(of: expression, isOptional: isOptional)
        }
    }

    /// The value of a name that is no loop's: an assigned one, a counter, a parameter.
    private func variable(_ number: Int) -> LiquidValue? {
        if program.assigns {
            if let value = assigned[number] { return value }
            if let count = counters[number] { return .integer(count) }
        }
        return context.parameters[program.names[number]]
    }

    /// The value of a name that was computed.
    private func variable(named value: LiquidValue) -> LiquidValue? {
        guard case .string(let name) = value else { return nil }
        for loop in loops.reversed() where loop.variable == name { return loop.current }
        if let number = program.numbers[LiquidObject.Name(text: name)] { return variable(number) }
        return context.parameters[name]
    }

    /// What `forloop` is, followed outwards as far as the path asks for `parentloop`.
    private func facts(of level: Int, along path: inout ArraySlice<Lookup.Step>) -> LiquidValue {
        var level = level
        while case .key("parentloop")? = path.first {
            path.removeFirst()
            level -= 1
            if level < 0 { return .nil }
        }
        var facts = LiquidValue.nil
        for loop in loops[(path.isEmpty ? 0 : level)...level] { facts = .loop(loop.facts(parent: facts)) }
        return facts
    }

    /// How the start of a path is written; what was computed is left out, for it may be what a person has sent.
    private func name(of lookup: Lookup, steps: Int) throws(LiquidError.Fault) -> String {
        var name: String
        switch lookup.root {
        case .name(let number): name = program.names[number]
        case .loopVariable(let level): name = loops[level].variable
        case .loopFacts: name = "forloop"
        case .computed: name = "[…]"
        }
        for step in lookup.path.prefix(steps) {
            switch step {
            case .key(let key): name += ".\(key)"
            case .computed(.constant(let key)):
                name += "[\(try LiquidValue.array([key]).text().dropFirst().dropLast())]"
            case .computed: name += "[…]"
            }
        }
        return name
    }
}

extension LiquidValue {
    /// What `.key` means; nil where there is no such thing.
    func member(_ key: String) -> LiquidValue? {
        switch self {
        case .object(let object):
            if let value = object[key] { return value }
            return key == "size" ? .integer(Int64(object.members.count)) : key == "first" ? first : nil
        case .loop(let facts): return facts[key]
        case .array, .string, .range:
            switch key {
            case "size": return size
            case "first": return first
            case "last": return last
            default: return nil
            }
        case .integer: return key == "size" ? size : nil
        default: return nil
        }
    }

    /// What `[key]` means; nil where there is no such thing.
    func element(_ key: LiquidValue) -> LiquidValue? {
        switch (self, key) {
        case (.object(let object), .string(let key)): object[key]
        case (.loop(let facts), .string(let key)): facts[key]
        case (.array(let elements), .integer(let index)):
            if index >= 0 {
                index < elements.count ? elements[Int(index)] : nil
            } else {
                index >= -elements.count ? elements[elements.count + Int(index)] : nil
            }
        default: nil
        }
    }

    /// How many characters, elements or members it has; Ruby counts eight bytes in a whole number.
    var size: LiquidValue {
        switch self {
        case .string(let text): .integer(Int64(text.characterCount))
        case .array(let elements): .integer(Int64(elements.count))
        case .object(let object): .integer(Int64(object.members.count))
        case .range(let range): .integer(Int64(range.count))
        case .integer: 8
        default: 0
        }
    }

    /// The first character, element, number or member.
    var first: LiquidValue {
        switch self {
        case .string(let text): .string(String(text.prefix(1)))
        case .array(let elements): elements.first ?? .nil
        case .object(let object): object.members.first?.pair ?? .nil
        case .range(let range): .integer(range.first)
        default: .nil
        }
    }

    /// The last character, element or number.
    var last: LiquidValue {
        switch self {
        case .string(let text): .string(String(text.suffix(1)))
        case .array(let elements): elements.last ?? .nil
        case .range(let range): .integer(range.last)
        default: .nil
        }
    }
}
