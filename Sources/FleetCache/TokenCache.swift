package import Telemetry

/// The tokens of the fleet's apps, and the right to refresh them.
package protocol TokenCache: Sendable {
    /// Looks up an app's token; changes nothing.
    func tokenState(of app: String) async throws(FleetCacheError) -> TokenState

    /// Asks for the right to replace a token, if it is still the one that the caller knows.
    ///
    /// In one step: if the cache has a token that is not past its end, and its generation differs from `generation`, the answer
    /// is that token. Else, if a lease is running, the answer is its holder, also if that is the caller. Else the caller
    /// gets a lease with a number larger than any before. The old token stays where it is: everyone goes on with it.
    ///
    /// - Parameters:
    ///   - generation: The token to replace, because it was rejected or nears its end; nil if the caller has none.
    ///   - owner: Names the worker, for people.
    ///   - duration: After that much time another worker may have a lease.
    func leaseToken(
        of app: String, replacing generation: Int64?, owner: String, for duration: Duration
    ) async throws(FleetCacheError) -> LeaseAnswer

    /// Stores a token that was fetched under a lease, and ends the lease.
    ///
    /// In one step: only if no lease of the app was granted after this one, however late it is. A worker that was stopped for a minute
    /// so cannot overwrite what a successor has stored or is about to store. Nil says that this was the case; the token
    /// that the caller has fetched may still be good, but is not the fleet's.
    ///
    /// A lease stores once: the token that it has stored is the answer to each further call.
    func storeToken(
        _ value: Secret<String>, lifetime: Duration, under lease: TokenLease
    ) async throws(FleetCacheError) -> CachedToken?

    /// Ends a lease without a token; nobody gets the next one before `pause` is over.
    ///
    /// Without effect if a later lease was granted, or if this one has stored a token.
    func giveUp(_ lease: TokenLease, pause: Duration) async throws(FleetCacheError)

    /// Counts one fetch that is limited per day, if it may be made now.
    ///
    /// In one step: refused without being counted if `limit` fetches of this kind were counted on this day in Shanghai, or if the last
    /// one, today or before, is less than `spacing` ago. The day begins at 00:00 in UTC+8, as WeChat's does.
    func spendRefresh(
        _ kind: RefreshKind, of app: String, limit: Int, spacing: Duration
    ) async throws(FleetCacheError) -> RefreshGrant

    /// How many fetches of a kind were counted today in Shanghai.
    func refreshesSpent(_ kind: RefreshKind, of app: String) async throws(FleetCacheError) -> Int
}
