/// The names that a template has used so far, and the loops that are open.
///
/// A class, since the readers of expressions all write into the same one while a template is compiled.
final class Scope {
    /// The names by their numbers.
    private(set) var names: [String] = []
    /// The variables of the open loops, the outermost first.
    var loops: [String] = []
    /// The variables that must come from outside, in the order of their first use.
    private(set) var variables: [String] = []
    /// The numbers of the names.
    private(set) var numbers: [LiquidObject.Name: Int] = [:]
    private var assigned: Set<Int> = []
    private var expected: Set<Int> = []

    /// Whether any name is given a value.
    var assigns: Bool { !assigned.isEmpty }

    /// The number of a name that is given a value.
    func assign(_ name: String) -> Int {
        let number = number(of: name)
        assigned.insert(number)
        return number
    }

    /// Where a name that is read is to be looked for.
    func root(_ name: String) -> Lookup.Root {
        if let level = loops.lastIndex(of: name) { return .loopVariable(level) }
        if name == "forloop", !loops.isEmpty { return .loopFacts(loops.count - 1) }
        let number = number(of: name)
        if !assigned.contains(number), expected.insert(number).inserted { variables.append(name) }
        return .name(number)
    }

    private func number(of name: String) -> Int {
        if let number = numbers[LiquidObject.Name(text: name)] { return number }
        numbers[LiquidObject.Name(text: name)] = names.count
        names.append(name)
        return names.count - 1
    }
}
