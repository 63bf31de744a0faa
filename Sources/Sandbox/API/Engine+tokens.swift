import JSON

extension Engine {
    /// Answers a call for a token.
    func giveToken(_ exchange: Exchange) throws(Refusal) -> [UInt8] {
        try checkMethod(exchange)
        let call = exchange.call
        let isStable = exchange.endpoint == .stableToken
        let body = try exchange.body?.get() ?? JSONObject()
        func value(_ name: String) -> String? { isStable ? body.filled(name) : call.filled(name) }
        let account = try authenticate(value("appid"), value("secret"), exchange) { () throws(Refusal) in
            guard value("grant_type") == "client_credential" else { throw Refusal(40002) }
        }
        if let addresses = account.addresses, !addresses.contains(call.peer) {
            let mapped = call.peer.contains(":") ? call.peer : "::ffff:\(call.peer)"
            throw Refusal(40164, "invalid ip \(call.peer) ipv6 \(mapped), not in whitelist")
        }
        if let refusal = exchange.refusal { throw refusal }
        try account.count(exchange.endpoint, at: exchange.now)
        let token =
            isStable
            ? try stableToken(of: account, forced: body["force_refresh"]?.bool ?? false, at: exchange.now)
            : classicToken(of: account, at: exchange.now)
        var json = JSONWriter(reserving: 256)
        json.object { json in
            json.member("access_token", token.text)
            json.member("expires_in", (token.expires - exchange.now).components.seconds)
        }
        return json.bytes
    }

    /// The account of an appid and its secret; the closure checks what comes between their presence and their truth.
    func authenticate(
        _ appid: String?, _ secret: String?, _ exchange: Exchange, _ check: () throws(Refusal) -> Void
    ) throws(Refusal) -> Account {
        guard let appid else { throw Refusal(41002) }
        guard let secret else { throw Refusal(41004) }
        try check()
        guard let account = account(appid, at: exchange.now) else { throw Refusal(40013) }
        guard let expected = account.app?.secret, expected != secret else { return account }
        // A secret that exists belongs to somebody else.
        let isAnothers = options.seed.apps?.contains { $0.secret == secret } ?? false
        throw isAnothers ? Refusal(40001, "invalid credential, appsecret is not of this appid") : Refusal(40125)
    }

    /// A new classic token; the one before it lives on for a while.
    private func classicToken(of account: Account, at now: Instant) -> Token {
        if let former = account.tokens.latest(.classic), former.replaced == nil {
            former.replaced = now + options.tokenOverlap
        }
        counters.tokens.classic += 1
        return tokens.issue(.classic, for: account, lifetime: options.tokenLifetime, at: now, using: &random)
    }

    /// The stable token, or a new one in its last minutes or by force.
    private func stableToken(of account: Account, forced: Bool, at now: Instant) throws(Refusal) -> Token {
        let current = account.tokens.latest(.stable).flatMap { $0.fault(at: now) == nil ? $0 : nil }
        if forced {
            let isSoon = account.tokens.forcedAt.map { now < $0 + .seconds(30) } ?? false
            if isSoon, let current {
                counters.tokens.repeated += 1
                return current
            }
            if account.tokens.forced.isFull(at: now) { throw Refusal(45009) }
            account.tokens.forced.count(at: now)
            account.tokens.forcedAt = now
            account.tokens.revoke(.stable, at: now)
            counters.tokens.forced += 1
        } else {
            if let current, current.expires - now > options.tokenOverlap {
                counters.tokens.repeated += 1
                return current
            }
            counters.tokens.stable += 1
        }
        return tokens.issue(.stable, for: account, lifetime: options.tokenLifetime, at: now, using: &random)
    }
}
