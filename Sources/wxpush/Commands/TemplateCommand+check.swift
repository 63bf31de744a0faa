import Arguments
import Settings
import Templates
import Terminal
import WeChatClient

extension TemplateCommand {
    private static let remote = Option(
        flag: "remote", help: "Also compare with the templates that WeChat lists for each app.")

    static let checkCommand: Command<Program.Action> = Command(
        "check", "Check all templates, and try each with its example",
        discussion: """
            Ends with 0 if nothing is wrong, with 2 for faults in the templates, with 1 for differences from what WeChat lists, with 3 if \
            WeChat or the cache cannot be reached.
            """,
        examples: [
            Example("wxpush template check --templates ./templates", "before they are rolled out"),
            Example("wxpush template check --remote", "after somebody has changed them in WeChat's console"),
        ],
        options: [remote, CommonOptions.json], action: check)

    private static func check(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let settings = try CommonOptions.settings(invocation.options)
        let set = try TemplateInspection.load(settings)
        let offline = TemplateInspection.findings(set, settings)
        var remoteFindings: [Finding] = []
        if invocation.options[remote] {
            remoteFindings = try await FleetVisit.run(settings, on: invocation.lane) { await $0.differences(of: set) }
        }
        let isJSON = invocation.options[CommonOptions.json]
        if !isJSON, let note = set.note { try await invocation.output.line(note) }
        try await Finding.print(offline + remoteFindings, asJSON: isJSON, to: invocation.output)
        await Finding.complain(offline + remoteFindings)
        if offline.contains(where: { $0.verdict == .failed }) { return Failure.Kind.misused.rawValue }
        if remoteFindings.contains(where: \.isUnreachable) { return Failure.Kind.unreachable.rawValue }
        return remoteFindings.contains { $0.verdict == .failed } ? Failure.Kind.failed.rawValue : 0
    }
}

extension FleetVisit {
    /// How templates differ from what WeChat lists for their apps.
    fileprivate func differences(of set: TemplateSet) async -> [Finding] {
        var findings: [Finding] = []
        for account in settings.accounts {
            let templates = settings.templates(in: set, of: account)
            guard !templates.isEmpty else { continue }
            let enquiry = enquiry(about: account)
            do throws(Failure) {
                findings += try await enquiry.differences(of: templates, with: try await enquiry.token())
            } catch {
                findings.append(Finding(error, account.name, "templates"))
            }
        }
        for template in set.templates where template.app == nil && settings.apps.count != 1 {
            findings.append(
                Finding(
                    .warning, "templates", template.name,
                    "it names no app, so there is no list to compare it with; add app"))
        }
        return findings
    }
}
