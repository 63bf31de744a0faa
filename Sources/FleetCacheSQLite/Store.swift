import FleetCache
import Lane

/// The database and its prepared statements, owned by one thread.
final class Store {
    let ledger: LedgerTable
    let tokens: TokenTable
    let budgets: BudgetTable
    let rates: RateTables
    private let database: Database
    private let path: String
    private let sweeps: [Statement]

    init(_ configuration: SQLiteFleetCache.Configuration) throws(FleetCacheError) {
        path = configuration.path
        try DatabaseFile.prepare(path)
        do throws(SQLiteFailure) {
            database = try Database(path: path, busyLimit: configuration.busyLimit)
        } catch {
            throw error.asCacheError(path: path)
        }
        try Schema.prepare(
            database, path: path, survivesPowerLoss: configuration.survivesPowerLoss, within: configuration.busyLimit)
        do throws(SQLiteFailure) {
            ledger = try LedgerTable(database)
            tokens = try TokenTable(database)
            budgets = try BudgetTable(database)
            rates = try RateTables(database)
            var sweeps: [Statement] = []
            for (table, key) in [("ledger", "id"), ("bucket", "key"), ("pause", "key"), ("counter", "key")] {
                sweeps.append(
                    try Statement(
                        """
                        DELETE FROM \(table) WHERE \(key) IN
                        (SELECT \(key) FROM \(table) WHERE expires <= ?1 LIMIT ?2) RETURNING 1
                        """, in: database))
            }
            self.sweeps = sweeps
        } catch {
            throw error.asCacheError(path: path)
        }
    }

    /// Runs steps as one transaction.
    func transaction(_ steps: () throws(SQLiteFailure) -> Void) throws(FleetCacheError) {
        do throws(SQLiteFailure) {
            try database.transaction(steps)
        } catch {
            throw error.asCacheError(path: path)
        }
    }

    /// Removes some of the rows whose time is up, and returns whether there may be more.
    func sweep(limit: Int, now: Int64) throws(SQLiteFailure) -> Bool {
        var isFull = false
        for statement in sweeps {
            let removed = try statement.all(.integer(now), .integer(Int64(limit))) { _ in () }.count
            if removed == limit { isFull = true }
        }
        return isFull
    }

    /// How many rows the tables hold whose rows end.
    func rowCount() throws(SQLiteFailure) -> Int {
        let sql = ["ledger", "bucket", "pause", "counter"].map { "(SELECT count(*) FROM \($0))" }
        return try Statement("SELECT " + sql.joined(separator: " + "), in: database).first { Int($0.integer(0)) } ?? 0
    }
}
