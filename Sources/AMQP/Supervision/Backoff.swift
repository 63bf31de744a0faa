/// How long to wait before the next try: anything between nothing and a bound that doubles with each failure.
///
/// The whole range is used, so that the many clients of a broker that comes back do not all arrive at the same moment.
public struct Backoff: Hashable, Sendable {
    /// The bound after the first failure.
    public var first: Duration = .milliseconds(100)
    /// What the bound grows to.
    public var limit: Duration = .seconds(30)

    /// Bounds from a tenth of a second up to half a minute.
    public init() {}

    /// A wait after so many failures in a row, one or more, by the system's dice.
    func delay(afterFailures failures: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return delay(afterFailures: failures, using: &random)
    }

    /// A wait after so many failures in a row, by dice of one's own.
    func delay(
        afterFailures failures: Int, using random: inout some RandomNumberGenerator
    ) -> Duration {
        var bound = first
        for _ in 1..<max(1, min(failures, 64)) where bound < limit { bound *= 2 }
        return min(bound, limit) * Double.random(in: 0...1, using: &random)
    }
}
