/// Reads the expressions of one tag or output.
struct ExpressionReader {
    private let source: [UInt8]
    private let scope: Scope
    private let dialect: Template.Dialect
    private let nesting: Int
    private let tokens: [Token]
    private var cursor = 0

    /// A reader of a part of the source.
    init(_ range: Range<Int>, of source: [UInt8], scope: Scope, dialect: Template.Dialect, nesting: Int) throws(Misread)
    {
        self.source = source
        self.scope = scope
        self.dialect = dialect
        self.nesting = nesting
        tokens = try Lexer.tokens(in: range, of: source)
    }

    // MARK: Tokens

    /// The token that comes next.
    var next: Token { tokens[cursor] }

    /// Whether a token of a kind stands so many tokens ahead.
    func sees(_ kind: Token.Kind, ahead: Int = 0) -> Bool {
        cursor + ahead < tokens.count && tokens[cursor + ahead].kind == kind
    }

    /// Whether a word comes next.
    func sees(word: StaticString) -> Bool {
        sees(.name) && text(of: next) == "\(word)"
    }

    /// Takes a token if it is of a kind.
    mutating func takes(_ kind: Token.Kind) -> Bool {
        guard sees(kind) else { return false }
        if kind != .end { cursor += 1 }
        return true
    }

    /// Takes a word if it comes next.
    mutating func takes(word: StaticString) -> Bool {
        guard sees(word: word) else { return false }
        cursor += 1
        return true
    }

    /// The text of a token that must come next.
    mutating func take(_ kind: Token.Kind, or expected: String? = nil) throws(Misread) -> String {
        guard sees(kind) else { throw misread(expected ?? kind.rawValue) }
        let text = text(of: next)
        if kind != .end { cursor += 1 }
        return text
    }

    /// Nothing may be left.
    mutating func finish(_ expected: String) throws(Misread) {
        guard sees(.end) else { throw misread(expected) }
    }

    /// The fault that something else was expected next.
    func misread(_ expected: String) -> Misread {
        Misread(
            .syntax(found: sees(.end) ? "the end" : "'\(text(of: next))'", expected: expected),
            at: next.range.lowerBound)
    }

    private func text(of token: Token) -> String { String(decoding: source[token.range], as: UTF8.self) }

    // MARK: Expressions

    /// An expression, and its text without spaces.
    mutating func namedExpression() throws(Misread) -> (Expression, String) {
        let start = cursor
        let expression = try expression()
        return (expression, tokens[start..<cursor].map(text(of:)).joined())
    }

    /// A constant, a variable or a range.
    mutating func expression(inCondition: Bool = false, depth: Int = 0) throws(Misread) -> Expression {
        guard depth < nesting else { throw Misread(.limit(.nesting, nesting), at: next.range.lowerBound) }
        let token = next
        switch token.kind {
        case .string:
            cursor += 1
            let inner = source[token.range.lowerBound + 1..<token.range.upperBound - 1]
            return .constant(.string(String(decoding: inner, as: UTF8.self)))
        case .number:
            cursor += 1
            return .constant(LiquidValue(number: text(of: token)))
        case .openRound: return try range(depth: depth)
        case .openSquare:
            cursor += 1
            let name = try expression(depth: depth + 1)
            _ = try take(.closeSquare)
            let root: Lookup.Root
            if case .constant(.string(let name)) = name { root = scope.root(name) } else { root = .computed(name) }
            return .lookup(Lookup(root: root, path: try path(depth: depth)))
        case .name:
            cursor += 1
            let name = text(of: token)
            let isBare = !sees(.dot) && !sees(.openSquare)
            if isBare, let literal = Self.literal(name, inCondition: inCondition) { return literal }
            let root = scope.root(name)
            return .lookup(Lookup(root: root, path: try path(depth: depth)))
        default: throw misread("a variable or a value")
        }
    }

