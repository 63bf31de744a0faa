/// WeChat as far as its callers can tell: all its state, and an answer to every call.
///
/// It knows no sockets, no clock and no chance of its own, so that a test can play a day in a moment.
package final class Engine {
    /// What it was told at the start.
    let options: SandboxOptions
    /// When it started, or was last reset.
    var started: Instant
    /// All chance.
    var random: RandomSource
    /// The accounts that have called.
    var accounts: [String: Account] = [:]
    /// All tokens.
    var tokens = TokenTable()
    /// What goes wrong.
    var faults = FaultList()
    /// The messages that were taken.
    var log: MessageLog
    /// What was answered.
    var counters = Counters()
    /// The calls that were refused, by their rid.
    var refusedCalls = RecentTable<String, RefusedCall>(lifetime: .seconds(7 * 86_400), capacity: 4096)
    private var lastMessageID: Int64 = 0

    /// An engine at its start.
    package init(_ options: SandboxOptions, at now: Instant) {
        self.options = options
        started = now
        random = RandomSource(seed: options.randomSeed ?? .random(in: .min ... .max))
        log = MessageLog(capacity: options.logCapacity, byteLimit: options.logBytes)
        for fault in options.faults + options.seed.faults { faults.add(fault) }
    }

    /// Goes back to the start.
    func reset(at now: Instant) {
        started = now
        accounts = [:]
        tokens = TokenTable()
        faults = FaultList()
        log = MessageLog(capacity: options.logCapacity, byteLimit: options.logBytes)
        counters = Counters()
        refusedCalls = RecentTable(lifetime: .seconds(7 * 86_400), capacity: 4096)
        for fault in options.faults + options.seed.faults { faults.add(fault) }
    }

    /// Answers a call.
    package func answer(_ call: Call, at now: Instant) -> Reply {
        if call.path == "/sandbox" || call.path.hasPrefix("/sandbox/") { return control(call, at: now) }
        guard let endpoint = Endpoint(path: call.path) else { return unknownPath(call, at: now) }
        var exchange = Exchange(call: call, endpoint: endpoint, now: now)
        identify(&exchange)
        let mishap = faults.mishap(for: exchange, using: &random)
        let latency = options.latency.sample(using: &random) + mishap.latency
        if mishap.isFault { counters.faults += 1 }
        var reply: Reply
        if let effect = mishap.effect, !mishap.accepts, !effect.isWeChats {
            counters.count(endpoint, exchange.account, nil)
            reply = Reply(body: [])
        } else {
            prepare(&exchange, for: mishap)
            reply = carryOut(exchange, mishap, latency)
        }
        reply.delay = latency
        mishap.effect?.spoil(&reply)
        return reply
    }

    /// Lets a fault have its way with a call before it is carried out.
    private func prepare(_ exchange: inout Exchange, for mishap: FaultList.Mishap) {
        switch mishap.effect {
        case .code(let code) where !mishap.accepts: exchange.refusal = Refusal(code)
        case .revoke:
            if let token = try? exchange.token?.get() { token.account.tokens.revoke(token.kind, at: exchange.now) }
        default: break
        }
        exchange.fault = mishap.effect?.name
    }

    /// Carries a call out and writes down how it went.
    private func carryOut(_ exchange: Exchange, _ mishap: FaultList.Mishap, _ latency: Duration) -> Reply {
        do throws(Refusal) {
            let body = try result(of: exchange, latency)
            if case .code(let code) = mishap.effect, mishap.accepts { throw Refusal(code) }
            counters.count(exchange.endpoint, account(of: exchange), 0)
            return Reply(body: body)
        } catch {
            counters.count(exchange.endpoint, account(of: exchange), error.code)
            return refuse(exchange.call, error, at: exchange.now)
        }
    }

    /// Whose call it was; a first call for a token has made its account only just now.
    private func account(of exchange: Exchange) -> Account? {
        exchange.account ?? exchange.appid.flatMap { accounts[$0] }
    }

    /// What a call comes to.
    private func result(of exchange: Exchange, _ latency: Duration) throws(Refusal) -> [UInt8] {
        switch exchange.endpoint {
        case .token, .stableToken: return try giveToken(exchange)
        case .session: return try giveSession(exchange)
        case .clearQuotaWithSecret: return try clearQuotaWithSecret(exchange)
        default: break
        }
        let account = try admit(exchange)
        switch exchange.endpoint {
        case .typing: return try type(exchange, account)
        case .mediaUpload: return try upload(exchange, account)
        case .quotaGet: return try quota(exchange, account)
        case .requestGet: return try request(exchange)
        case .clearQuota: return try clearQuota(exchange, account)
        case .templates: return templates(of: account)
        case .privateTemplates: return privateTemplates(of: account)
        case .apiAddresses, .callbackAddresses: return Array(#"{"ip_list":["127.0.0.1"]}"#.utf8)
        default: return try send(exchange, account, latency)
        }
    }

    /// A new id of a message, far beyond what a double holds exactly.
    func newMessageID(at now: Instant) -> Int64 {
        lastMessageID = max(lastMessageID + 1, now.microseconds &* 1000 &+ Int64(random.next() % 1000))
        return lastMessageID
    }

    /// The account of an appid; nil if there is none.
    func account(_ appid: String, at now: Instant) -> Account? {
        if let account = accounts[appid] { return account }
        if let apps = options.seed.apps {
            guard apps.contains(where: { $0.appid == appid }) else { return nil }
        }
        guard accounts.count < Self.accountLimit, (1...64).contains(appid.utf8.count),
            appid.utf8.allSatisfy(\.isIdentifierByte)
        else { return nil }
        let account = Account(appid, index: accounts.count, options, at: now)
        accounts[appid] = account
        return account
    }

    /// Somebody who makes appids up must not fill the memory.
    private static let accountLimit = 10_000
}

extension FaultEffect {
    /// Whether WeChat itself answers so, and not something on the way to it.
    fileprivate var isWeChats: Bool {
        switch self {
        case .code, .revoke, .delay: true
        default: false
        }
    }

    /// Does to an answer what the fault does.
    fileprivate func spoil(_ reply: inout Reply) {
        switch self {
        case .drop, .lose: reply.manner = .never(.zero)
        case .hang(let time): reply.manner = .never(time)
        case .cut: reply.manner = .cut
        case .slow(let time): reply.manner = .slow(time)
        case .http(let status):
            reply.status = status
            reply.form = .html
            reply.body = Array(
                "<html><head><title>\(status)</title></head><body><h1>\(status)</h1></body></html>\r\n".utf8)
        case .code, .delay, .revoke: break
        }
    }
}
