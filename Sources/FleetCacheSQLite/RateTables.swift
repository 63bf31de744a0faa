import FleetCache

/// Buckets, pauses and counters; each call is part of a transaction.
final class RateTables {
    private let selectBucket: Statement
    private let writeBucket: Statement
    private let writePause: Statement
    private let deletePause: Statement
    private let selectPauses: Statement
    private let selectCounter: Statement
    private let writeCounter: Statement

    init(_ database: Database) throws(SQLiteFailure) {
        selectBucket = try Statement("SELECT full_at FROM bucket WHERE key = ?1", in: database)
        writeBucket = try Statement("INSERT OR REPLACE INTO bucket VALUES (?1, ?2, ?3)", in: database)
        writePause = try Statement(
            """
            INSERT INTO pause VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE
            SET cause = excluded.cause, expires = excluded.expires WHERE excluded.expires > expires
            """, in: database)
        deletePause = try Statement("DELETE FROM pause WHERE key = ?1", in: database)
        selectPauses = try Statement(
            "SELECT key, cause, expires FROM pause WHERE expires > ?1 ORDER BY key", in: database)
        selectCounter = try Statement(
            "SELECT value, expires FROM counter WHERE key = ?1 AND expires > ?2", in: database)
        writeCounter = try Statement("INSERT OR REPLACE INTO counter VALUES (?1, ?2, ?3)", in: database)
    }

    func take(_ count: Int, from key: String, rate: FleetRate, now: Int64) throws(SQLiteFailure) -> RateGrant {
        var bucket = TokenBucket(fullAt: try selectBucket.first(.text(key)) { $0.real(0) } ?? 0)
        let grant = bucket.take(count, rate: rate, now: now)
        if grant.granted > 0 {
            // A bucket that is full again is as good as none.
            try writeBucket.run(.text(key), .real(bucket.fullAt), .integer(Int64(bucket.fullAt) + 1))
        }
        return grant
    }

    func pause(_ key: PauseKey, for duration: Duration, cause: String, now: Int64) throws(SQLiteFailure) {
        try writePause.run(.text(key.description), .text(cause), .integer(now + duration.wholeMicroseconds))
    }

    func resume(_ key: PauseKey) throws(SQLiteFailure) {
        try deletePause.run(.text(key.description))
    }

    func pauses(now: Int64) throws(SQLiteFailure) -> [Pause] {
        try selectPauses.all(.integer(now)) { row in
            Pause(
                key: PauseKey(row.text(0)), cause: row.text(1), remaining: .microseconds(row.integer(2) - now))
        }
    }

    func add(_ amount: Int, to counter: String, keptFor duration: Duration, now: Int64) throws(SQLiteFailure) -> Int {
        let entry = try selectCounter.first(.text(counter), .integer(now)) { ($0.integer(0), $0.integer(1)) }
        let (sum, overflow) = (entry?.0 ?? 0).addingReportingOverflow(Int64(amount))
        let value = overflow ? (amount > 0 ? Int64.max : .min) : sum
        try writeCounter.run(
            .text(counter), .integer(value), .integer(entry?.1 ?? now + duration.wholeMicroseconds))
        return Int(value)
    }

    func value(of counter: String, now: Int64) throws(SQLiteFailure) -> Int {
        try selectCounter.first(.text(counter), .integer(now)) { Int($0.integer(0)) } ?? 0
    }
}
