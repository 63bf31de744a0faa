import FleetCache
import Lane

/// The permits of one app on one lane: what the fleet's bucket has given, and who waits for more; no clock, no cache.
struct PermitDesk {
    /// What a wait comes to.
    enum Outcome {
        case granted
        /// The job waits at the broker instead.
        case elsewhere
        /// The worker stops.
        case dismissed
    }

    /// Somebody who waits, and until when.
    struct Waiter {
        let continuation: CheckedContinuation<Outcome, Never>
        let until: Moment
    }

    /// How long a job waits here: the broker takes back what is held for half an hour.
    static let patience = Duration.seconds(60)
    /// The longest time after which a job comes again.
    private static let longest = Duration.seconds(600)

    /// The ceiling of the whole fleet.
    let rate: FleetRate
    /// The most who wait at once: what a minute brings.
    var places: Int { Int(max(1, min(rate.perSecond * 60, 1_000_000))) }
    /// Permits that were taken ahead for those who are on their way.
    var permits = 0
    /// Those who wait.
    var waiting: [Waiter] = []
    /// Whether somebody is at the bucket for them.
    var isFetching = false
    /// When the jobs that were sent away would have their turn: each gets a time of its own.
    private var horizon = Moment(nanoseconds: 0)
    /// This lane's share of the bucket while that one is out of reach; nil while it is not.
    private var standIn: TokenBucket?

    init(rate: FleetRate) { self.rate = rate }

    /// What one of so many lanes may take of the rate if each keeps to the same.
    func share(of lanes: Int) -> FleetRate {
        FleetRate(perSecond: rate.perSecond / Double(max(1, lanes)), burst: rate.burst / max(1, lanes))
    }

    /// Takes up to `count` permits of a share of the rate, as the bucket is out of reach; and says whether it has just become so.
    mutating func guess(_ count: Int, of share: FleetRate, at now: Moment) -> (grant: RateGrant, isNew: Bool) {
        let microseconds = Int64(clamping: now.nanoseconds / 1000)
        var bucket = standIn ?? TokenBucket(fullAt: 0)
        defer { standIn = bucket }
        return (bucket.take(count, rate: share, now: microseconds), standIn == nil)
    }

    /// Notes that the bucket is within reach.
    mutating func endGuess() { standIn = nil }

    /// When a job for which there is no place to wait may come again.
    mutating func appointment(at now: Moment) -> Duration {
        let start = max(horizon, now)
        // Beyond that, the times would all be the same one.
        guard start - now < Self.longest else { return .seconds(Double.random(in: 1...600)) }
        horizon = start + .microseconds(Int64(rate.interval))
        return min(horizon - now, Self.longest) + .seconds(1)
    }
}
