package import FleetCache
package import Telemetry

extension SQLiteFleetCache {
    // MARK: Tokens

    package func tokenState(of app: String) async throws(FleetCacheError) -> TokenState {
        try await perform { (store, now) throws(SQLiteFailure) in try store.tokens.state(of: app, now: now) }
    }

    package func leaseToken(
        of app: String, replacing generation: Int64?, owner: String, for duration: Duration
    ) async throws(FleetCacheError) -> LeaseAnswer {
        try await perform { (store, now) throws(SQLiteFailure) in
            try store.tokens.lease(app, replacing: generation, owner: owner, for: duration, now: now)
        }
    }

    package func storeToken(
        _ value: Secret<String>, lifetime: Duration, under lease: TokenLease
    ) async throws(FleetCacheError) -> CachedToken? {
        try await perform { (store, now) throws(SQLiteFailure) in
            try store.tokens.store(value, lifetime: lifetime, under: lease, now: now)
        }
    }

    package func giveUp(_ lease: TokenLease, pause: Duration) async throws(FleetCacheError) {
        try await perform { (store, now) throws(SQLiteFailure) in
            try store.tokens.giveUp(lease, pause: pause, now: now)
        }
    }

    package func spendRefresh(
        _ kind: RefreshKind, of app: String, limit: Int, spacing: Duration
    ) async throws(FleetCacheError) -> RefreshGrant {
        try await perform { (store, now) throws(SQLiteFailure) in
            try store.budgets.spend(kind, of: app, limit: limit, spacing: spacing, now: now)
        }
    }

    package func refreshesSpent(_ kind: RefreshKind, of app: String) async throws(FleetCacheError) -> Int {
        try await perform { (store, now) throws(SQLiteFailure) in
            try store.budgets.spent(kind, of: app, now: now)
        }
    }

    // MARK: The ledger

    package func begin(_ claims: [LedgerClaim]) async throws(FleetCacheError) -> [LedgerAnswer] {
        try await perform { (store, now) throws(SQLiteFailure) in
            try claims.map { (claim) throws(SQLiteFailure) in try store.ledger.begin(claim, now: now) }
        }
    }

    package func finish(_ outcomes: [LedgerOutcome]) async throws(FleetCacheError) -> [FinishAnswer] {
        try await perform { (store, now) throws(SQLiteFailure) in
            try outcomes.map { (outcome) throws(SQLiteFailure) in try store.ledger.finish(outcome, now: now) }
        }
    }

    package func forget(_ ids: [String], heldBy owner: String?) async throws(FleetCacheError) {
        try await perform { (store, _) throws(SQLiteFailure) in
            for id in ids { try store.ledger.forget(id, heldBy: owner) }
        }
    }

    // MARK: Rates

    package func take(
        _ count: Int, from key: String, rate: FleetRate
    ) async throws(FleetCacheError) -> RateGrant {
        try await perform { (store, now) throws(SQLiteFailure) in
            try store.rates.take(count, from: key, rate: rate, now: now)
        }
    }

    package func pause(_ key: PauseKey, for duration: Duration, cause: String) async throws(FleetCacheError) {
        try await perform { (store, now) throws(SQLiteFailure) in
            try store.rates.pause(key, for: duration, cause: cause, now: now)
        }
    }

    package func resume(_ key: PauseKey) async throws(FleetCacheError) {
        try await perform { (store, _) throws(SQLiteFailure) in try store.rates.resume(key) }
    }

    package func pauses() async throws(FleetCacheError) -> [Pause] {
        try await perform { (store, now) throws(SQLiteFailure) in try store.rates.pauses(now: now) }
    }

    package func add(
        _ amount: Int, to counter: String, keptFor duration: Duration
    ) async throws(FleetCacheError) -> Int {
        try await perform { (store, now) throws(SQLiteFailure) in
            try store.rates.add(amount, to: counter, keptFor: duration, now: now)
        }
    }

    package func value(of counter: String) async throws(FleetCacheError) -> Int {
        try await perform { (store, now) throws(SQLiteFailure) in try store.rates.value(of: counter, now: now) }
    }
}
