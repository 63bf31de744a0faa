/// Who asks.
package struct Asker: Sendable {
    /// How somebody has shown who they are.
    enum Standing: Sendable {
        /// Nobody has to: no token is configured.
        case open(proof: String)
        /// With the token itself.
        case bearer
        /// With the cookie of a session.
        case session(mark: String, proof: String)
        /// Not at all.
        case nobody
        /// Not any more: they have guessed, and are not listened to for so long.
        case held(Duration)
    }

    /// The address, in digits.
    package let peer: String
    let standing: Standing

    /// Whether they may see and do everything.
    package var isTrusted: Bool {
        switch standing {
        case .open, .bearer, .session: true
        case .nobody, .held: false
        }
    }

    /// The first letters of the session, to tell people behind one address apart; nil without a session.
    package var session: String? {
        if case .session(let mark, _) = standing { mark } else { nil }
    }

    /// What a change has to carry to show that it comes from the page itself; nil where none is asked for.
    var proof: String? {
        switch standing {
        case .open(let proof), .session(_, let proof): proof
        case .bearer, .nobody, .held: nil
        }
    }
}
