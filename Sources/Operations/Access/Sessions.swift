import Lane

/// Who has logged in; forgotten when the process ends.
struct Sessions {
    /// One that has logged in.
    struct Session {
        /// The first letters of its word, which give nothing away.
        let mark: String
        /// What its changes have to carry.
        let proof: String
        fileprivate let word: String
        fileprivate let end: Moment
    }

    /// How long a session lasts.
    static let lifetime = Duration.seconds(12 * 3600)
    /// How many there may be; the oldest goes first.
    static let limit = 256

    /// By the first half of their words: what is looked up may take a time of its own, what is compared must not.
    private var sessions: [Substring: Session] = [:]

    /// Opens a session; its word is known to the cookie only.
    mutating func open(at now: Moment) -> (session: Session, word: String) {
        sessions = sessions.filter { $0.value.end > now }
        if sessions.count >= Self.limit, let oldest = sessions.min(by: { $0.value.end < $1.value.end }) {
            sessions[oldest.key] = nil
        }
        let word = RandomWord.make()
        let session = Session(
            mark: String(word.prefix(6)), proof: RandomWord.make(), word: word, end: now + Self.lifetime)
        sessions[Self.name(word)] = session
        return (session, word)
    }

    /// The session of a word, if it lasts still.
    func find(_ word: String, at now: Moment) -> Session? {
        guard let session = sessions[Self.name(word)], session.end > now,
            AccessGuard.isSame(Array(word.utf8), Array(session.word.utf8))
        else { return nil }
        return session
    }

    /// Ends the session of a word.
    mutating func forget(_ word: String) {
        if let session = sessions[Self.name(word)], AccessGuard.isSame(Array(word.utf8), Array(session.word.utf8)) {
            sessions[Self.name(word)] = nil
        }
    }

    private static func name(_ word: String) -> Substring { word.prefix(32) }
}
