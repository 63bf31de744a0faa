/// One step of a template.
///
/// Blocks become jumps, so rendering needs no recursion, however deep a template nests.
enum Instruction: Sendable {
    /// Prints a part of the source.
    case text(Range<Int>)
    /// Prints a value.
    case output(Output)
    /// Gives a name a value.
    case assign(name: Int, Output)
    /// Starts to keep what is printed.
    case captureBegin
    /// Gives a name what was printed since.
    case captureEnd(name: Int)
    /// Goes on if a condition holds, and elsewhere if not.
    indirect case test(Condition, otherwise: Int)
    /// Goes on elsewhere.
    case jump(Int)
    /// Starts a loop, or goes elsewhere if it has no rounds.
    indirect case loopBegin(LoopPlan, otherwise: Int)
    /// Starts the next round at a place, or ends the loop and goes on.
    case loopNext(Int)
    /// Ends a loop early and goes on elsewhere.
    case loopLeave(Int)
    /// Ends the rendering.
    case stop
    /// Prints a counter and counts up.
    case increment(name: Int, place: Int)
    /// Counts down and prints a counter.
    case decrement(name: Int, place: Int)
    /// Prints the next of some values.
    indirect case cycle(CyclePlan)
    /// Starts a `case`.
    case caseBegin
    /// Goes on if one of the values of a `when`, from the first, equals that of the `case`; elsewhere if not.
    indirect case when(WhenPlan, otherwise: Int)
    /// Goes to a place if a further value of the `when` equals.
    indirect case whenAgain(WhenPlan, Int)
    /// Goes elsewhere if a `when` has applied.
    case whenNone(otherwise: Int)
    /// Ends a `case`.
    case caseEnd

    /// The instruction with another place to go to.
    func aimed(at target: Int) -> Instruction {
        switch self {
        case .test(let condition, _): .test(condition, otherwise: target)
        case .jump: .jump(target)
        case .loopBegin(let plan, _): .loopBegin(plan, otherwise: target)
        case .loopLeave: .loopLeave(target)
        case .when(let plan, _): .when(plan, otherwise: target)
        case .whenNone: .whenNone(otherwise: target)
        default: self
        }
    }
}

/// What a `for` runs over.
struct LoopPlan: Sendable {
    /// The variable and the collection, as `forloop.name` gives them; what `offset: continue` goes by.
    var name: String
    /// The variable alone.
    var variable: String
    /// The collection.
    var collection: Expression
    /// How many rounds at most.
    var limit: Expression?
    /// How many elements are left out.
    var offset: Expression?
    /// Whether it goes on where the loop of the same name has ended.
    var continues = false
    /// Whether it runs from the end.
    var isReversed = false
    /// Where it stands.
    var place: Int
}

/// What a `cycle` prints in turn.
struct CyclePlan: Sendable {
    /// What names the group; nil where the values do.
    var name: Expression?
    /// The name of the group where nothing else names it.
    var key: String
    /// The values.
    var values: [Expression]
    /// Where it stands.
    var place: Int
}

/// The values of a `when`.
struct WhenPlan: Sendable {
    /// What the `case` compares.
    var subject: Expression
    /// What it is compared with.
    var values: [Expression]
    /// Where the subject stands.
    var place: Int
}
