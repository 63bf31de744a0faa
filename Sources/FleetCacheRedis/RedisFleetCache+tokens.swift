package import FleetCache
package import Telemetry

extension RedisFleetCache {
    package func tokenState(of app: String) async throws(FleetCacheError) -> TokenState {
        let reply = try await run(.tokenState, keys: [RedisKeys.token(app)], [])
        guard let parts = reply.asList, parts.count == 2 else { throw .strange }
        return TokenState(token: try Self.token(parts[0]), holder: try Self.holder(parts[1]))
    }

    package func leaseToken(
        of app: String, replacing generation: Int64?, owner: String, for duration: Duration
    ) async throws(FleetCacheError) -> LeaseAnswer {
        let reply = try await run(
            .leaseToken, keys: [RedisKeys.token(app)],
            [.text(generation.map { String($0) } ?? ""), .text(owner), .number(duration.wholeMicroseconds)])
        guard let parts = reply.asList, parts.count == 2 else { throw .strange }
        switch parts[0].asText {
        case "granted":
            guard let fence = parts[1].asNumber else { throw .strange }
            return .granted(TokenLease(app: app, fence: fence))
        case "newer":
            guard let token = try Self.token(parts[1]) else { throw .strange }
            return .newer(token)
        case "held":
            guard let holder = try Self.holder(parts[1]) else { throw .strange }
            return .held(holder)
        default: throw .strange
        }
    }

    package func storeToken(
        _ value: Secret<String>, lifetime: Duration, under lease: TokenLease
    ) async throws(FleetCacheError) -> CachedToken? {
        // The token leaves its wrapping for the server that keeps it.
        let reply = try await run(
            .storeToken, keys: [RedisKeys.token(lease.app)],
            [.number(lease.fence), .text(value.reveal()), .number(lifetime.wholeMicroseconds)])
        return try Self.token(reply)
    }

    package func giveUp(_ lease: TokenLease, pause: Duration) async throws(FleetCacheError) {
        _ = try await run(
            .giveUp, keys: [RedisKeys.token(lease.app)], [.number(lease.fence), .number(pause.wholeMicroseconds)])
    }

    package func spendRefresh(
        _ kind: RefreshKind, of app: String, limit: Int, spacing: Duration
    ) async throws(FleetCacheError) -> RefreshGrant {
        let reply = try await run(
            .spendRefresh, keys: [RedisKeys.budget(kind, app)],
            [.number(Int64(limit)), .number(spacing.wholeMicroseconds)])
        guard let parts = reply.asList, parts.count >= 2, let number = parts[1].asNumber else { throw .strange }
        switch parts[0].asText {
        case "granted": return .granted(spent: Int(number))
        case "tooSoon": return .tooSoon(wait: .microseconds(number))
        case "exhausted":
            guard parts.count == 3, let wait = parts[2].asDuration else { throw .strange }
            return .exhausted(spent: Int(number), wait: wait)
        default: throw .strange
        }
    }

    package func refreshesSpent(_ kind: RefreshKind, of app: String) async throws(FleetCacheError) -> Int {
        let reply = try await run(.refreshesSpent, keys: [RedisKeys.budget(kind, app)], [])
        guard let spent = reply.asNumber else { throw .strange }
        return Int(spent)
    }

    // MARK: Reading

    /// Reads value, generation and remaining time; an empty list is no token.
    private static func token(_ reply: RedisReply) throws(FleetCacheError) -> CachedToken? {
        guard let parts = reply.asList else { throw .strange }
        if parts.isEmpty { return nil }
        guard parts.count == 3, let value = parts[0].asText, let generation = parts[1].asNumber,
            let remaining = parts[2].asDuration
        else { throw .strange }
        return CachedToken(value: Secret(value), generation: generation, remaining: remaining)
    }

    /// Reads owner and remaining time; an empty list is nobody.
    private static func holder(_ reply: RedisReply) throws(FleetCacheError) -> TokenHolder? {
        guard let parts = reply.asList else { throw .strange }
        if parts.isEmpty { return nil }
        guard parts.count == 2, let owner = parts[0].asText, let remaining = parts[1].asDuration else {
            throw .strange
        }
        return TokenHolder(owner: owner, remaining: remaining)
    }
}

extension FleetCacheError {
    /// An answer that no script of ours gives: somebody else has written under our keys, or it is no Redis.
    static var strange: FleetCacheError { .unusable("the server's answer is not laid out as expected") }
}
