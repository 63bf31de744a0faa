import Lane

/// Keeps people from trying tokens until one fits.
///
/// After a wrong token its peer has to wait: a second, then two, four and so on, until ten minutes have brought no further one. All peers
/// together have only so many wrong ones a second.
///
/// Many people may share an address, behind a proxy. Where the right token was shown in the last ten minutes, it goes on to be accepted:
/// what is shown there is looked at during a wait too, but leaves half of the common budget to others, and what is wrong gets no other
/// answer than what is not looked at.
struct GuessBrake {
    /// What becomes of a peer's next token.
    enum Stance: Equatable {
        /// It is looked at.
        case heard
        /// It is looked at, but only the right one makes a difference to the wait.
        case doubted(Duration)
        /// It is not looked at before the end of the wait.
        case held(Duration)
    }

    private struct Peer {
        var wrong = 0
        var until: Moment
    }

    /// How many peers are remembered of each sort: an attacker may have many.
    static let limit = 1000
    /// How many wrong tokens a second all peers have together.
    static let rate = 20.0
    private static let longest = Duration.seconds(30)
    /// When a wrong token is forgotten, or a right one.
    private static let memory = Duration.seconds(600)

    private var peers: [String: Peer] = [:]
    private var known: [String: Moment] = [:]
    private var budget = Self.rate
    private var filledAt: Moment?

    /// How many peers are remembered.
    var remembered: Int { peers.count + known.count }

    /// What becomes of a peer's next token.
    mutating func stance(towards peer: String, at now: Moment) -> Stance {
        fill(at: now)
        let isKnown = known[peer].map { now - $0 < Self.memory } ?? false
        if let until = peers[peer]?.until, until > now {
            return isKnown && budget > Self.rate / 2 ? .doubted(until - now) : .held(until - now)
        }
        return isKnown || budget >= 1 ? .heard : .held(.seconds(1))
    }

    /// Takes down what a peer's token was worth.
    mutating func note(isRight: Bool, from peer: String, at now: Moment) {
        if isRight {
            // The wrong ones still count: they may have been somebody else's.
            if known[peer] == nil, known.count >= Self.limit { Self.makeRoom(in: &known) { $0 } }
            known[peer] = now
            return
        }
        fill(at: now)
        budget = max(0, budget - 1)
        // A wait is as long as it was said to be.
        if let until = peers[peer]?.until, until > now { return }
        let wrong = peers[peer].map { now - $0.until < Self.memory ? $0.wrong : 0 } ?? 0
        if peers[peer] == nil, peers.count >= Self.limit { Self.makeRoom(in: &peers, by: \.until) }
        let pause = min(Self.longest, .seconds(1 << min(wrong, 10)))
        peers[peer] = Peer(wrong: wrong + 1, until: now + pause)
    }

    private mutating func fill(at now: Moment) {
        if let filledAt { budget = min(Self.rate, budget + (now - filledAt) / .seconds(1) * Self.rate) }
        filledAt = now
    }

    /// Forgets the quarter that is least needed, so that it is not looked for at every turn.
    private static func makeRoom<Value>(in table: inout [String: Value], by time: (Value) -> Moment) {
        for entry in table.sorted(by: { time($0.value) < time($1.value) }).prefix(limit / 4) {
            table[entry.key] = nil
        }
    }
}
