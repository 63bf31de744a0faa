import AMQP
import Console
import FleetCache
import Lane
import Settings
import WeChatClient

/// A pause as the cache has it.
private typealias FleetPause = Pause

extension Settings {
    /// The apps for the page, with what is known of their tokens and pauses.
    func appFacts(pauses: [Pause], _ soundings: Soundings?) -> [OverviewFacts.App] {
        let now = Moment.now
        return apps.map { app in
            var facts = OverviewFacts.App(
                name: app.name, type: app.type.rawValue, appid: app.appid, rate: app.rate?.description,
                tokenSource: app.token.word)
            if let token = soundings?.token(of: app.name) {
                facts.tokenRemaining = token.end.map { max(.zero, $0 - now) }
                facts.refreshesLeft = token.budget.map { max(0, $0) }
            }
            facts.pauses = pauses.compactMap { OverviewFacts.Pause($0, of: app.appid) }
            return facts
        }
    }
}

extension OverviewFacts.Pause {
    /// A pause of the fleet in words, if it concerns the account with this id.
    fileprivate init?(_ pause: FleetPause, of appid: String) {
        func named(_ scope: String, _ what: Substring?) -> Self {
            Self(scope: scope, what: what.map(String.init), cause: pause.cause, remaining: pause.remaining)
        }
        guard let parts = pause.key.parts, parts.app == appid else { return nil }
        switch (parts.scope, parts.what) {
        case ("app", nil): self = named("app", nil)
        case ("api", let path?): self = named("api", path.trimmingPrefix("/cgi-bin/"))
        case ("template", let id?): self = named("template", id)
        default: return nil
        }
    }
}

extension Settings.App.TokenSource {
    /// The word of the configuration; an address may hold a secret.
    fileprivate var word: String {
        switch self {
        case .stable: "stable"
        case .classic: "classic"
        case .holder: "holder"
        }
    }
}

extension LinkState {
    /// What a connection is doing.
    var word: String {
        switch self {
        case .connecting: "connecting"
        case .ready: "ready"
        case .blocked: "blocked"
        case .waiting: "waiting"
        case .closed: "closed"
        }
    }
}
