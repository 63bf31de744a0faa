/// Login codes: each is good once, and for five minutes.
struct CodeTable {
    /// Whose a code is.
    struct Owner {
        /// The person's openid; follows from the code if nil.
        let openid: String?
        /// The person across accounts.
        let unionid: String?
    }

    private let isClosed: Bool
    private var known: [String: Owner]
    private var given = RecentTable<String, (owner: Owner, since: Instant)>(lifetime: lifetime, capacity: 100_000)
    private var used = RecentTable<String, Instant>(lifetime: .seconds(86_400), capacity: 100_000)

    /// The codes of a seed, which do not age; any will do if there are none.
    init(_ seeded: [SandboxSeed.Code]?) {
        isClosed = seeded != nil
        known = Dictionary(
            (seeded ?? []).map { ($0.code, Owner(openid: $0.openid, unionid: $0.unionid)) }
        ) { $1 }
    }

    /// Adds a code that lives five minutes.
    mutating func add(_ code: SandboxSeed.Code, at now: Instant) {
        given.put((Owner(openid: code.openid, unionid: code.unionid), now), for: code.code, at: now)
    }

    /// Uses a code, and says whose it is.
    mutating func redeem(_ code: String, at now: Instant) throws(Refusal) -> Owner {
        if let use = used[code] { throw Refusal(now < use + Self.lifetime ? 40163 : 40029) }
        let owner = try owner(of: code, at: now)
        used.put(now, for: code, at: now)
        return owner
    }

    private func owner(of code: String, at now: Instant) throws(Refusal) -> Owner {
        if let given = given[code] {
            guard now < given.since + Self.lifetime else { throw Refusal(40029) }
            return given.owner
        }
        if let owner = known[code] { return owner }
        guard !isClosed, code.utf8.count <= 128, code.utf8.allSatisfy(\.isIdentifierByte) else { throw Refusal(40029) }
        return Owner(openid: nil, unionid: nil)
    }

    private static let lifetime = Duration.seconds(300)
}
