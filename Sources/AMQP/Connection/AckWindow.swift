import Lane

/// What the broker is told of deliveries.
enum Settlement: Equatable {
    case acknowledge(tag: UInt64, multiple: Bool)
    case refuse(tag: UInt64, requeue: Bool)
}

/// The deliveries of a channel that are not settled with the broker yet, and how to settle them in the fewest frames.
///
/// What is finished without a gap leaves as one acknowledgement for all. Behind a delivery that takes long, the finished ones wait
/// a moment for it, and then leave one by one: neither the broker's share for this consumer nor a redelivery after a crash
/// should depend on the slowest.
struct AckWindow {
    private enum Slot {
        /// With the user.
        case open
        /// Finished, and the broker does not know.
        case finished
        /// The broker knows.
        case settled
    }

    /// How long finished deliveries wait for the ones before them.
    static let patience = Duration.milliseconds(20)
    /// How many of them wait at most.
    static let crowd = 64

    private var slots = Ring<Slot>(minimumCapacity: 512)
    private var base: UInt64 = 1
    /// What is finished and not told, in the order of finishing.
    private var untold: [UInt64] = []
    /// Since when the first delivery holds up finished ones.
    private var heldUpSince: Moment?

    /// Deliveries that are with the user.
    private(set) var open = 0
    /// How many are finished and not told.
    var finished: Int { untold.count }

    /// The channel has delivered; false if the number is not the next one.
    mutating func deliver(_ tag: UInt64) -> Bool {
        guard tag == base + UInt64(slots.count) else { return false }
        slots.append(.open)
        open += 1
        return true
    }

    /// The user is done with a delivery; false if it was settled before.
    mutating func finish(_ tag: UInt64) -> Bool { close(tag, as: .finished) }

    /// A delivery is settled otherwise, such as by giving it back; false if it was settled before.
    mutating func settle(_ tag: UInt64) -> Bool { close(tag, as: .settled) }

    private mutating func close(_ tag: UInt64, as state: Slot) -> Bool {
        guard tag >= base, tag - base < UInt64(slots.count), case .open = slots[Int(tag - base)] else { return false }
        slots[Int(tag - base)] = state
        open -= 1
        if case .finished = state { untold.append(tag) }
        return true
    }

    /// What to tell the broker now; everything that is finished if `all` is set.
    mutating func acknowledgements(at now: Moment, all: Bool = false) -> [Settlement] {
        var result: [Settlement] = []
        var last: UInt64?
        var count = 0
        while let slot = slots.first {
            if case .open = slot { break }
            if case .finished = slot {
                last = base
                count += 1
            }
            _ = slots.popFirst()
            base += 1
        }
        if let last {
            untold.removeAll { $0 <= last }
            result.append(.acknowledge(tag: last, multiple: count > 1))
            heldUpSince = nil
        }
        guard !untold.isEmpty else {
            heldUpSince = nil
            return result
        }
        let since = heldUpSince ?? now
        heldUpSince = since
        guard all || untold.count >= Self.crowd || now - since >= Self.patience else { return result }
        for tag in untold.sorted() {
            slots[Int(tag - base)] = .settled
            result.append(.acknowledge(tag: tag, multiple: false))
        }
        untold.removeAll(keepingCapacity: true)
        heldUpSince = nil
        return result
    }

    /// Forgets everything; for a channel that has ended.
    ///
    /// Numbers start anew.
    mutating func reset() {
        slots.removeAll()
        base = 1
        untold = []
        open = 0
        heldUpSince = nil
    }
}
