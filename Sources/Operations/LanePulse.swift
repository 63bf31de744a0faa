package import Lane
import Synchronization

/// A lane's sign of life: as long as it turns, it says so, every second.
package final class LanePulse: Sendable {
    /// The lane.
    package let lane: Lane
    /// A lane that has said nothing for that long is stuck.
    private let patience: Duration
    private let last = Atomic<UInt64>(Moment.now.nanoseconds)
    private let onBeat: @Sendable () -> Void

    /// The pulse of a lane, which beats from ``start()`` on.
    ///
    /// - Parameter onBeat: Called on the lane with every beat.
    package init(_ lane: Lane, patience: Duration = .seconds(10), onBeat: @escaping @Sendable () -> Void = {}) {
        self.lane = lane
        self.patience = patience
        self.onBeat = onBeat
    }

    /// Starts to beat, until the lane ends; to be called on the lane.
    package func start() { beat() }

    private func beat() {
        last.store(Moment.now.nanoseconds, ordering: .relaxed)
        onBeat()
        _ = lane.schedule(after: min(.seconds(1), patience / 10)) { [weak self] in self?.beat() }
    }

    /// How long ago the last beat was.
    package func silence(at now: Moment = .now) -> Duration {
        max(.zero, now - Moment(nanoseconds: last.load(ordering: .relaxed)))
    }

    /// Whether the lane has been silent for too long.
    package func isStuck(at now: Moment = .now) -> Bool { silence(at: now) >= patience }
}
