/// A shell that completes what is typed.
package enum Shell: String, CaseIterable, Sendable {
    /// GNU bash, with or without the package bash-completion.
    case bash
    /// The Z shell.
    case zsh
    /// The friendly interactive shell.
    case fish
}

extension Command {
    /// A script by which a shell completes commands, options and values; it knows what is declared, and runs nothing.
    package func completion(for shell: Shell) -> String {
        let places = places(below: [])
        return switch shell {
        case .bash: bashCompletion(program: name, places)
        case .zsh: zshCompletion(program: name, places)
        case .fish: fishCompletion(program: name, places)
        }
    }

    private func places(below trail: [Command]) -> [CompletionPlace] {
        let trail = trail + [self]
        var commands = commands.map { (name: $0.name, summary: $0.summary) }
        if trail.count == 1, !commands.isEmpty { commands.append(("help", "Show the help of a command")) }
        let place = CompletionPlace(
            path: trail.map(\.name), options: Self.options(along: trail), commands: commands, arguments: arguments)
        return [place] + self.commands.flatMap { $0.places(below: trail) }
    }
}

/// A place in the tree of commands, and what may be typed there.
struct CompletionPlace {
    /// The names from the program down.
    let path: [String]
    /// The options of the command, of its groups, and those that every command has.
    let options: [OptionDeclaration]
    let commands: [(name: String, summary: String)]
    let arguments: [ArgumentDeclaration]

    /// The names in one word.
    var name: String { path.joined(separator: " ") }
    /// The name of a shell function.
    var function: String { "_" + path.joined(separator: "_").replacing("-", with: "_") }
}

extension OptionDeclaration {
    /// Both names with their dashes.
    var names: [String] { (short.map { ["-\($0)"] } ?? []) + ["--\(name)"] }
}

/// A text as one word of a POSIX shell or of zsh.
func shellQuoted(_ text: String) -> String {
    "'" + text.replacing("'", with: #"'\''"#) + "'"
}
