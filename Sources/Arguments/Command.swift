/// A command of the program, or a group of commands: what it understands and what its help says.
///
/// `Action` is what the program does for a command, typically a function that takes the ``Options``.
package struct Command<Action: Sendable>: Sendable {
    let name: String
    /// One line, without a full stop.
    let summary: String
    /// Paragraphs, parted by empty lines; lines that start with a blank are shown as they are.
    let discussion: String
    let examples: [Example]
    let options: [OptionDeclaration]
    let arguments: [ArgumentDeclaration]
    /// The commands of a group; empty for a command.
    let commands: [Command]
    /// What the program does; nil for a group.
    let action: Action?
    /// What `--version` prints; the program itself has one.
    let version: String?

    /// A command that does something.
    ///
    /// Optional arguments and the rest come last: nobody could tell otherwise which one is meant.
    package init(
        _ name: String, _ summary: String, discussion: String = "", examples: [Example] = [],
        options: [any AnyOption] = [], arguments: [any AnyArgument] = [], action: Action
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.options = options.map(\.declaration)
        self.arguments = arguments.map(\.declaration)
        commands = []
        self.action = action
        version = nil
    }

    /// A group of commands; its options hold for all of them, and may stand before or after the command's name.
    package init(
        _ name: String, _ summary: String, discussion: String = "", examples: [Example] = [],
        options: [any AnyOption] = [], version: String? = nil, commands: [Command]
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.options = options.map(\.declaration)
        arguments = []
        self.commands = commands
        action = nil
        self.version = version
    }

    func command(named name: String) -> Command? { commands.first { $0.name == name } }
}

/// A line to type, and what it does.
package struct Example: Sendable {
    let line: String
    let meaning: String

    /// A line to type, and what it does.
    package init(_ line: String, _ meaning: String) {
        self.line = line
        self.meaning = meaning
    }
}
