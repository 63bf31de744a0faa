/// What a command line asks for.
package enum Request<Action: Sendable>: Sendable {
    /// To do what a command does.
    case run(Action, Options)
    /// To print a text, help or the version, and end well.
    case show(String)
}

extension Command {
    /// Reads a command line, without the program's own name; `width` is that of the terminal.
    package func parse(_ words: [String], width: Int = 80) throws(UsageError) -> Request<Action> {
        var parser = Parser(root: self, words: words[...], width: width)
        return try parser.parse()
    }
}

/// Reads words from left to right.
private struct Parser<Action: Sendable> {
    /// The commands that were named, from the program itself down.
    private var trail: [Command<Action>]
    private var words: ArraySlice<String>
    private let width: Int
    private var given: [String: [String]] = [:]
    private var positional: [String] = []
    private var onlyPositional = false

    init(root: Command<Action>, words: ArraySlice<String>, width: Int) {
        trail = [root]
        self.words = words
        self.width = width
    }

    private var root: Command<Action> { trail[0] }
    private var current: Command<Action> { trail[trail.count - 1] }
    private var known: [OptionDeclaration] { Command.options(along: trail) }

    private func error(_ message: String) -> UsageError { UsageError(path: trail.map(\.name), message: message) }

    mutating func parse() throws(UsageError) -> Request<Action> {
        if words.isEmpty, current.action == nil { return .show(Command.help(for: trail, width: width)) }
        while let word = words.popFirst() {
            if onlyPositional || word == "-" || !word.hasPrefix("-") {
                if let text = try take(word) { return .show(text) }
            } else if word == "--" {
                onlyPositional = true
            } else if word.hasPrefix("--") {
                try takeLong(word.dropFirst(2))
            } else {
                try takeShort(word.dropFirst())
            }
            if given["help"] != nil { return .show(Command.help(for: trail, width: width)) }
            if given["version"] != nil, let version = root.version { return .show(version) }
        }
        return try finish()
    }

    // MARK: Words

    /// Takes the name of a command or an argument; a text if that is all there is to show.
    private mutating func take(_ word: String) throws(UsageError) -> String? {
        if current.commands.isEmpty {
            positional.append(word)
        } else if let next = current.command(named: word) {
            trail.append(next)
        } else if trail.count == 1, word == "help" {
            return try helpOnWords()
        } else {
            let names = current.commands.map(\.name)
            throw error(
                "there is no command \(quoted(word))" + suggestion(for: word, among: names, else: "name one of "))
        }
        return nil
    }

    /// Answers `help dead list`.
    private mutating func helpOnWords() throws(UsageError) -> String {
        for word in words where !word.hasPrefix("-") {
            // Help is no command of its own: what it shows is all that there is to say of it.
            if trail.count == 1, word == "help" { break }
            guard let next = current.command(named: word) else {
                let names = current.commands.map(\.name)
                throw error("there is no command \(quoted(word))" + suggestion(for: word, among: names))
            }
            trail.append(next)
        }
        return Command.help(for: trail, width: width)
    }

    private mutating func takeLong(_ word: Substring) throws(UsageError) {
        let equals = word.firstIndex(of: "=")
        let name = String(equals.map { word[..<$0] } ?? word)
        guard let option = known.first(where: { $0.name == name }) else {
            let hint = suggestion(for: name, among: known.map(\.name), prefix: "--")
            let place = hint.isEmpty && !current.commands.isEmpty ? "; options of a command come after its name" : hint
            throw error("there is no option \(quoted("--" + name))\(place)")
        }
        let value = equals.map { String(word[word.index(after: $0)...]) }
        try record(option, spelled: "--\(name)", attached: value)
    }

    /// Takes `-a`, `-abc`, `-a value` and `-avalue`.
    private mutating func takeShort(_ word: Substring) throws(UsageError) {
        var letters = word
        while let letter = letters.popFirst() {
            guard let option = known.first(where: { $0.short == letter }) else {
                throw error("there is no option \(quoted("-\(letter)"))")
            }
            if option.value == nil, letters.first != "=" {
                try record(option, spelled: "-\(letter)", attached: nil)
            } else {
                let value = letters.isEmpty ? nil : String(letters.first == "=" ? letters.dropFirst() : letters)
                return try record(option, spelled: "-\(letter)", attached: value)
            }
        }
    }

    private mutating func record(
        _ option: OptionDeclaration, spelled: String, attached: String?
    ) throws(UsageError) {
        guard let value = option.value else {
            guard attached == nil else { throw error("\(spelled) takes no value") }
            given[option.name, default: []].append("")
            return
        }
        guard option.repeats || given[option.name] == nil else { throw error("--\(option.name) is given twice") }
        guard let text = attached ?? nextValue() else {
            throw error("\(spelled) needs a value: \(value.expectation)")
        }
        try check(text, of: value, named: spelled)
        given[option.name, default: []].append(text)
    }

    /// The next word, unless it is another option: then the value was forgotten.
    private mutating func nextValue() -> String? {
        guard let word = words.first else { return nil }
        let name = word.hasPrefix("--") ? word.dropFirst(2).prefix { $0 != "=" } : ""
        let letters = word.hasPrefix("--") ? "" : word.dropFirst()
        let isOption = known.contains { option in
            word.hasPrefix("-") && (option.name == name || (letters.count == 1 && option.short == letters.first))
        }
        if isOption || word == "--" { return nil }
        words.removeFirst()
        return word
    }

    private func check(_ text: String, of value: ValueDeclaration, named name: String) throws(UsageError) {
        if value.accepts(text) { return }
        var hint = ""
        if case .words(let words) = value.candidates { hint = suggestion(for: text, among: words) }
        throw error("\(name) is \(quoted(text)), but must be \(value.expectation)\(hint)")
    }

    // MARK: The end

    private func finish() throws(UsageError) -> Request<Action> {
        guard let action = current.action else {
            throw error("name a command: " + current.commands.map(\.name).joined(separator: ", "))
        }
        var options = Options(path: trail.map(\.name))
        for option in known {
            options.options[option.name] = given[option.name] ?? []
            if option.isRequired, given[option.name] == nil {
                throw error("--\(option.name) \(option.value?.placeholder ?? "") is missing")
            }
        }
        var rest = positional[...]
        for argument in current.arguments {
            let texts = rest.prefix(argument.count.upperBound)
            rest = rest.dropFirst(texts.count)
            guard texts.count >= argument.count.lowerBound else { throw error("\(argument.name) is missing") }
            for text in texts { try check(text, of: argument.value, named: argument.name) }
            options.arguments[argument.name] = Array(texts)
        }
        if let word = rest.first {
            throw error(
                current.arguments.isEmpty
                    ? "\(quoted(word)) is one too many: the command takes no arguments"
                    : "\(quoted(word)) is one too many")
        }
        return .run(action, options)
    }
}

extension Command {
    /// What may be given to the last of some commands: its own options, those of its groups, help and, to the program, the version.
    static func options(along trail: [Command]) -> [OptionDeclaration] {
        trail.reversed().flatMap(\.options) + [.help] + (trail.count == 1 && trail[0].version != nil ? [.version] : [])
    }
}
