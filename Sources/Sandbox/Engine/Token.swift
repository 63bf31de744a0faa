/// Which of the two sorts a token is; neither touches the other.
enum TokenKind: String, CaseIterable, Sendable {
    /// Of `/cgi-bin/token`.
    case classic
    /// Of `/cgi-bin/stable_token`.
    case stable
}

/// A token that was given out.
final class Token {
    /// Whose it is.
    let account: Account
    /// Which sort it is.
    let kind: TokenKind
    /// The token itself.
    let text: String
    /// When its lifetime ends.
    let expires: Instant
    /// When it is dead because of a newer one, or because somebody revoked it.
    var replaced: Instant?

    /// A new token.
    init(_ text: String, of account: Account, kind: TokenKind, expires: Instant) {
        self.text = text
        self.account = account
        self.kind = kind
        self.expires = expires
    }

    /// Why it is no good; nil while it is.
    func fault(at now: Instant) -> Refusal? {
        if let replaced, now >= replaced { return Refusal(40001) }
        return now >= expires ? Refusal(42001) : nil
    }
}
