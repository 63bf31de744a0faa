import FleetCache
import Telemetry

/// Tokens and the leases to refresh them; each call is part of a transaction.
final class TokenTable {
    /// The row of an app.
    private struct Entry {
        var token: String?
        var expires: Int64 = 0
        var generation: Int64 = 0
        var fence: Int64 = 0
        var storedFence: Int64 = 0
        var owner: String?
        var leaseUntil: Int64 = 0

        func cached(at now: Int64) -> CachedToken? {
            guard let token, expires > now else { return nil }
            return CachedToken(
                value: Secret(token), generation: generation, remaining: .microseconds(expires - now))
        }

        func holder(at now: Int64) -> TokenHolder? {
            guard let owner, leaseUntil > now else { return nil }
            return TokenHolder(owner: owner, remaining: .microseconds(leaseUntil - now))
        }
    }

    private let select: Statement
    private let write: Statement

    init(_ database: Database) throws(SQLiteFailure) {
        select = try Statement(
            "SELECT value, expires, generation, fence, stored_fence, owner, lease_until FROM token WHERE app = ?1",
            in: database)
        write = try Statement("INSERT OR REPLACE INTO token VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", in: database)
    }

    func state(of app: String, now: Int64) throws(SQLiteFailure) -> TokenState {
        let entry = try entry(app)
        return TokenState(token: entry.cached(at: now), holder: entry.holder(at: now))
    }

    func lease(
        _ app: String, replacing generation: Int64?, owner: String, for duration: Duration, now: Int64
    ) throws(SQLiteFailure) -> LeaseAnswer {
        var entry = try entry(app)
        if let token = entry.cached(at: now), token.generation != generation { return .newer(token) }
        if let holder = entry.holder(at: now) { return .held(holder) }
        // The clock as a floor keeps the numbers growing when the file was lost in between.
        entry.fence = max(entry.fence + 1, now)
        entry.owner = owner
        entry.leaseUntil = now + duration.wholeMicroseconds
        try save(entry, of: app)
        return .granted(TokenLease(app: app, fence: entry.fence))
    }

    func store(
        _ value: Secret<String>, lifetime: Duration, under lease: TokenLease, now: Int64
    ) throws(SQLiteFailure) -> CachedToken? {
        var entry = try entry(lease.app)
        guard entry.fence == lease.fence else { return nil }
        if entry.storedFence == lease.fence { return entry.cached(at: now) }
        // The one place where a token leaves its wrapping: the file is this user's alone.
        entry.token = value.reveal()
        entry.expires = now + lifetime.wholeMicroseconds
        entry.generation = max(entry.generation + 1, now)
        entry.storedFence = lease.fence
        entry.owner = nil
        entry.leaseUntil = 0
        try save(entry, of: lease.app)
        return entry.cached(at: now)
    }

    func giveUp(_ lease: TokenLease, pause: Duration, now: Int64) throws(SQLiteFailure) {
        var entry = try entry(lease.app)
        guard entry.fence == lease.fence, entry.storedFence != lease.fence else { return }
        entry.leaseUntil = now + pause.wholeMicroseconds
        try save(entry, of: lease.app)
    }

    private func entry(_ app: String) throws(SQLiteFailure) -> Entry {
        try select.first(.text(app)) { row in
            Entry(
                token: row.isNull(0) ? nil : row.text(0), expires: row.integer(1), generation: row.integer(2),
                fence: row.integer(3), storedFence: row.integer(4), owner: row.isNull(5) ? nil : row.text(5),
                leaseUntil: row.integer(6))
        } ?? Entry()
    }

    private func save(_ entry: Entry, of app: String) throws(SQLiteFailure) {
        try write.run(
            .text(app), entry.token.map { .text($0) } ?? .null, .integer(entry.expires), .integer(entry.generation),
            .integer(entry.fence), .integer(entry.storedFence), entry.owner.map { .text($0) } ?? .null,
            .integer(entry.leaseUntil))
    }
}
