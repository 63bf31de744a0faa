/// What a template computes: a constant, a variable with a path into it, or a range.
enum Expression: Sendable {
    /// A value that stands in the source.
    case constant(LiquidValue)
    /// A variable.
    indirect case lookup(Lookup)
    /// A range with an end that is not constant.
    indirect case range(Expression, Expression)
    /// `empty` in a condition.
    case empty
    /// `blank` in a condition.
    case blank
}

/// A variable and the way into it.
struct Lookup: Sendable {
    /// Where a name is looked for.
    enum Root: Sendable {
        /// Among the assigned names, the counters and the parameters, by its number.
        case name(Int)
        /// The variable of a loop, counted from the outermost.
        case loopVariable(Int)
        /// The `forloop` of a loop, counted from the outermost.
        case loopFacts(Int)
        /// Whatever name an expression yields.
        case computed(Expression)
    }

    /// One step into a value.
    enum Step: Sendable {
        /// `.name`.
        case key(String)
        /// `[…]`.
        case computed(Expression)
    }

    /// Where it starts.
    var root: Root
    /// The steps from there.
    var path: [Step]
}

/// An expression with the filters that its value runs through.
///
/// A class, so that an instruction that is fetched costs one reference and not those of all its parts.
final class Output: Sendable {
    /// One filter with its arguments.
    struct Call: Sendable {
        /// The filter.
        var filter: Filter
        /// The first argument.
        var first: Expression?
        /// The second argument.
        var second: Expression?
        /// The argument `allow_false` of `default`.
        var allowFalse: Expression?
        /// Where its name stands.
        var place: Int
    }

    /// What it starts with; nil for nothing at all.
    let value: Expression?
    /// The filters in their order.
    let calls: [Call]
    /// Whether what it starts with may be missing, as one of the filters is `default`.
    let isOptional: Bool
    /// Where it stands.
    let place: Int

    /// An expression with filters.
    init(value: Expression?, calls: [Call], place: Int) {
        (self.value, self.calls, self.place) = (value, calls, place)
        isOptional = calls.contains { $0.filter == .default }
    }
}

/// Comparisons chained with `and` and `or`, which bind from the right.
struct Condition: Sendable {
    /// How two values are compared.
    enum Comparison: String, Sendable {
        case equal = "=="
        case unequal = "!="
        case unequalAsWell = "<>"
        case less = "<"
        case more = ">"
        case atMost = "<="
        case atLeast = ">="
        case contains
    }

    /// What follows a comparison.
    enum Link: Sendable {
        case end
        case and
        case or
    }

    /// One comparison, or one value that is asked for its truth.
    struct Test: Sendable {
        /// The left side.
        var left: Expression
        /// The comparison with its right side.
        var comparison: (Comparison, Expression)?
        /// Where it stands.
        var place: Int
        /// How it goes on.
        var link: Link = .end
    }

    /// The comparisons in their order.
    var tests: [Test]
    /// Whether the outcome is turned round, as `unless` does.
    var isNegated = false
}
