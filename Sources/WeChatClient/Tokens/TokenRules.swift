/// The figures of the token rules.
package struct TokenRules: Sendable {
    /// How long before its end a token is replaced: WeChat's old and new ones live side by side for so long.
    package var ahead = Duration.seconds(300)
    /// How long a worker may hold the right to fetch: two calls fit in.
    package var lease: Duration
    /// How long a job waits for a token that somebody else fetches: longer than a lease, whose holder may have died, and
    /// than ``forcedSpacing``.
    package var patience: Duration
    /// The first break after a failure; each further one doubles it.
    package var firstPause = Duration.seconds(1)
    /// What the break grows to.
    package var longestPause = Duration.seconds(60)
    /// How many forced refreshes a day the fleet allows itself: WeChat's own limit.
    package var forcedPerDay = 20
    /// How far apart forced refreshes are: WeChat ignores one that comes sooner.
    package var forcedSpacing = Duration.seconds(30)
    /// How many forced refreshes this process allows itself while the cache cannot count them.
    package var forcedAlone = 2
    /// How many classic tokens a day the fleet allows itself: as many as a test account has, a tenth of the usual limit.
    package var classicPerDay = 200
    /// How far apart classic fetches are.
    package var classicSpacing = Duration.seconds(5)

    /// The figures for WeChat, where a call may take so long.
    package init(timeout: Duration = .seconds(5)) {
        lease = timeout * 2 + .seconds(2)
        patience = lease + .seconds(20)
    }

    /// How long after it was taken over a token with that much life left is replaced.
    ///
    /// Tokens of short lives, as rehearsals use them, are replaced half-way.
    func replacementDelay(remaining: Duration) -> Duration { remaining - min(ahead, remaining / 2) }
}
