import Glibc
import Lane

/// Tells the engine the time: the system's at the start, and from then on a clock that nobody sets back.
struct Clock {
    private let start: Instant
    private let moment: Moment

    /// A clock that goes from now on.
    init() {
        start = Instant(microseconds: Int64(time(nil)) * 1_000_000)
        moment = .now
    }

    /// The time.
    var now: Instant { start + (Moment.now - moment) }
}
