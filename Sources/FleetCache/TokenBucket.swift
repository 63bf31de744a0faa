/// The arithmetic of a smooth bucket: one number, the time at which all that was taken will have flowed back in.
package struct TokenBucket: Hashable, Sendable {
    /// Microseconds on the cache's clock; in the past if the bucket is full.
    package private(set) var fullAt: Double

    /// A bucket as it was left.
    package init(fullAt: Double) { self.fullAt = fullAt }

    /// Takes what there is, up to `count`.
    package mutating func take(_ count: Int, rate: FleetRate, now: Int64) -> RateGrant {
        let now = Double(now)
        let interval = rate.interval
        let start = max(fullAt, now)
        // A hair more than what rounding can lose, as a caller comes back exactly when it was told to.
        let room = (Double(rate.burst) * interval - (start - now) + 1) / interval
        let granted = min(max(0, count), Int(max(0, min(room, 1e9))))
        fullAt = start + Double(granted) * interval
        guard granted < count else { return RateGrant(granted: granted, wait: .zero) }
        let wait = max(0, fullAt - now - Double(rate.burst - 1) * interval)
        return RateGrant(granted: granted, wait: .microseconds(Int64(min(wait, 1e15).rounded(.up))))
    }
}
