import Glibc

/// The time that the processes of one machine agree on.
package struct WallClock: Sendable {
    /// Microseconds since 1970 in UTC.
    package let now: @Sendable () -> Int64

    /// Takes a clock of one's own; it must go on from where it was after a restart.
    package init(_ now: @escaping @Sendable () -> Int64) { self.now = now }

    /// The system's clock.
    package static let system = WallClock {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
