import JSON

extension Engine {
    /// Changes what a call asks to change.
    func change(_ call: Call, at now: Instant) throws(SeedError) {
        if call.path == "/sandbox/reset" { return reset(at: now) }
        let place = try Self.place(call)
        switch call.path {
        case "/sandbox/faults": try changeFaults(place)
        case "/sandbox/tokens/revoke": try revokeTokens(place, at: now)
        case "/sandbox/ips": try changeAddresses(place, at: now)
        case "/sandbox/grants": try addGrants(place, at: now)
        case "/sandbox/interactions": try openWindow(place, at: now)
        default:
            let code = try SandboxSeed.Code(place)
            try account(named: code.app, at: now).codes.add(code, at: now)
        }
    }

    private func revokeTokens(_ place: SeedPlace, at now: Instant) throws(SeedError) {
        let members = try place.members(["app", "kind"])
        let account = try account(named: try members.text("app"), at: now)
        let kind: TokenKind? = try members["kind"]?.word()
        for each in TokenKind.allCases where kind == nil || kind == each { account.tokens.revoke(each, at: now) }
    }

    private func changeAddresses(_ place: SeedPlace, at now: Instant) throws(SeedError) {
        let members = try place.members(["app", "allow"])
        let account = try account(named: try members.text("app"), at: now)
        let allowed = try members.required("allow")
        if case .null = allowed.value {
            account.addresses = nil
        } else {
            account.addresses = Set(try members.texts("allow") ?? [])
        }
    }

    private func addGrants(_ place: SeedPlace, at now: Instant) throws(SeedError) {
        let grant = try SandboxSeed.Grant(place)
        let account = try account(named: grant.app, at: now)
        guard account.grants != nil else {
            throw place.error("grants are not looked at: start with --grants, or list some in the seed")
        }
        account.grants?.add(grant.count, to: grant.openid, for: grant.template, at: now)
    }

    private func openWindow(_ place: SeedPlace, at now: Instant) throws(SeedError) {
        let interaction = try Interaction(place)
        let account = try account(named: interaction.app, at: now)
        guard account.windows != nil else {
            throw place.error(
                "reply windows are not looked at: start with --reply-windows, or list interactions in the seed")
        }
        account.windows?.open(interaction.kind, for: interaction.openid, at: now)
    }

    /// The account that a call is about; it may not have called yet.
    private func account(named appid: String?, at now: Instant) throws(SeedError) -> Account {
        guard let appid else { throw SeedError(key: "app", problem: "is missing") }
        guard let account = account(appid, at: now) else {
            throw SeedError(key: "app", problem: "is not an appid that there is")
        }
        return account
    }

    /// The body of a call.
    private static func place(_ call: Call) throws(SeedError) -> SeedPlace {
        do throws(JSONError) {
            return SeedPlace(try JSONValue(parsing: call.body))
        } catch {
            throw SeedError(key: "", problem: "the body is no JSON: \(error)")
        }
    }
}
