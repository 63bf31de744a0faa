import FleetCache

/// The refreshes that were counted today; each call is part of a transaction.
final class BudgetTable {
    private let select: Statement
    private let write: Statement

    init(_ database: Database) throws(SQLiteFailure) {
        select = try Statement("SELECT day, spent, last FROM budget WHERE app = ?1 AND kind = ?2", in: database)
        write = try Statement("INSERT OR REPLACE INTO budget VALUES (?1, ?2, ?3, ?4, ?5)", in: database)
    }

    func spend(
        _ kind: RefreshKind, of app: String, limit: Int, spacing: Duration, now: Int64
    ) throws(SQLiteFailure) -> RefreshGrant {
        let today = ShanghaiDay.number(atMicroseconds: now)
        let entry = try select.first(.text(app), .text(kind.rawValue)) { ($0.integer(0), $0.integer(1), $0.integer(2)) }
        let spent = entry.map { $0.0 == today ? Int(clamping: $0.1) : 0 } ?? 0
        guard spent < limit else {
            return .exhausted(spent: spent, wait: ShanghaiDay.remaining(atMicroseconds: now))
        }
        if let last = entry?.2, last + spacing.wholeMicroseconds > now {
            return .tooSoon(wait: .microseconds(last + spacing.wholeMicroseconds - now))
        }
        try write.run(.text(app), .text(kind.rawValue), .integer(today), .integer(Int64(spent + 1)), .integer(now))
        return .granted(spent: spent + 1)
    }

    func spent(_ kind: RefreshKind, of app: String, now: Int64) throws(SQLiteFailure) -> Int {
        let today = ShanghaiDay.number(atMicroseconds: now)
        return try select.first(.text(app), .text(kind.rawValue)) { row in
            row.integer(0) == today ? Int(clamping: row.integer(1)) : 0
        } ?? 0
    }
}
