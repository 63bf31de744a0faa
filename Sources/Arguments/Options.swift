/// What was typed, read by the keys that were declared: `options[listen]`.
package struct Options: Sendable {
    /// The names of the program, the groups and the command.
    let path: [String]
    var options: [String: [String]] = [:]
    var arguments: [String: [String]] = [:]

    /// The value of an option.
    package subscript<Value>(_ option: Option<Value>) -> Value {
        let name = option.declaration.name
        guard let texts = options[name], let value = option.read(texts) else {
            preconditionFailure("\(command) does not declare --\(name)")
        }
        return value
    }

    /// The value of an argument.
    package subscript<Value>(_ argument: Argument<Value>) -> Value {
        let name = argument.declaration.name
        guard let texts = arguments[name], let value = argument.read(texts) else {
            preconditionFailure("\(command) does not declare \(name)")
        }
        return value
    }

    /// Whether an option was typed, other than left at its default.
    package func isGiven(_ option: any AnyOption) -> Bool { options[option.declaration.name]?.isEmpty == false }

    /// The command with the names of its groups: `wxpush dead list`.
    package var command: String { path.joined(separator: " ") }

    /// An error for what the declarations cannot say, such as two options that exclude each other.
    package func misuse(_ message: String) -> UsageError { UsageError(path: path, message: message) }
}

/// A command line that makes no sense: one line that says why, and where to find help.
package struct UsageError: Error, Hashable, CustomStringConvertible {
    let path: [String]
    /// What is wrong, and what would be right.
    package let message: String

    /// What the process ends with.
    package static var exitCode: Int32 { 2 }

    /// The line for standard error; it repeats what the user has typed, which may hold control characters.
    package var description: String {
        let command = path.joined(separator: " ")
        return "\(command): \(message)\(message.hasSuffix("?") ? "" : ".") See '\(command) --help'"
    }
}
