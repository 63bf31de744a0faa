import FleetCache
import JSON
import Telemetry
import Terminal
import WeChatClient

/// What the fleet's cache knows of one app's token.
struct TokenReport: Sendable {
    let account: Account
    let state: TokenState
    /// Forced refreshes of this day.
    let forced: Int
    /// Classic fetches of this day.
    let classic: Int
    /// What of the app is paused.
    let pauses: [Pause]

    /// A row for each app.
    static func table(_ reports: [TokenReport]) -> Table {
        var table = Table(
            .left("APP"), .left("SOURCE"), .left("TOKEN"), .right("LIVES"), .right("GENERATION"),
            .right("FORCED TODAY"),
            .right("CLASSIC TODAY"), .left("BEING FETCHED BY"))
        for report in reports {
            let token = report.state.token
            table.add(
                report.account.name, report.account.tokenSource.word,
                token.map { Cell($0.value.shortened) } ?? Cell("none", .dim), token?.remaining.rough ?? "",
                token.map { "\($0.generation)" } ?? "", "\(report.forced)", "\(report.classic)",
                report.state.holder.map { "\($0.owner), \($0.remaining.rough) at most" } ?? "")
        }
        return table
    }

    /// The same as members of an object.
    func write(into json: inout JSONWriter) {
        json.member("app", account.name)
        json.member("appid", account.appid)
        json.member("source", account.tokenSource.word)
        if let token = state.token {
            json.member("token", token.value.shortened)
            json.member("remaining_seconds", Int64(token.remaining / .seconds(1)))
            json.member("generation", token.generation)
        }
        if let holder = state.holder {
            json.member("holder") { json in
                json.member("owner", holder.owner)
                json.member("remaining_seconds", Int64(holder.remaining / .seconds(1)))
            }
        }
        json.member("forced_today", Int64(forced))
        json.member("classic_today", Int64(classic))
        json.list("pauses") { json in
            for pause in pauses {
                json.object { json in
                    json.member("what", pause.key.description)
                    json.member("cause", pause.cause)
                    json.member("remaining_seconds", Int64(pause.remaining / .seconds(1)))
                }
            }
        }
    }
}

extension FleetVisit {
    /// What the cache knows of the tokens of some accounts.
    func reports(on accounts: [Account]) async throws(Failure) -> [TokenReport] {
        do throws(FleetCacheError) {
            let pauses = try await cache.pauses()
            var reports: [TokenReport] = []
            for account in accounts {
                reports.append(
                    TokenReport(
                        account: account, state: try await cache.tokenState(of: account.tokenKey),
                        forced: try await cache.refreshesSpent(.forced, of: account.tokenKey),
                        classic: try await cache.refreshesSpent(.classic, of: account.tokenKey),
                        pauses: pauses.filter { $0.key.isOf(account) }))
            }
            return reports
        } catch {
            throw Failure(error)
        }
    }
}

extension PauseKey {
    /// Whether it stops something of an account: all of it, an API, a template.
    func isOf(_ account: Account) -> Bool {
        parts.map { $0.app == account.appid } ?? false
    }
}

extension Account.TokenSource {
    /// The word of the configuration; an address may hold a secret.
    var word: String {
        switch self {
        case .stable: "stable"
        case .classic: "classic"
        case .holder: "holder"
        }
    }
}

extension Secret<String> {
    /// The ends of a token, by which two people can tell whether they mean the same one; nothing of a short one.
    var shortened: String {
        let token = reveal()
        return token.utf8.count < 40 ? "…" : "\(token.prefix(6))…\(token.suffix(4))"
    }
}

extension AccessToken {
    /// Its ends.
    var shortened: String { value.shortened }
}
