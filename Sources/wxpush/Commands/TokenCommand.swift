import Arguments
import FleetCache
import JSON
import Telemetry
import Terminal
import WeChatClient

/// `wxpush token`: the access tokens of the fleet.
enum TokenCommand {
    private static let app = Argument(optional: .text("APP"), help: "The app; else all of them.")
    private static let chosenApp = Argument(.text("APP"), help: "The app.")
    private static let force = Option(
        flag: "force", help: "Have WeChat make a new token and end the old one at once; the fleet may 20 times a day.")

    static let command: Command<Program.Action> = Command(
        "token", "Show or refresh the access tokens of the fleet", options: CommonOptions.all,
        commands: [
            Command(
                "show", "Show what the fleet's cache knows of each app's token",
                discussion: "Asks the cache alone, and WeChat nothing. Of a token only its ends are shown.",
                examples: [
                    Example("wxpush token show mini", "how long the token lives yet, and whether the app is paused")
                ],
                options: [CommonOptions.json], arguments: [app], action: show),
            Command(
                "refresh", "Fetch a token for the whole fleet",
                discussion: """
                    Takes the fleet's lease, so that one fetches and the others follow. WeChat hands out the same stable token until \
                    shortly before its end; --force makes a new one, for one that has leaked or is rejected.
                    """,
                examples: [Example("wxpush token refresh mini --force", "after a token has leaked")],
                options: [force, CommonOptions.json], arguments: [chosenApp], action: refresh),
        ])

    // MARK: Show

    private static func show(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let settings = try CommonOptions.settings(invocation.options)
        let accounts = try settings.accounts(named: invocation.options[app])
        let reports = try await FleetVisit.run(settings, on: invocation.lane) { try await $0.reports(on: accounts) }
        if invocation.options[CommonOptions.json] {
            for report in reports { try await invocation.output.json { report.write(into: &$0) } }
            return 0
        }
        guard !reports.isEmpty else {
            try await invocation.output.line("No app is configured; add one under apps.")
            return 0
        }
        try await invocation.output.write(TokenReport.table(reports).text(on: invocation.output.screen))
        for report in reports {
            for pause in report.pauses {
                let title = invocation.output.screen.paint("paused", .warning)
                let what = "\(report.account.name) (\(pause.key)) for \(pause.remaining.rough)"
                try await invocation.output.line("\(title)  \(what.visible): \(pause.cause.visible)")
            }
        }
        return 0
    }

    // MARK: Refresh

    private static func refresh(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let settings = try CommonOptions.settings(invocation.options)
        let account = try settings.accounts(named: invocation.options[chosenApp])[0]
        let isForced = invocation.options[force]
        if isForced, account.tokenSource != .stable {
            throw invocation.options.misuse("--force is for stable tokens; \(account.name) has none")
        }
        let refreshed = try await FleetVisit.run(settings, on: invocation.lane) {
            try await $0.refresh(account, forced: isForced)
        }
        if invocation.options[CommonOptions.json] {
            try await invocation.output.json { json in
                json.member("app", account.name)
                json.member("outcome", refreshed.outcome.rawValue)
                json.member("token", refreshed.token.shortened)
                json.member("generation", refreshed.token.generation)
            }
        } else {
            try await invocation.output.line(
                "\(account.name): \(refreshed.outcome.sentence) (\(refreshed.token.shortened))")
        }
        return 0
    }
}
