extension Command {
    /// The help of the last of some commands that were named from the program down.
    static func help(for trail: [Command], width: Int) -> String {
        let page = HelpPage(width: max(40, width))
        guard let command = trail.last else { return "" }
        var sections = [page.fill(command.summary + ".", indent: 0)]
        sections.append(page.fill("Usage: " + usage(of: trail), indent: 0, hanging: 7))
        if !command.discussion.isEmpty { sections.append(page.paragraphs(command.discussion)) }
        let isProgram = trail.count == 1
        sections.append(
            page.section(
                "Commands",
                command.commands.map { ($0.name, $0.summary) }
                    + (isProgram && !command.commands.isEmpty ? [("help", "Show the help of a command")] : [])))
        sections.append(page.section("Arguments", command.arguments.map { ($0.name, $0.explanation) }))
        let common = trail.dropLast().reversed().flatMap(\.options)
        let builtIn = [OptionDeclaration.help] + (isProgram && command.version != nil ? [.version] : [])
        let own = command.options + (common.isEmpty ? builtIn : [])
        sections.append(page.section("Options", own.map { ($0.spelling, $0.explanation) }))
        if !common.isEmpty {
            sections.append(page.section("Common options", (common + builtIn).map { ($0.spelling, $0.explanation) }))
        }
        sections.append(page.examples(command.examples))
        return sections.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func usage(of trail: [Command]) -> String {
        guard let command = trail.last else { return "" }
        let required = command.options.filter(\.isRequired).map { "--\($0.name) \($0.value?.placeholder ?? "")" }
        let tail = command.commands.isEmpty ? command.arguments.map(\.usage) : ["COMMAND"]
        return (trail.map(\.name) + required + ["[options]"] + tail).joined(separator: " ")
    }
}

extension OptionDeclaration {
    /// Both names and the value: `-l, --listen HOST:PORT`.
    fileprivate var spelling: String {
        (short.map { "-\($0), " } ?? "    ") + "--\(name)" + (value.map { " \($0.placeholder)" } ?? "")
    }

    fileprivate var explanation: String {
        var notes = value.map(\.notes) ?? []
        if isRequired { notes.append("required") }
        if repeats { notes.append("may be repeated") }
        if let defaultText { notes.append("default: \(defaultText)") }
        return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
    }
}

extension ArgumentDeclaration {
    fileprivate var explanation: String {
        value.notes.isEmpty ? help : "\(help) (\(value.notes.joined(separator: "; ")))"
    }
}

extension ValueDeclaration {
    /// What the placeholder does not say by itself.
    fileprivate var notes: [String] {
        guard case .words(let words) = candidates, placeholder != words.joined(separator: "|") else { return [] }
        return ["one of " + words.joined(separator: ", ")]
    }
}
