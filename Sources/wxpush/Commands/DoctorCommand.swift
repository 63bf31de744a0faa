import Arguments
import FleetCache
import Settings
import Terminal
import WeChatClient

/// `wxpush doctor`: looks at everything that a worker needs.
enum DoctorCommand {
    static let command: Command<Program.Action> = Command(
        "doctor", "Look at broker, cache, WeChat and templates, and say what is wrong",
        discussion: """
            Changes nothing: it asks WeChat for stable tokens, which gives everybody the same one, and takes classic ones from the cache \
            alone. Ends with 0 if nothing has failed, with 3 if something that is needed cannot be reached, else with 1.
            """,
        examples: [
            Example("wxpush doctor", "where to look first when nothing is sent"),
            Example("wxpush doctor --json | grep '\"verdict\":\"failed\"'", "for a monitor"),
        ],
        options: CommonOptions.all + [CommonOptions.json], action: run)

    private static func run(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let settings = try CommonOptions.settings(invocation.options)
        let lane = invocation.lane
        async let broker = BrokerExam(settings, on: lane).findings()
        async let fleet = FleetExam(settings, on: lane).findings()
        let findings = await broker + fleet
        try await Finding.print(findings, asJSON: invocation.options[CommonOptions.json], to: invocation.output)
        await Finding.complain(findings)
        if findings.contains(where: \.isUnreachable) { return Failure.Kind.unreachable.rawValue }
        return findings.contains { $0.verdict == .failed } ? Failure.Kind.failed.rawValue : 0
    }
}
