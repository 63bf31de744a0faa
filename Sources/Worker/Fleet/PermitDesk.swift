import FleetCache
import Lane

/// The permits of one app on one lane: what the fleet's bucket has given, and who waits for more; no clock, no cache.
struct PermitDesk {
    /// The ceiling of the whole fleet.
    let rate: FleetRate
    /// The most who wait at once: beyond that, jobs of other apps would find no room.
    let places: Int
    /// Permits that were taken ahead for those who are on their way.
    var permits = 0
    /// Those who wait.
    var waiting: [CheckedContinuation<Bool, Never>] = []
    /// Whether somebody is at the bucket for them.
    var isFetching = false
    /// When the jobs that were sent away would have their turn: each gets a time of its own.
    private var horizon = Moment(nanoseconds: 0)

    init(rate: FleetRate, places: Int) {
        self.rate = rate
        self.places = places
    }

    /// When a job for which there is no place to wait may come again.
    mutating func appointment(at now: Moment) -> Duration {
        horizon = max(horizon, now) + .microseconds(Int64(rate.interval))
        return min(horizon - now, .seconds(600)) + .seconds(1)
    }
}
