import Glibc

/// A point on the monotonic clock, in nanoseconds.
public struct Moment: Comparable, Hashable, Sendable {
    /// Nanoseconds since a fixed but arbitrary start.
    public let nanoseconds: UInt64

    /// Makes a moment from its nanoseconds.
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Reads the clock.
    public static var now: Moment {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// Whether the left moment comes first.
    @inlinable public static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment this long after another one; a negative duration counts as none, a huge one as centuries.
    public static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(nanoseconds: moment.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds).partialValue)
    }

    /// The time from the right moment to the left one; negative if the left comes first.
    public static func - (left: Moment, right: Moment) -> Duration {
        .nanoseconds(Int64(bitPattern: left.nanoseconds &- right.nanoseconds))
    }
}

extension Duration {
    /// Nanoseconds, held between none and about 146 years, so that a sum of two stays in range.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        if seconds >= 4_611_686_018 { return 4_611_686_018_000_000_000 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
    }
}
