import WeChat

/// One app, with all that WeChat knows about it.
final class Account {
    /// Where it stands among the accounts.
    let index: Int
    /// Its appid.
    let appid: String
    /// What the seed says about it.
    let app: SandboxSeed.App?
    /// Its templates, by id; any if nil.
    let templates: [String: SandboxSeed.Template]?
    /// Its people, by openid; anyone if nil.
    let people: [String: SandboxSeed.Person]?

    /// Its tokens.
    var tokens = AccountTokens()
    /// The addresses that may fetch tokens; any if nil.
    var addresses: Set<String>?
    /// How often each API was called.
    var meters: [[Meter]]
    /// How often the quotas may still be cleared.
    var clearsLeft = 10
    /// To whom a message is on its way.
    var busy = BusyRecipients()
    /// Who has agreed to how much; nil if nobody asks.
    var grants: GrantTable?
    /// Who may be answered; nil if nobody asks.
    var windows: WindowTable?
    /// The formIds.
    var forms: FormTable
    /// The login codes.
    var codes: CodeTable
    /// The media that was uploaded, with the end of its life.
    var media = RecentTable<String, Instant>(lifetime: .seconds(3 * 86_400), capacity: 100_000)
    /// The messages with a `client_msg_id`, with the id that each got.
    var clientMessages = RecentTable<ClientMessage, (id: Int64, since: Instant)>(
        lifetime: .seconds(600), capacity: 1_000_000)
    /// To whom typing is shown, and until when.
    var typing = RecentTable<String, Instant>(lifetime: .seconds(60), capacity: 10_000)

    /// An account with what the options say about it.
    init(_ appid: String, index: Int, _ options: SandboxOptions, at now: Instant) {
        let seed = options.seed
        func own(_ app: String?) -> Bool { app == nil || app == appid }
        self.index = index
        self.appid = appid
        app = seed.apps?.first { $0.appid == appid }
        addresses = app?.addresses.map(Set.init)
        templates = seed.templates.map { templates in
            Dictionary(templates.filter { own($0.app) }.map { ($0.id, $0) }) { $1 }
        }
        people = seed.people.map { people in
            Dictionary(people.filter { own($0.app) }.map { ($0.openid, $0) }) { $1 }
        }
        meters = Endpoint.allCases.map { Self.meters(of: $0, appid, options) }
        forms = FormTable(seed.forms)
        codes = CodeTable(seed.codes?.filter { own($0.app) })
        if seed.grants != nil || options.grants != nil {
            var table = GrantTable(initial: options.grants ?? 0)
            for grant in seed.grants ?? [] where own(grant.app) {
                table.add(grant.count, to: grant.openid, for: grant.template, at: now)
            }
            grants = table
        }
        if seed.interactions != nil || options.hasReplyWindows {
            var table = WindowTable()
            for interaction in seed.interactions ?? [] where own(interaction.app) {
                table.open(interaction.kind, for: interaction.openid, at: now)
            }
            windows = table
        }
    }

    /// Whether it may call an API, as far as its type goes.
    func mayCall(_ endpoint: Endpoint) -> Bool {
        app?.type.map(endpoint.senders.contains) ?? true
    }

    /// Counts a call of an API; one that is refused counts nowhere.
    func count(_ endpoint: Endpoint, at now: Instant) throws(Refusal) {
        let place = endpoint.rawValue
        for meter in meters[place] where meter.isFull(at: now) {
            throw endpoint == .token && meter.period == .day ? Refusal.tooManyTokens : Refusal(meter.code)
        }
        for meter in meters[place].indices { meters[place][meter].count(at: now) }
    }

    /// The meters of an API: WeChat's daily quota first.
    private static func meters(of endpoint: Endpoint, _ appid: String, _ options: SandboxOptions) -> [Meter] {
        let isToken = endpoint == .token || endpoint == .stableToken
        var meters = [Meter(endpoint.dailyQuota, per: .day, isEnforced: isToken || options.hasDailyQuotas)]
        if endpoint == .stableToken { meters.append(Meter(10_000, per: .minute)) }
        for limit in options.limits + options.seed.limits where limit.concerns(path: endpoint.path, app: appid) {
            // A limit for the day takes the place of WeChat's.
            if limit.period == .day {
                meters[0] = Meter(limit.count, per: .day)
            } else {
                meters.append(Meter(limit.count, per: limit.period))
            }
        }
        return meters
    }
}
