/// What the workers of a fleet share: tokens, the send ledger, rates, pauses and counters.
///
/// Rules for every implementation:
///
/// - Each call, and each element of a call that takes many, is atomic in the whole fleet: two workers never both
///   get what only one may have. The elements of one call take effect in their order.
/// - What a call has answered is kept, also if every process of the fleet is killed right after.
/// - Times go in and come out as durations, measured by one clock that belongs to the cache; the workers' own
///   clocks need not agree.
/// - A call ends within a limit. It is not cut short by the cancellation of its task: it may have taken effect.
/// - ``FleetCacheError/away(_:)`` leaves open whether the call took effect. Every call may be made again: the worst that
///   a lost answer costs is that a lease or a ledger entry stands until its time is up, or that a count is one too high.
package protocol FleetCache: TokenCache, SendLedger, FleetRates {
    /// Ends the connection to the cache; calls under way are answered first, later ones fail with ``FleetCacheError/closed``.
    func close() async
}
