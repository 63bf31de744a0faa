/// A point in time: microseconds since 1970.
///
/// The engine never reads a clock; whoever asks it something says when.
package struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since 1970.
    package let microseconds: Int64

    /// A point in time.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Whole seconds since 1970.
    package var seconds: Int64 { microseconds / 1_000_000 }

    /// Which day it is where WeChat is, 8 hours ahead of UTC.
    var day: Int64 { (seconds + 8 * 3600) / 86_400 }

    /// Whether the left one comes first.
    package static func < (one: Instant, other: Instant) -> Bool { one.microseconds < other.microseconds }

    /// So much later; centuries at most.
    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(microseconds: instant.microseconds.addingReportingOverflow(duration.wholeMicroseconds).partialValue)
    }

    /// The time from the right one to the left one.
    package static func - (one: Instant, other: Instant) -> Duration {
        .microseconds(one.microseconds.subtractingReportingOverflow(other.microseconds).partialValue)
    }
}

extension Duration {
    /// Microseconds, held within about a century in both directions.
    var wholeMicroseconds: Int64 {
        let century: Int64 = 3_153_600_000
        let (seconds, attoseconds) = components
        return min(max(seconds, -century), century) * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
