/// All tokens that were given out and may still be told apart from those that never were.
struct TokenTable {
    private var tokens: [String: Token] = [:]

    /// How many there are.
    var count: Int { tokens.count }

    /// The token of a call, or what is wrong with it.
    func find(_ text: String?) -> Result<Token, Refusal> {
        guard let text, !text.isEmpty else { return .failure(Refusal(41001)) }
        if let token = tokens[text] { return .success(token) }
        return .failure(Refusal(Self.looksReal(text) ? 40001 : 40014))
    }

    /// A new token of an account.
    mutating func issue(
        _ kind: TokenKind, for account: Account, lifetime: Duration, at now: Instant, using random: inout RandomSource
    ) -> Token {
        var bytes = Array("\(60 + random.next() % 40)_".utf8)
        random.appendIdentifier(length: 133, to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let token = Token(text, of: account, kind: kind, expires: now + lifetime)
        tokens[text] = token
        for forgotten in account.tokens.add(token, at: now) { tokens[forgotten.text] = nil }
        return token
    }

    /// Whether a text is shaped like a token: two digits, `_`, and many letters, digits, `-` and `_`.
    private static func looksReal(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count >= 100, bytes.dropFirst(2).first == UInt8(ascii: "_") else { return false }
        return bytes.prefix(2).allSatisfy { ("0"..."9").contains(Unicode.Scalar($0)) }
            && bytes.allSatisfy(\.isIdentifierByte)
    }
}

extension UInt8 {
    /// Whether ids of WeChat have it.
    var isIdentifierByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

/// The tokens of one account.
struct AccountTokens {
    private var latest: [TokenKind: Token] = [:]
    private var issued: [Token] = []
    /// When a stable token was last fetched by force.
    var forcedAt: Instant?
    /// How often that was on its day.
    var forced = Meter(20, per: .day)

    /// The newest token of a sort.
    func latest(_ kind: TokenKind) -> Token? { latest[kind] }

    /// Makes a token the newest; gives those that nobody needs to know any more.
    fileprivate mutating func add(_ token: Token, at now: Instant) -> ArraySlice<Token> {
        latest[token.kind] = token
        issued.append(token)
        guard issued.count > 2 * Self.remembered else { return [] }
        let dead = issued.prefix(issued.count - Self.remembered).prefix { $0.fault(at: now) != nil }
        issued.removeFirst(dead.count)
        return dead
    }

    /// Kills the tokens of a sort.
    mutating func revoke(_ kind: TokenKind, at now: Instant) {
        for token in issued where token.kind == kind && token.fault(at: now) == nil { token.replaced = now }
        latest[kind] = nil
    }

    private static let remembered = 64
}
