import Lane

/// The connection of the moment, and who waits for the next one.
///
/// Touched on its lane only, by the actor that holds it and by the timers and cancellations of those who wait: that
/// is what `@unchecked Sendable` stands for.
final class ConnectionSlot: @unchecked Sendable {
    private let lane: Lane
    private(set) var connection: Connection?
    /// Whether nobody is to wait for another one.
    private(set) var isOver = false
    private var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter: UInt64 = 0

    init(on lane: Lane) { self.lane = lane }

    func fill(_ connection: Connection) {
        self.connection = connection
        wakeAll()
    }

    func empty() { connection = nil }

    /// Sends those who wait away empty-handed, now and from now on.
    func dismissWaiters() {
        isOver = true
        wakeAll()
    }

    /// A connection other than the given one; waits for it, but not beyond the deadline, the end, or a cancellation.
    func connection(
        after previous: Connection? = nil, until deadline: Moment? = nil
    ) async -> Connection? {
        while !isOver, !Task.isCancelled {
            if let connection, connection !== previous { return connection }
            if let deadline, deadline <= .now { return nil }
            nextWaiter += 1
            let id = nextWaiter
            var timer: Lane.Timer?
            if let deadline {
                timer = lane.schedule(after: deadline - .now) { [self] in wake(id) }
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    // What is awaited may have come on the way here.
                    let isHere = connection != nil && connection !== previous
                    if Task.isCancelled || isOver || isHere {
                        continuation.resume()
                    } else {
                        waiters[id] = continuation
                    }
                }
            } onCancel: {
                lane.perform { [self] in wake(id) }
            }
            if let timer { lane.cancel(timer) }
        }
        return nil
    }

    private func wake(_ id: UInt64) { waiters.removeValue(forKey: id)?.resume() }

    private func wakeAll() {
        let waking = waiters
        waiters = [:]
        for waiter in waking.values { waiter.resume() }
    }
}