    private static func literal(_ name: String, inCondition: Bool) -> Expression? {
        switch name {
        case "nil", "null": .constant(.nil)
        case "true": .constant(.bool(true))
        case "false": .constant(.bool(false))
        case "empty": inCondition ? .empty : .constant(.string(""))
        case "blank": inCondition ? .blank : .constant(.string(""))
        default: nil
        }
    }

    private mutating func range(depth: Int) throws(Misread) -> Expression {
        let place = next.range.lowerBound
        cursor += 1
        let first = try expression(depth: depth + 1)
        guard takes(.dots) else { throw misread("'..' of a range") }
        if dialect == .lax { _ = takes(.dot) }
        let last = try expression(depth: depth + 1)
        guard takes(.closeRound) else { throw misread("')' of a range") }
        guard case .constant(let lower) = first, case .constant(let upper) = last else { return .range(first, last) }
        do throws(LiquidError.Fault) {
            return .constant(.range(LiquidRange(try lower.rangeEnd(), try upper.rangeEnd())))
        } catch {
            throw Misread(error, at: place)
        }
    }

    private mutating func path(depth: Int) throws(Misread) -> [Lookup.Step] {
        var path: [Lookup.Step] = []
        while true {
            if takes(.dot) {
                path.append(.key(try take(.name, or: "a name after '.'")))
            } else if takes(.openSquare) {
                path.append(.computed(try expression(depth: depth + 1)))
                _ = try take(.closeSquare)
            } else {
                return path
            }
        }
    }

    // MARK: Outputs

    /// An expression with its filters, up to the end.
    mutating func output() throws(Misread) -> Output {
        let place = next.range.lowerBound
        guard !sees(.end) else { return Output(value: nil, calls: [], place: place) }
        let value = try expression()
        var calls: [Output.Call] = []
        while takes(.pipe) { if let call = try call() { calls.append(call) } }
        try finish("'|' with a filter, or the end")
        return Output(value: value, calls: calls, place: place)
    }

    /// One filter; nil for an unknown one that the dialect passes over.
    private mutating func call() throws(Misread) -> Output.Call? {
        let place = next.range.lowerBound
        let name = try take(.name, or: "the name of a filter")
        let filter = Filter(rawValue: name)
        if filter == nil, dialect == .strict { throw Misread(.unknownFilter(name), at: place) }
        var arguments: [Expression] = []
        var allowFalse: Expression?
        if takes(.colon) {
            repeat {
                if sees(.name), sees(.colon, ahead: 1) {
                    guard filter != .default || sees(word: "allow_false"), filter == .default || filter == nil else {
                        throw misread("no named argument of '\(name)'")
                    }
                    cursor += 2
                    allowFalse = try expression()
                } else {
                    arguments.append(try expression())
                }
            } while takes(.comma)
        }
        guard let filter else { return nil }
        guard filter.takes.contains(arguments.count) else {
            throw Misread(.argumentCount(filter: name, given: arguments.count, takes: filter.takes), at: place)
        }
        return Output.Call(
            filter: filter, first: arguments.first, second: arguments.dropFirst().first, allowFalse: allowFalse,
            place: place)
    }

    // MARK: Conditions

    /// Comparisons with `and` and `or` between them, up to the end.
    mutating func condition() throws(Misread) -> Condition {
        var condition = Condition(tests: [try test()])
        while let link = takes(word: "and") ? Condition.Link.and : takes(word: "or") ? .or : nil {
            condition.tests[condition.tests.count - 1].link = link
            condition.tests.append(try test())
        }
        try finish("a comparison, 'and', 'or' or the end")
        return condition
    }

    private mutating func test() throws(Misread) -> Condition.Test {
        let place = next.range.lowerBound
        let left = try expression(inCondition: true)
        guard sees(.comparison), let comparison = Condition.Comparison(rawValue: text(of: next)) else {
            return Condition.Test(left: left, comparison: nil, place: place)
        }
        cursor += 1
        return Condition.Test(left: left, comparison: (comparison, try expression(inCondition: true)), place: place)
    }
}
