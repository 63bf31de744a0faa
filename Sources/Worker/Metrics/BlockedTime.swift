import Lane

/// For how long a broker has taken no messages, in whole seconds, as they pass.
struct BlockedTime {
    private var since: Moment?
    private var rest = Duration.zero

    /// Takes note of how it is now, and returns the seconds that have become whole.
    mutating func note(isBlocked: Bool, at now: Moment) -> UInt64 {
        if let since { rest += now - since }
        since = isBlocked ? now : nil
        let whole = max(0, rest.components.seconds)
        rest -= .seconds(whole)
        return UInt64(whole)
    }

    /// Lets time pass without a change.
    mutating func pass(at now: Moment) -> UInt64 { note(isBlocked: since != nil, at: now) }
}
