package import Lane

/// Sends requests over HTTP from one lane, and keeps connections for the next ones.
///
/// Thousands of requests may be under way at once; how many, is the caller's business. A client lives until ``close()``,
/// or until nobody holds it.
package actor HTTPClient: LaneBound {
    /// Where the client lives.
    package nonisolated let lane: Lane
    /// How it connects, how patient it is, and what it trusts.
    package nonisolated let configuration: HTTPConfiguration

    private let caches = SharedCaches()
    private let pools = PoolList()
    private var transfers: [UInt64: Transfer] = [:]
    private var lastID: UInt64 = 0
    private var isClosed = false
    private var isSweepScheduled = false

    /// A client without connections.
    package init(_ configuration: HTTPConfiguration = HTTPConfiguration(), on lane: Lane) {
        self.configuration = configuration
        self.lane = lane
    }

    deinit {
        // On the lane, where all that libcurl does has to happen; a lane that has ended has nothing left to undo.
        lane.perform { [pools] in pools.close() }
    }

    /// Sends a request, and returns the answer, of whatever status.
    ///
    /// The error says whether the request may have reached the server. A cancellation of the task ends the request at once.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        lastID += 1
        let id = lastID
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in begin(request, id, continuation) }
        } onCancel: {
            // Not a task, which might find the lane gone.
            lane.perform { self.assumeIsolated { $0.cancel(id) } }
        }
        return try result.get()
    }

    /// Ends all requests and connections; the client takes no more.
    package func close() {
        isClosed = true
        pools.close()
    }

    /// The number of requests under way.
    package var inFlight: Int { transfers.count }

    /// The number of libcurl's multi handles at the moment.
    package var handles: Int { pools.all.count }

    // MARK: Requests

    private func begin(
        _ request: HTTPRequest, _ id: UInt64,
        _ continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    ) {
        let kind: HTTPFailure.Kind? = Task.isCancelled ? .cancelled : isClosed ? .closed : nil
        if let kind {
            let failure = HTTPFailure(kind: kind, origin: request.origin, detail: "")
            return continuation.resume(returning: .failure(.notSent(failure)))
        }
        guard let pool = poolWithRoom() else {
            let failure = HTTPFailure(kind: .other, origin: request.origin, detail: "out of memory")
            return continuation.resume(returning: .failure(.notSent(failure)))
        }
        if let transfer = pool.begin(request, id: id, continuation) { transfers[id] = transfer }
    }

    private func cancel(_ id: UInt64) {
        guard let transfer = transfers[id] else { return }
        transfer.pool.cancel(transfer, .cancelled)
    }

    // MARK: Pools

    private func poolWithRoom() -> TransferPool? {
        if let pool = pools.first(below: configuration.requestsPerHandle) { return pool }
        guard let pool = TransferPool(on: lane, configuration, caches) else { return nil }
        pool.onEnd = { [weak self] id in self?.assumeIsolated { _ = $0.transfers.removeValue(forKey: id) } }
        pools.all.append(pool)
        scheduleSweep()
        return pool
    }

    /// Looks now and then for pools that nobody has used for a while: libcurl closes idle connections only when it passes by.
    private func scheduleSweep() {
        guard !isSweepScheduled, !pools.all.isEmpty else { return }
        isSweepScheduled = true
        _ = lane.schedule(after: configuration.idleLimit) { [weak self] in
            self?.assumeIsolated { $0.sweep() }
        }
    }

    private func sweep() {
        isSweepScheduled = false
        pools.closeIdle(since: configuration.idleLimit)
        scheduleSweep()
    }
}
