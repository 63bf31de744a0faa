import Lane
import Synchronization

/// Numbers that one lane writes and any thread reads.
///
/// As nobody else writes, an addition is a load, an add and a store, none of which locks the bus; atomic, so that a reader
/// on another thread sees a number that was there, late by next to nothing.
@safe final class Cells: Sendable {
    let bounds: [Double]
    let lane: Lane
    let count: Int
    /// Never moves, and is freed with the owner.
    nonisolated(unsafe) private let start: UnsafeMutablePointer<Atomic<UInt64>>

    init(count: Int, bounds: [Double], lane: Lane) {
        self.bounds = bounds
        self.lane = lane
        self.count = count
        unsafe start = .allocate(capacity: count)
        for place in 0..<count { unsafe (start + place).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe start.deinitialize(count: count)
        unsafe start.deallocate()
    }

    /// The number at a place, as it was stored.
    func bits(_ place: Int) -> UInt64 {
        precondition(place < count)
        return unsafe start[place].load(ordering: .relaxed)
    }

    /// Changes the number at a place; to be called on the lane.
    @inline(__always) func change(_ place: Int, _ change: (UInt64) -> UInt64) {
        assert(lane.isCurrent, "a metric is counted on a lane that is not its own")
        precondition(place < count)
        unsafe start[place].store(change(start[place].load(ordering: .relaxed)), ordering: .relaxed)
    }
}
