import Arguments
import JSON
import Settings
import Templates
import Terminal

/// `wxpush check`: configuration and templates, without asking anybody.
enum CheckCommand {
    static let command: Command<Program.Action> = Command(
        "check", "Check configuration and templates, offline",
        discussion: """
            Prints the configuration as it takes effect, where each value comes from, and the templates; secrets are left out. Faults go \
            to standard error, each with its file and line. Ends with 0 if there are none, else with 2.
            """,
        examples: [
            Example("wxpush check --config /etc/wxpush.yaml", "before a restart"),
            Example("wxpush check --json | grep '\"key\":\"amqp.url\"'", "where a value comes from"),
        ],
        options: CommonOptions.all + [CommonOptions.json], action: run)

    private static func run(_ invocation: Invocation) async throws -> Int32 {
        let isJSON = invocation.options[CommonOptions.json]
        let output = invocation.output
        do {
            let settings = try CommonOptions.settings(invocation.options)
            try await show(settings, isJSON, output)
            let set = try TemplateInspection.load(settings)
            if let note = set.note { try await say(note, isJSON, output) }
            let findings = TemplateInspection.findings(set, settings)
            if !isJSON, !findings.isEmpty { try await output.line("") }
            try await Finding.print(findings, asJSON: isJSON, to: output)
            await Finding.complain(findings)
            try settings.requireApps()
            return findings.contains { $0.verdict == .failed } ? Failure.Kind.misused.rawValue : 0
        } catch let failure as Failure {
            if isJSON { try await list(failure, output) }
            throw failure
        }
    }

    private static func show(_ settings: Settings, _ isJSON: Bool, _ output: Output) async throws(OutputError) {
        guard isJSON else { return try await output.line(settings.describe()) }
        for entry in settings.entries {
            try await output.json { json in
                json.member("key", entry.key)
                json.member("value", entry.value)
                json.member("origin", entry.origin)
            }
        }
    }

    private static func say(_ note: String, _ isJSON: Bool, _ output: Output) async throws(OutputError) {
        if isJSON {
            try await output.json { $0.member("note", note) }
        } else {
            try await output.line("\n" + output.screen.paint("note", .warning) + "  \(note)")
        }
    }

    private static func list(_ failure: Failure, _ output: Output) async throws(OutputError) {
        for fault in failure.faults { try await output.json { $0.member("fault", fault) } }
    }
}
