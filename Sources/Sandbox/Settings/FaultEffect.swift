/// What goes wrong.
package enum FaultEffect: Hashable, Sendable {
    /// WeChat refuses with a code.
    case code(Int)
    /// Taken, and the connection ends without an answer.
    case drop
    /// The connection ends without an answer, and nothing was taken.
    case lose
    /// Taken, and no answer comes until the connection ends after this time.
    case hang(Duration)
    /// The page of a gateway with this status.
    case http(Int)
    /// Taken, and the answer ends in its middle.
    case cut
    /// Taken, and the answer trickles in over this time.
    case slow(Duration)
    /// The answer takes this long.
    case delay(Latency)
    /// The token of the call dies, as if somebody else had fetched a new one.
    case revoke
}

extension FaultEffect {
    /// Whether the call is carried out all the same, where the fault does not say.
    var acceptsUsually: Bool {
        switch self {
        case .drop, .hang, .cut, .slow, .delay: true
        case .code, .lose, .http, .revoke: false
        }
    }

    /// The word for it in seed files, flags and openids.
    var name: String {
        switch self {
        case .code: "code"
        case .drop: "drop"
        case .lose: "lose"
        case .hang: "hang"
        case .http(200): "html"
        case .http: "http"
        case .cut: "cut"
        case .slow: "slow"
        case .delay: "delay"
        case .revoke: "revoke"
        }
    }

    /// All words.
    static let names = ["code", "drop", "lose", "hang", "html", "http", "cut", "slow", "delay", "revoke"]

    /// How long an answer hangs or trickles where nobody says.
    static let usualWait = Duration.seconds(30)
    /// As above.
    static let usualTrickle = Duration.seconds(3)
}
