import CSQLite
import FleetCache
import Glibc
import Lane

/// The layout of the database, and its version.
enum Schema {
    /// What this program writes and reads.
    static let version: Int64 = 1
    /// "wxpu" in ASCII: tells the file from databases of other programs.
    static let applicationID: Int64 = 0x7778_7075

    /// Times are microseconds since 1970 in UTC.
    ///
    /// The rows of `token` and `budget` are few, one per app, and stay: a lease's number must never come back. All others
    /// go when their time is up.
    static let tables = """
        CREATE TABLE token (
            app TEXT PRIMARY KEY NOT NULL, value TEXT, expires INTEGER NOT NULL DEFAULT 0,
            generation INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0,
            stored_fence INTEGER NOT NULL DEFAULT 0, owner TEXT, lease_until INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE budget (
            app TEXT NOT NULL, kind TEXT NOT NULL, day INTEGER NOT NULL, spent INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (app, kind)) WITHOUT ROWID;
        CREATE TABLE ledger (
            id TEXT PRIMARY KEY NOT NULL, owner TEXT NOT NULL, since INTEGER NOT NULL, lease_until INTEGER NOT NULL,
            result BLOB, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX ledger_expires ON ledger (expires);
        CREATE TABLE bucket (
            key TEXT PRIMARY KEY NOT NULL, full_at REAL NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX bucket_expires ON bucket (expires);
        CREATE TABLE pause (
            key TEXT PRIMARY KEY NOT NULL, cause TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX pause_expires ON pause (expires);
        CREATE TABLE counter (
            key TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX counter_expires ON counter (expires);
        """

    /// Brings a file that may be new into shape, while other processes may be doing the same.
    static func prepare(
        _ database: Database, path: String, survivesPowerLoss: Bool, within limit: Duration
    ) throws(FleetCacheError) {
        let found: Int64?
        do throws(SQLiteFailure) {
            try turnOnWriteAheadLog(database, within: limit)
            try database.execute("PRAGMA synchronous = \(survivesPowerLoss ? "FULL" : "NORMAL")")
            found = try database.transaction { () throws(SQLiteFailure) in try layOut(database) }
        } catch {
            throw error.asCacheError(path: path)
        }
        guard let found else { throw .unusable("\(path) is the database of another program") }
        guard found == version else {
            throw .unusable("\(path) has layout \(found), and this program knows \(version)")
        }
    }

    /// Makes the tables if there are none, and returns the version of what is there; nil if it is not ours.
    private static func layOut(_ database: Database) throws(SQLiteFailure) -> Int64? {
        let found = try number("PRAGMA user_version", in: database)
        if try number("PRAGMA application_id", in: database) == applicationID { return found }
        let isEmpty = try number("SELECT count(*) FROM sqlite_schema", in: database) == 0
        guard isEmpty, found == 0 else { return nil }
        try database.execute(tables)
        try database.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
        return version
    }

    private static func turnOnWriteAheadLog(_ database: Database, within limit: Duration) throws(SQLiteFailure) {
        let deadline = Moment.now + limit
        while true {
            do throws(SQLiteFailure) {
                return try database.execute("PRAGMA journal_mode = WAL")
            } catch {
                // The switch does not wait for others by itself: SQLite fears a deadlock there.
                guard error.code & 0xff == SQLITE_BUSY, Moment.now < deadline else { throw error }
                usleep(2_000)
            }
        }
    }

    private static func number(_ sql: String, in database: Database) throws(SQLiteFailure) -> Int64 {
        try Statement(sql, in: database).first { $0.integer(0) } ?? 0
    }
}
