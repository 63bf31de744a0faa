package import Lane

/// Whether a value is over a limit: tells once that it has gone over it, and once that it is back.
///
/// A value that swings around its limit tells no more than one that stays: it is back once it has kept below for a while.
package struct Crossing: Sendable {
    /// What is new.
    package enum News: Sendable {
        /// It is over the limit.
        case over
        /// It is not any more.
        case back
    }

    /// For how long a value has to keep below its limit.
    private let calm: Duration
    /// Whether the value counts as over its limit.
    package private(set) var isOver = false
    /// Since when every look has found it below.
    private var calmSince: Moment?

    /// Not over.
    package init(calm: Duration = .seconds(60)) { self.calm = calm }

    /// Takes note of a look.
    package mutating func note(isOver now: Bool, at time: Moment) -> News? {
        if now {
            calmSince = nil
            if isOver { return nil }
            isOver = true
            return .over
        }
        let since = calmSince ?? time
        calmSince = since
        guard isOver, time - since >= calm else { return nil }
        isOver = false
        return .back
    }
}
