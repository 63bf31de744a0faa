/// A template that was read: instructions, and the source that their texts are parts of.
final class Program: Sendable {
    /// The name for errors.
    let name: String
    /// The source.
    let source: [UInt8]
    /// What to do, in order.
    let instructions: [Instruction]
    /// The names of variables; their places are the numbers that look-ups use.
    let names: [String]
    /// The numbers of the names, for those that are computed.
    let numbers: [LiquidObject.Name: Int]
    /// Whether a name ever gets a value within the template.
    let assigns: Bool
    /// The variables that the template expects from outside.
    let variables: [String]
    /// What a rendering may cost.
    let limits: Limits

    /// The parts that the compiler has put together.
    init(
        name: String, source: [UInt8], instructions: [Instruction], scope: Scope, limits: Limits
    ) {
        self.name = name
        self.source = source
        self.instructions = instructions
        names = scope.names
        numbers = scope.numbers
        assigns = scope.assigns
        variables = scope.variables
        self.limits = limits
    }

    /// A fault with its line and column.
    func error(_ fault: LiquidError.Fault, at place: Int) -> LiquidError {
        LiquidError(fault, at: place, in: source, of: name)
    }
}

extension LiquidError {
    /// A fault at a place of a source.
    init(_ fault: Fault, at place: Int, in source: [UInt8], of template: String) {
        let before = source.prefix(max(0, place))
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.init(
            template: template,
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: String(decoding: before[lineStart...], as: UTF8.self).count + 1,
            fault: fault)
    }
}
