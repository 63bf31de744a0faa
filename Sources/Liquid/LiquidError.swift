/// Why a template cannot be read or rendered, and where.
///
/// It quotes the template and never a parameter, so that nothing that a person was to be sent ends in a log.
package struct LiquidError: Error, Hashable, Sendable {
    /// The name of the template.
    package var template: String
    /// The line, from 1.
    package var line: Int
    /// The character within the line, from 1.
    package var column: Int
    /// What is wrong.
    package var fault: Fault

    /// A fault at a place.
    package init(template: String, line: Int, column: Int, fault: Fault) {
        self.template = template
        self.line = line
        self.column = column
        self.fault = fault
    }

    /// What is wrong.
    package enum Fault: Error, Hashable, Sendable {
        /// Something else stands there than the language allows.
        case syntax(found: String, expected: String)
        /// A tag of Liquid that has no place in a message.
        case unsupportedTag(String)
        /// A tag that Liquid does not have.
        case unknownTag(String)
        /// A filter that Liquid does not have.
        case unknownFilter(String)
        /// A filter with too few or too many arguments.
        case argumentCount(filter: String, given: Int, takes: ClosedRange<Int>)
        /// A variable that was not sent.
        case undefined(String)
        /// A value of which nothing can be made there.
        case value(found: String, expected: String)
        /// A division by zero.
        case divisionByZero
        /// A number that 64 bits do not hold.
        case numberTooLarge
        /// More than the limits allow.
        case limit(Limit, Int)
    }

    /// What is limited.
    package enum Limit: String, Hashable, Sendable {
        /// `Limits.sourceBytes`.
        case sourceBytes = "bytes of source"
        /// `Limits.nesting`.
        case nesting = "levels of nesting"
        /// `Limits.rounds`.
        case rounds = "rounds of loops"
        /// `Limits.work`.
        case work = "units of work"
        /// `Limits.outputBytes`.
        case outputBytes = "bytes of output, or of one text"
    }
}

extension LiquidError: CustomStringConvertible {
    /// One line that names the template, the place and the fault.
    package var description: String { "\(template):\(line):\(column): \(fault)" }
}

extension LiquidError.Fault: CustomStringConvertible {
    /// The fault in words.
    package var description: String {
        switch self {
        case .syntax(let found, let expected): "expected \(expected), found \(Self.short(found))"
        case .unsupportedTag(let name):
            "the tag '\(name)' is not supported; every text is a template of its own, write what it would bring in place"
        case .unknownTag(let name):
            "there is no tag '\(Self.short(name))'; the tags are \(Tag.names)"
        case .unknownFilter(let name):
            "there is no filter '\(Self.short(name))'"
                + (Filter.nearest(to: name).map { "; perhaps '\($0.rawValue)' is meant" } ?? "")
        case .argumentCount(let filter, let given, let takes):
            "the filter '\(filter)' takes \(Self.words(takes)), not \(given)"
        case .undefined(let name):
            "the variable '\(Self.short(name))' is missing; send it, or give it a value with the filter 'default'"
        case .value(let found, let expected): "expected \(expected), found \(Self.short(found))"
        case .divisionByZero: "division by zero"
        case .numberTooLarge: "the result is a number beyond 64 bits"
        case .limit(let limit, let most): "more than \(most) \(limit.rawValue)"
        }
    }

    private static func words(_ takes: ClosedRange<Int>) -> String {
        if takes.upperBound == 0 { return "no arguments" }
        let plural = takes.upperBound == 1 ? "argument" : "arguments"
        if takes.count == 1 { return "\(takes.lowerBound) \(plural)" }
        return takes.lowerBound == 0
            ? "at most \(takes.upperBound) \(plural)" : "\(takes.lowerBound) to \(takes.upperBound) arguments"
    }

    /// The start of a text in one line: who sends a broken one may send a long one.
    private static func short(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars.prefix(64) {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            line.unicodeScalars.append(isControl || (0x2028...0x202E).contains(scalar.value) ? " " : scalar)
        }
        return text.unicodeScalars.count > 64 ? line + "…" : line
    }
}
