/// How often and how soon a job is tried again.
package struct RetryPolicy: Hashable, Sendable {
    /// How many tries a job has.
    package var attempts: Int
    /// The wait after the first try.
    package var first: Duration
    /// What the wait grows to.
    package var max: Duration

    /// Tries and waits as they are configured.
    package init(attempts: Int = 8, first: Duration = .seconds(1), max: Duration = .seconds(600)) {
        self.attempts = attempts
        self.first = first
        self.max = max
    }

    /// The wait after so many tries: doubled each time, and spread so that jobs do not come back together.
    ///
    /// `spread` is a random number between 0 and 1.
    package func wait(after attempts: Int, spread: Double) -> Duration {
        let doublings = min(Swift.max(attempts - 1, 0), 24)
        return min(first * (1 << doublings), max) * (0.75 + 0.5 * spread)
    }
}
