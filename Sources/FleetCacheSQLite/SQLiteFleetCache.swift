package import FleetCache

/// A fleet's cache in a file: for all workers of one machine, without a server.
///
/// Any number of tasks and processes may use one file. The database is used by a thread of its own; nothing here ever
/// makes a lane wait. The file must be on a local disk, as the processes share memory over it, and must not be moved or
/// deleted while one of them runs: those that come later would share another one.
package final class SQLiteFleetCache: FleetCache {
    /// Where the file is, and how it is used.
    package struct Configuration: Sendable {
        /// The path of the file, which is made if there is none.
        ///
        /// SQLite puts two more beside it, `-wal` and `-shm`.
        package var path: String
        /// How long to wait for another process that is writing.
        package var busyLimit: Duration = .seconds(5)
        /// Whether an answer means that the disk has it, and not only the kernel; costs a flush for each transaction.
        ///
        /// Without it nothing is lost when processes are killed, but the last moments may be when the machine loses its power.
        package var survivesPowerLoss = true
        /// The time that expiry goes by.
        package var clock = WallClock.system

        /// Names the file; everything else can be set afterwards.
        package init(path: String) { self.path = path }
    }

    private let thread: CommitThread

    /// Opens the file, and makes it if there is none.
    package static func open(_ configuration: Configuration) async throws(FleetCacheError) -> SQLiteFleetCache {
        SQLiteFleetCache(try await CommitThread.start(configuration))
    }

    private init(_ thread: CommitThread) { self.thread = thread }

    deinit { thread.close() }

    package func close() async {
        thread.close()
        await thread.end()
    }

    /// How many rows there are that are to go some day; counts them all, so only for tests and tools.
    package func rowCount() async throws(FleetCacheError) -> Int {
        try await perform { (store, _) throws(SQLiteFailure) in try store.rowCount() }
    }

    /// Runs a step in the next transaction.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Store, Int64) throws(SQLiteFailure) -> Value
    ) async throws(FleetCacheError) -> Value {
        let result: Result<Value, FleetCacheError> = await withCheckedContinuation { continuation in
            if !thread.submit(RequestFor(continuation, body)) { continuation.resume(returning: .failure(.closed)) }
        }
        return try result.get()
    }
}
