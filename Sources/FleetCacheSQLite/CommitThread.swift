import FleetCache
import Lane

/// The thread that owns the database: all requests that arrive while it commits share its next transaction.
///
/// A commit costs the same for one request and for hundreds. The more there is to do, the more share one.
final class CommitThread: Sendable {
    /// What the callers and the thread share.
    private struct Queue {
        var requests: [any Request] = []
        /// Whether the thread sleeps, or is about to, and so needs ringing for.
        var isAsleep = false
        var isClosing = false
        var hasEnded = false
        var onEnd: [CheckedContinuation<Void, Never>] = []
    }

    /// Bounds how long other processes are kept waiting for the lock.
    private static let batchLimit = 512
    /// How many rows of a table are removed at a time.
    private static let sweepLimit = 256
    /// How long the thread sleeps at most before it looks for rows whose time is up.
    private static let idleSweep = Duration.seconds(1)

    private let queue = Locked(Queue())
    private let doorbell = Doorbell()
    private let configuration: SQLiteFleetCache.Configuration

    /// Starts the thread, and returns when it has the database open.
    static func start(_ configuration: SQLiteFleetCache.Configuration) async throws(FleetCacheError) -> CommitThread {
        let thread = CommitThread(configuration)
        let result: Result<Void, FleetCacheError> = await withCheckedContinuation { continuation in
            do throws(LaneError) {
                // What SQLite needs for statements like these stays far below this.
                try startThread(named: "cache", stackSize: 1 << 20) { thread.run(opened: continuation) }
            } catch {
                continuation.resume(returning: .failure(.away(error.description)))
            }
        }
        try result.get()
        return thread
    }

    private init(_ configuration: SQLiteFleetCache.Configuration) { self.configuration = configuration }

    /// Queues a request; false once the thread takes no more.
    func submit(_ request: any Request) -> Bool {
        let (isTaken, rings) = queue.withLock { queue in
            if queue.isClosing { return (false, false) }
            queue.requests.append(request)
            defer { queue.isAsleep = false }
            return (true, queue.isAsleep)
        }
        if rings { doorbell.ring() }
        return isTaken
    }

    /// Lets the thread end when all that is queued is done.
    func close() {
        let rings = queue.withLock { queue in
            queue.isClosing = true
            defer { queue.isAsleep = false }
            return queue.isAsleep
        }
        if rings { doorbell.ring() }
    }

    /// Waits until the thread has closed the database.
    func end() async {
        await withCheckedContinuation { continuation in
            let hasEnded = queue.withLock { queue in
                if !queue.hasEnded { queue.onEnd.append(continuation) }
                return queue.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    // MARK: The thread

    private func run(opened: CheckedContinuation<Result<Void, FleetCacheError>, Never>) {
        do throws(FleetCacheError) {
            let store = try Store(configuration)
            opened.resume(returning: .success(()))
            serve(store)
        } catch {
            opened.resume(returning: .failure(error))
        }
        let waiting = queue.withLock { queue in
            queue.hasEnded = true
            defer { queue.onEnd = [] }
            return queue.onEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    private func serve(_ store: Store) {
        var isSweepDue = true
        var lastSweep = Moment.now
        while true {
            let (batch, mayEnd) = nextBatch()
            if batch.isEmpty {
                if mayEnd { return }
                if !isSweepDue { doorbell.wait(atMost: Self.idleSweep) }
            }
            let now = Moment.now
            isSweepDue = isSweepDue || now - lastSweep >= Self.idleSweep
            if batch.isEmpty, !isSweepDue { continue }
            if isSweepDue { lastSweep = now }
            isSweepDue = commit(batch, sweeping: isSweepDue, in: store)
        }
    }

    /// Takes what is queued, or announces that the thread is about to sleep.
    private func nextBatch() -> (batch: [any Request], mayEnd: Bool) {
        queue.withLock { queue in
            let batch = Array(queue.requests.prefix(Self.batchLimit))
            queue.requests.removeFirst(batch.count)
            queue.isAsleep = batch.isEmpty && !queue.isClosing
            return (batch, queue.isClosing)
        }
    }

    /// Does a batch in one transaction, answers it, and returns whether there is more to sweep.
    private func commit(_ batch: [any Request], sweeping: Bool, in store: Store) -> Bool {
        var isMoreToSweep = false
        var failure: FleetCacheError?
        do throws(FleetCacheError) {
            try store.transaction { () throws(SQLiteFailure) in
                // One clock reading per transaction, taken under the lock: no other process has written later than that.
                let now = configuration.clock.now()
                for request in batch { try request.run(in: store, now: now) }
                if sweeping { isMoreToSweep = try store.sweep(limit: Self.sweepLimit, now: now) }
            }
        } catch {
            failure = error
            isMoreToSweep = false
        }
        for request in batch { request.end(failure) }
        return isMoreToSweep
    }
}
