/// Timers ordered by deadline: O(log n) to add and to cancel, nothing for a timer that waits.
///
/// The heap holds small values only; the actions sit in slots that do not move, so a timer can be cancelled by its
/// slot without a search.
struct TimerHeap {
    /// Names one timer; a slot that is used again gets another generation.
    struct ID: Equatable, Sendable {
        fileprivate let slot: Int32
        fileprivate let generation: UInt32
    }

    private struct Slot {
        var action: (() -> Void)?
        var position: Int32
        var generation: UInt32
    }

    private var heap: [(deadline: Moment, slot: Int32)] = []
    private var slots: [Slot] = []
    private var freeSlots: [Int32] = []

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    var nextDeadline: Moment? { heap.first?.deadline }

    mutating func add(at deadline: Moment, _ action: @escaping () -> Void) -> ID {
        let slot: Int32
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = Int32(slots.count)
            slots.append(Slot(action: nil, position: -1, generation: 0))
        }
        slots[Int(slot)].action = action
        heap.append((deadline, slot))
        rise(from: heap.count - 1)
        return ID(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Forgets a timer, and returns its action; nil if it has fired or was cancelled before.
    mutating func cancel(_ id: ID) -> (() -> Void)? {
        guard Int(id.slot) < slots.count, slots[Int(id.slot)].generation == id.generation else { return nil }
        return remove(at: Int(slots[Int(id.slot)].position))
    }

    /// Takes the action of the earliest timer that is due.
    mutating func popDue(at now: Moment) -> (() -> Void)? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        return remove(at: 0)
    }

    private mutating func remove(at position: Int) -> (() -> Void)? {
        let slot = Int(heap[position].slot)
        let action = slots[slot].action.take()
        slots[slot].generation &+= 1
        freeSlots.append(Int32(slot))
        let last = heap.removeLast()
        guard position < heap.count else { return action }
        heap[position] = last
        rise(from: position)
        sink(from: Int(slots[Int(last.slot)].position))
        return action
    }

    private mutating func rise(from start: Int) {
        var position = start
        let moving = heap[position]
        while position > 0 {
            let parent = (position - 1) / 2
            guard moving.deadline < heap[parent].deadline else { break }
            place(heap[parent], at: position)
            position = parent
        }
        place(moving, at: position)
    }

    private mutating func sink(from start: Int) {
        var position = start
        let moving = heap[position]
        while true {
            var child = 2 * position + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].deadline < heap[child].deadline { child += 1 }
            guard heap[child].deadline < moving.deadline else { break }
            place(heap[child], at: position)
            position = child
        }
        place(moving, at: position)
    }

    private mutating func place(_ entry: (deadline: Moment, slot: Int32), at position: Int) {
        heap[position] = entry
        slots[Int(entry.slot)].position = Int32(position)
    }
}
