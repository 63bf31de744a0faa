import FleetCache

/// The send ledger; each call is part of a transaction.
final class LedgerTable {
    private struct Entry {
        let owner: String
        let since: Int64
        let leaseUntil: Int64
        let result: [UInt8]?
    }

    private let select: Statement
    private let enter: Statement
    private let conclude: Statement
    private let takeOver: Statement
    private let delete: Statement
    private let deleteHeld: Statement

    init(_ database: Database) throws(SQLiteFailure) {
        select = try Statement(
            "SELECT owner, since, lease_until, result FROM ledger WHERE id = ?1 AND expires > ?2", in: database)
        enter = try Statement("INSERT OR REPLACE INTO ledger VALUES (?1, ?2, ?3, ?4, ?5, ?6)", in: database)
        conclude = try Statement("UPDATE ledger SET result = ?2, expires = ?3 WHERE id = ?1", in: database)
        takeOver = try Statement(
            "UPDATE ledger SET owner = ?2, lease_until = ?3, expires = ?4 WHERE id = ?1", in: database)
        delete = try Statement("DELETE FROM ledger WHERE id = ?1", in: database)
        deleteHeld = try Statement(
            "DELETE FROM ledger WHERE id = ?1 AND owner = ?2 AND result IS NULL", in: database)
    }

    func begin(_ claim: LedgerClaim, now: Int64) throws(SQLiteFailure) -> LedgerAnswer {
        let leaseUntil = now + claim.lease.wholeMicroseconds
        let expires = max(leaseUntil, now + claim.keep.wholeMicroseconds)
        guard let entry = try entry(claim.id, now: now) else {
            try enter.run(
                .text(claim.id), .text(claim.owner), .integer(now), .integer(leaseUntil), .null, .integer(expires))
            return .fresh
        }
        if let result = entry.result { return .finished(result) }
        let age = Duration.microseconds(max(0, now - entry.since))
        if entry.leaseUntil > now { return .inFlight(owner: entry.owner, age: age) }
        try takeOver.run(.text(claim.id), .text(claim.owner), .integer(leaseUntil), .integer(expires))
        return .abandoned(owner: entry.owner, age: age)
    }

    func finish(_ outcome: LedgerOutcome, now: Int64) throws(SQLiteFailure) -> FinishAnswer {
        let expires = now + outcome.keep.wholeMicroseconds
        if let entry = try entry(outcome.id, now: now) {
            if let first = entry.result { return .superseded(by: first) }
            try conclude.run(.text(outcome.id), .blob(outcome.result), .integer(expires))
        } else {
            try enter.run(
                .text(outcome.id), .text(""), .integer(now), .integer(now), .blob(outcome.result), .integer(expires))
        }
        return .recorded
    }

    func forget(_ id: String, heldBy owner: String?) throws(SQLiteFailure) {
        if let owner { try deleteHeld.run(.text(id), .text(owner)) } else { try delete.run(.text(id)) }
    }

    private func entry(_ id: String, now: Int64) throws(SQLiteFailure) -> Entry? {
        try select.first(.text(id), .integer(now)) { row in
            Entry(
                owner: row.text(0), since: row.integer(1), leaseUntil: row.integer(2),
                result: row.isNull(3) ? nil : row.blob(3))
        }
    }
}
