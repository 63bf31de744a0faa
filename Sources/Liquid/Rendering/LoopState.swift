/// A loop that runs.
struct LoopState {
    /// What it runs over.
    enum Elements {
        case array([LiquidValue])
        case object(LiquidObject)
        case range(LiquidRange)
        case single(LiquidValue)

        /// How many there are.
        var count: Int {
            switch self {
            case .array(let elements): elements.count
            case .object(let object): object.members.count
            case .range(let range): range.count
            case .single: 1
            }
        }

        /// The element at a place below `count`.
        subscript(place: Int) -> LiquidValue {
            switch self {
            case .array(let elements): elements[place]
            case .object(let object): object.members[place].pair
            case .range(let range): .integer(range[place])
            case .single(let value): value
            }
        }
    }

    /// The loop's variable and its collection.
    let name: String
    /// The loop's variable.
    let variable: String
    private let elements: Elements
    private let window: Range<Int>
    private let isReversed: Bool
    private var index = 0
    /// The element of this round.
    private(set) var current: LiquidValue

    /// A loop in its first round; nil if it has none.
    init?(_ plan: LoopPlan, _ elements: Elements, _ window: Range<Int>) {
        guard !window.isEmpty else { return nil }
        (name, variable, isReversed) = (plan.name, plan.variable, plan.isReversed)
        (self.elements, self.window) = (elements, window)
        current = elements[plan.isReversed ? window.upperBound - 1 : window.lowerBound]
    }

    /// Starts the next round, if there is one.
    mutating func next() -> Bool {
        guard index < window.count - 1 else { return false }
        index += 1
        current = elements[isReversed ? window.upperBound - 1 - index : window.lowerBound + index]
        return true
    }

    /// What `forloop` is in this round.
    func facts(parent: LiquidValue) -> LoopFacts {
        LoopFacts(name: name, index: index, length: window.count, parent: parent)
    }
}

extension LiquidObject.Member {
    /// What a loop over an object sees of a member.
    var pair: LiquidValue { .array([.string(key), value]) }
}

extension Renderer {
    /// Starts a loop, if it has a round.
    mutating func begin(_ plan: LoopPlan) throws(LiquidError.Fault) -> Bool {
        place = plan.place
        var offset: Int64 = 0
        if plan.continues { offset = offsets[plan.name] ?? 0 }
        if let expression = plan.offset { offset = try wholeNumber(expression) ?? 0 }
        let collection = try value(of: plan.collection)
        var end = Int64.max
        if let expression = plan.limit, let limit = try wholeNumber(expression) {
            end = limit.addingReportingOverflow(offset).overflow ? .max : limit + offset
        }
        var elements = LoopState.Elements.array([])
        switch collection {
        case .array(let array): elements = .array(array)
        case .object(let object): elements = .object(object)
        case .range(let range): elements = .range(range)
        case .string(let text) where !text.isEmpty: (elements, end) = (.single(collection), .max)
        default: break
        }
        if case .single = elements { offset = 0 }
        let lower = max(0, offset)
        let upper = min(Int64(elements.count), end)
        let window = Int(min(lower, upper < 0 ? 0 : upper))..<Int(max(0, upper))
        offsets[plan.name] =
            offset.addingReportingOverflow(Int64(window.count)).overflow ? .max : offset + Int64(window.count)
        guard let state = LoopState(plan, elements, window) else { return false }
        try countRound()
        loops.append(state)
        return true
    }

    /// Starts the next round of the innermost loop, or ends it.
    mutating func goOn() throws(LiquidError.Fault) -> Bool {
        guard loops[loops.count - 1].next() else {
            loops.removeLast()
            return false
        }
        try countRound()
        return true
    }

    private mutating func wholeNumber(_ expression: Expression) throws(LiquidError.Fault) -> Int64? {
        let value = try value(of: expression)
        return value.isNil ? nil : try value.wholeNumber()
    }
}
