import CSQLite
import Glibc
import Lane

/// One connection to a database file, used by one thread.
@safe final class Database {
    /// The C handle; `Statement` uses it as well.
    let handle: OpaquePointer
    private let patience: Patience

    /// Opens a file that exists.
    ///
    /// - Parameter limit: How long to wait for another process that holds the lock.
    init(path: String, busyLimit limit: Duration) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard let handle = unsafe opened else { throw SQLiteFailure(code: SQLITE_NOMEM, message: "out of memory") }
        guard code == SQLITE_OK else {
            let failure = unsafe SQLiteFailure(
                code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
            // Even a failed opening leaves a handle behind.
            unsafe sqlite3_close_v2(handle)
            throw failure
        }
        unsafe self.handle = handle
        patience = Patience(limit: limit)
        unsafe sqlite3_extended_result_codes(handle, 1)
        unsafe sqlite3_busy_handler(
            handle,
            { patience, tries in
                guard let patience = unsafe patience else { return 0 }
                return unsafe Unmanaged<Patience>.fromOpaque(patience).takeUnretainedValue().wait(tries: tries) ? 1 : 0
            }, Unmanaged.passUnretained(patience).toOpaque())
    }

    deinit {
        // Waits for statements that are still alive, and closes then.
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs statements that have neither parameters nor results of interest.
    func execute(_ sql: String) throws(SQLiteFailure) {
        try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Runs steps as one, under the write lock from the beginning.
    func transaction<Value>(_ steps: () throws(SQLiteFailure) -> Value) throws(SQLiteFailure) -> Value {
        try execute("BEGIN IMMEDIATE")
        do throws(SQLiteFailure) {
            let value = try steps()
            try execute("COMMIT")
            return value
        } catch {
            // Some failures have rolled back by themselves.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Throws what the last call on this connection has failed with, if its result says so.
    func check(_ code: Int32) throws(SQLiteFailure) {
        switch code & 0xff {
        case SQLITE_OK, SQLITE_ROW, SQLITE_DONE: return
        default: throw SQLiteFailure(code: code, message: unsafe String(cString: sqlite3_errmsg(handle)))
        }
    }
}

/// How a connection waits for a lock that another process holds.
///
/// SQLite's own way sleeps up to a tenth of a second between two looks, which starves one of many busy processes.
private final class Patience {
    private let limit: Duration
    private var deadline = Moment.now

    init(limit: Duration) { self.limit = limit }

    func wait(tries: Int32) -> Bool {
        if tries == 0 { deadline = .now + limit }
        guard Moment.now < deadline else { return false }
        // Uneven, so that two that wait do not look in step.
        usleep(UInt32.random(in: 200...(tries < 10 ? 1_000 : 4_000)))
        return true
    }
}
