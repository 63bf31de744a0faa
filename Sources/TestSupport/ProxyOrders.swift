import Dispatch
import Lane
import Synchronization

/// What a proxy's owner tells its thread, and what the thread tells in return.
final class ProxyOrders: Sendable {
    /// What the thread can be told.
    enum Order: Sendable {
        /// Changes the behaviour.
        case behave(FaultProxy.Behaviour)
        /// Resets all connections.
        case cut
        /// Resets all connections and ends the thread.
        case stop
    }

    private struct Queue {
        var waiting: [(order: Order, done: DispatchSemaphore)] = []
        var isOver = false
    }

    /// Readable when there are orders.
    let wake: Wake
    /// The number of open connections.
    let open = Atomic<Int>(0)
    /// The number of connections accepted so far.
    let accepted = Atomic<Int>(0)
    private let queue = Locked(Queue())

    /// Makes an empty queue of orders.
    init() throws {
        wake = try Wake()
    }

    /// Returns when the thread has done it, within microseconds: it never blocks but in `poll`.
    func give(_ order: Order) {
        let done = DispatchSemaphore(value: 0)
        let isTaken = queue.withLock { queue in
            guard !queue.isOver else { return false }
            queue.waiting.append((order, done))
            if case .stop = order { queue.isOver = true }
            return true
        }
        guard isTaken else { return }
        wake.signal()
        done.wait()
    }

    /// The orders given since the last call; the thread signals each when it is done.
    func take() -> [(order: Order, done: DispatchSemaphore)] {
        wake.clear()
        return queue.withLock { queue in
            defer { queue.waiting = [] }
            return queue.waiting
        }
    }
}
