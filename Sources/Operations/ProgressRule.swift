package import Lane

/// Whether somebody gets on with the work that waits, judged by looks from time to time.
///
/// What counts is the end of work, whatever end it is. The clock starts anew with each look that finds one, and with each that finds
/// nothing to do, or something known in the way: only who could work, should, and does not for too long is stalled.
package struct ProgressRule: Sendable {
    /// What a look has found.
    package struct Look: Sendable {
        /// How many pieces of work have come to an end since the start.
        package var ended: UInt64
        /// Whether there is work to do; false also if nobody knows.
        package var workWaits: Bool
        /// Whether something is in the way that is told of elsewhere, and that a new start would not mend.
        package var isExcused: Bool

        /// What a look has found.
        package init(ended: UInt64, workWaits: Bool, isExcused: Bool = false) {
            self.ended = ended
            self.workWaits = workWaits
            self.isExcused = isExcused
        }
    }

    /// How long nothing may end: longer than the longest piece of work.
    private let patience: Duration
    private var ended: UInt64?
    private var idleSince: Moment?

    /// A rule for somebody who was not looked at yet.
    package init(patience: Duration) { self.patience = patience }

    /// Takes note of a look.
    package mutating func note(_ look: Look, at now: Moment) {
        if look.isExcused || !look.workWaits {
            idleSince = nil
        } else if idleSince == nil || look.ended != ended {
            idleSince = now
        }
        ended = look.ended
    }

    /// For how long nothing has ended although it could have.
    package func idle(at now: Moment) -> Duration { idleSince.map { max(.zero, now - $0) } ?? .zero }

    /// Whether that is too long.
    package func isStalled(at now: Moment) -> Bool { idle(at: now) >= patience }
}
