/// One rendering of a program.
struct Renderer: ~Copyable {
    let program: Program
    let context: RenderContext
    /// What was printed; behind `base` lies what this rendering has printed.
    var output: [UInt8] = []
    /// The values of names, by their numbers.
    var assigned: [LiquidValue?] = []
    /// The counters of `increment` and `decrement`, by the numbers of their names.
    var counters: [Int64?] = []
    /// The loops that run, the outermost first.
    var loops: [LoopState] = []
    /// Where the loops that have ended would go on.
    var offsets: [String: Int64] = [:]
    /// How far the groups of `cycle` are.
    var cycles: [LiquidValue.Identity: Int] = [:]
    /// Where the thing that is being worked on stands in the source.
    var place = 0
    private var base = 0
    private var captures: [Int] = []
    private var cases: [CaseState] = []
    private var rounds = 0
    private var work = 0

    /// How far a `case` is.
    private struct CaseState {
        /// Whether a `when` has applied.
        var hasMatched = false
        /// The next value of the `when` that is being looked at.
        var next = 0
    }

    /// A rendering that has not begun.
    init(_ program: Program, _ context: RenderContext) {
        self.program = program
        self.context = context
        if program.assigns {
            assigned = Array(repeating: nil, count: program.names.count)
            counters = Array(repeating: nil, count: program.names.count)
        }
    }

    /// Appends the text to what a buffer holds; after an error the buffer is as it was.
    mutating func render(into buffer: inout [UInt8]) throws(LiquidError) {
        swap(&output, &buffer)
        defer { swap(&output, &buffer) }
        base = output.count
        do throws(LiquidError.Fault) {
            try run()
        } catch {
            output.removeLast(output.count - base)
            throw program.error(error, at: place)
        }
    }

    // MARK: Limits

    /// Counts what was or will be done.
    mutating func spend(_ units: Int) throws(LiquidError.Fault) {
        let (sum, overflow) = work.addingReportingOverflow(units)
        guard !overflow, sum <= program.limits.work else { throw .limit(.work, program.limits.work) }
        work = sum
    }

    /// Counts the look at every character that a value has, if it is a text.
    mutating func spendCounting(_ value: LiquidValue) throws(LiquidError.Fault) {
        guard case .string(let text) = value else { return }
        // Of a long text it may be that each character needs a look into Unicode's tables.
        try spend(text.utf8.count > 256 ? 2 * text.utf8.count : text.utf8.count / 4)
    }

    /// A text must not be longer than the output may be.
    func check(length: Int) throws(LiquidError.Fault) {
        guard length <= program.limits.outputBytes else { throw .limit(.outputBytes, program.limits.outputBytes) }
    }

    /// Counts one round of a loop.
    mutating func countRound() throws(LiquidError.Fault) {
        rounds += 1
        guard rounds <= program.limits.rounds else { throw .limit(.rounds, program.limits.rounds) }
    }

    // MARK: Instructions

    private mutating func run() throws(LiquidError.Fault) {
        let instructions = program.instructions
        var next = 0
        while next < instructions.count {
            try spend(8)
            let instruction = instructions[next]
            next += 1
            switch instruction {
            case .text(let range):
                output.append(contentsOf: program.source[range])
                try check(length: output.count - base)
            case .output(let expression): try print(try value(of: expression))
            case .assign(let name, let expression): assigned[name] = try value(of: expression)
            case .captureBegin: captures.append(output.count)
            case .captureEnd(let name): endCapture(name)
            case .test(let condition, let otherwise): if try !holds(condition) { next = otherwise }
            case .jump(let target): next = target
            case .loopBegin(let plan, let otherwise): if try !begin(plan) { next = otherwise }
            case .loopNext(let start): if try goOn() { next = start }
            case .loopLeave(let target):
                loops.removeLast()
                next = target
            case .stop:
                if let start = captures.first { output.removeLast(output.count - start) }
                return
            case .increment(let name, let place): try count(name, place: place, by: 1)
            case .decrement(let name, let place): try count(name, place: place, by: -1)
            case .cycle(let plan): try turn(plan)
            case .caseBegin: cases.append(CaseState())
            case .when(let plan, let otherwise): if try !matches(plan, from: 0) { next = otherwise }
            case .whenAgain(let plan, let start): if try matches(plan, from: cases.last?.next ?? 0) { next = start }
            case .whenNone(let otherwise): if cases.last?.hasMatched == true { next = otherwise }
            case .caseEnd: cases.removeLast()
            }
        }
    }

    private mutating func endCapture(_ name: Int) {
        guard let start = captures.popLast() else { return }
        assigned[name] = .string(String(decoding: output[start...], as: UTF8.self))
        output.removeLast(output.count - start)
    }

    private mutating func matches(_ plan: WhenPlan, from start: Int) throws(LiquidError.Fault) -> Bool {
        for index in start..<max(start, plan.values.count) {
            try spend(4)
            let test = Condition.Test(left: plan.subject, comparison: (.equal, plan.values[index]), place: plan.place)
            guard try outcome(of: test) else { continue }
            cases[cases.count - 1] = CaseState(hasMatched: true, next: index + 1)
            return true
        }
        return false
    }

    private mutating func count(_ name: Int, place: Int, by step: Int64) throws(LiquidError.Fault) {
        self.place = place
        var value = counters[name] ?? 0
        if counters[name] == nil, let sent = context.parameters[program.names[name]], !sent.isNil {
            guard case .integer(let number) = sent else {
                throw .value(found: sent.kind, expected: "a whole number in '\(program.names[name])' to count from")
            }
            value = number
        }
        let (sum, overflow) = value.addingReportingOverflow(step)
        guard !overflow else { throw .numberTooLarge }
        counters[name] = sum
        try print(.integer(step < 0 ? sum : value))
    }

    private mutating func turn(_ plan: CyclePlan) throws(LiquidError.Fault) {
        try spend(10)
        place = plan.place
        let key = if let name = plan.name { try value(of: name) } else { LiquidValue.string(plan.key) }
        let index = cycles[LiquidValue.Identity(value: key)] ?? 0
        if index < plan.values.count { try print(try value(of: plan.values[index])) }
        cycles[LiquidValue.Identity(value: key)] = index + 1 < plan.values.count ? index + 1 : 0
    }

    // MARK: Printing

    /// Prints a value; of a list each element.
    mutating func print(_ value: LiquidValue, depth: Int = 0) throws(LiquidError.Fault) {
        switch value {
        case .string(let text):
            try spend(text.utf8.count / 16)
            output.append(contentsOf: text.utf8)
        case .nil: return
        case .array(let elements):
            guard depth < LiquidValue.depth else { throw .limit(.nesting, LiquidValue.depth) }
            for element in elements {
                try spend(4)
                try print(element, depth: depth + 1)
            }
        default: output.append(contentsOf: try value.text().utf8)
        }
        try check(length: output.count - base)
    }
}
