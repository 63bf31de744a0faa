/// The messages that were sent and are not confirmed yet, in the order of their numbers.
///
/// Confirms arrive in any order, one by one or for all up to a number. A message that came back is told before its confirm,
/// without its number, in the order of publishing.
struct ConfirmWindow<Entry> {
    private enum Slot {
        case waiting(Entry)
        case settled
    }

    private var slots = Ring<Slot>(minimumCapacity: 512)
    /// The number of the first slot.
    ///
    /// The first message of a channel is number one.
    private var base: UInt64 = 1
    private(set) var waiting = 0
    /// Where the search for a returned message goes on; all before it are confirmed or came back.
    private var returnedUpTo: UInt64 = 0

    var isEmpty: Bool { waiting == 0 }

    /// The message that has waited longest.
    var oldest: Entry? {
        // The first slot is never settled: settling moves past it.
        if case .waiting(let entry) = slots.first { entry } else { nil }
    }

    mutating func append(_ entry: Entry) {
        slots.append(.waiting(entry))
        waiting += 1
    }

    /// Takes out what a confirm or a refusal names; unknown numbers are no news.
    mutating func settle(_ tag: UInt64, multiple: Bool, _ body: (Entry) -> Void) {
        guard tag >= base, tag - base < UInt64(slots.count) else { return }
        let last = Int(tag - base)
        for position in (multiple ? 0 : last)...last {
            guard case .waiting(let entry) = slots[position] else { continue }
            slots[position] = .settled
            waiting -= 1
            body(entry)
        }
        while case .settled = slots.first {
            _ = slots.popFirst()
            base += 1
        }
    }

    /// The earliest waiting message that the condition holds for, to be asked once for each message that came back.
    mutating func firstReturned(where matches: (Entry) -> Bool) -> Entry? {
        var position = Int(max(returnedUpTo + 1, base) - base)
        while position < slots.count {
            if case .waiting(let entry) = slots[position], matches(entry) {
                returnedUpTo = base + UInt64(position)
                return entry
            }
            position += 1
        }
        return nil
    }

    /// Takes out everything; for a channel that has ended.
    ///
    /// Numbers start anew.
    mutating func drain(_ body: (Entry) -> Void) {
        while let slot = slots.popFirst() {
            if case .waiting(let entry) = slot { body(entry) }
        }
        base = 1
        waiting = 0
        returnedUpTo = 0
    }
}
