import Synchronization

/// One sleeping task.
///
/// Touched on its lane only, but for the flag that the woken task reads after the lane has let it go, on whatever thread.
final class Sleeper: @unchecked Sendable {
    private var continuation: CheckedContinuation<Void, Never>?
    private var timer: TimerHeap.ID?
    private let cancelled = Atomic<Bool>(false)

    /// Whether the sleep has ended before its time.
    private(set) var wasCancelled: Bool {
        get { cancelled.load(ordering: .acquiring) }
        set { cancelled.store(newValue, ordering: .releasing) }
    }

    func begin(_ continuation: CheckedContinuation<Void, Never>, on loop: Loop, until deadline: Moment) {
        if wasCancelled || loop.isEnding {
            wasCancelled = true
            continuation.resume()
            return
        }
        self.continuation = continuation
        timer = loop.timers.add(at: deadline) { [self] in
            timer = nil
            if loop.isEnding { wasCancelled = true }
            wake()
        }
    }

    func cancel(on loop: Loop) {
        if let timer { _ = loop.timers.cancel(timer) }
        timer = nil
        // A task that has been woken reads the flag on its own time: it must not change any more.
        guard continuation != nil || !hasBegun else { return }
        wasCancelled = true
        wake()
    }

    private var hasBegun: Bool { woken || continuation != nil }
    private var woken = false

    private func wake() {
        guard let continuation = continuation.take() else { return }
        woken = true
        continuation.resume()
    }
}
