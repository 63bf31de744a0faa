/// What happened to a token, for the log and the metrics.
package enum TokenEvent: Sendable {
    /// Why a token was fetched.
    package enum Cause: String, CaseIterable, Sendable {
        /// There was none.
        case missing
        /// The one before nears its end.
        case ahead
        /// WeChat rejected the one before.
        case rejected
        /// A person asked for it.
        case asked
        /// A person asked for a new one at once.
        case forced
    }

    /// A token was fetched.
    case fetched(Cause, forced: Bool)
    /// Another worker has fetched one.
    case adopted(Cause)
    /// There is none, or no newer one.
    case failed(Cause, TokenFailure)
}
