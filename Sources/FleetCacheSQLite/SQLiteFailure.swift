import CSQLite
import FleetCache

/// What SQLite has refused.
struct SQLiteFailure: Error, Hashable {
    /// The extended result code, as the manual lists it.
    let code: Int32
    /// SQLite's own words; they name tables and columns, never values.
    let message: String

    /// The failure as the users of the cache know it.
    func asCacheError(path: String) -> FleetCacheError {
        // The low byte is the kind, the others the details.
        switch code & 0xff {
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            .unusable("\(path) is damaged or no database (\(message)); move it away to begin anew")
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
            .unusable("\(path) cannot be written (\(message))")
        case SQLITE_ERROR, SQLITE_MISUSE, SQLITE_SCHEMA, SQLITE_CONSTRAINT, SQLITE_MISMATCH:
            .unusable("\(path) is not laid out as expected (\(message))")
        case SQLITE_BUSY, SQLITE_LOCKED:
            .away("\(path) is locked by another process")
        default:
            .away("\(path): \(message)")
        }
    }
}
