import Glibc

/// The bytes of a proxied connection that travel one way, and what is to go wrong with them.
struct ProxyStream {
    /// Random bytes in a range of the stream.
    struct Damage {
        /// The range, counted from the next byte.
        let range: Range<Int>
        /// What the bytes are drawn from.
        let seed: UInt64

        /// The byte in place of the one at an offset: the same for the same seed, however the bytes are split up.
        func byte(at offset: Int) -> UInt8 {
            var mixed = seed &+ UInt64(offset) &* 0x9E37_79B9_7F4A_7C15
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
        }
    }

    /// Whether no bytes move.
    var isStalled = false
    /// How many more bytes may be handed on; nil for all.
    var budget: Int?
    /// How long each piece is held back; all other connections wait meanwhile.
    var delay = Duration.zero
    /// What happens to the bytes handed on.
    var damage: Damage?
    /// Whether the end of the stream has been handed on.
    private(set) var isFinished = false

    private var pending: [UInt8] = []
    private var hasEnded = false
    /// How many bytes were handed on since the faults were cleared.
    private var offset = 0

    /// Whether the source should be read.
    var wantsInput: Bool { !isStalled && pending.isEmpty && !hasEnded }

    /// Whether the destination should be written.
    var wantsOutput: Bool { !isStalled && !pending.isEmpty }

    /// Hands on everything unharmed from now on, and counts from here.
    mutating func clearFaults() {
        isStalled = false
        budget = nil
        delay = .zero
        damage = nil
        offset = 0
    }

    /// Reads and writes what goes without waiting; false when a side has failed.
    mutating func move(from source: Int32, to destination: Int32) -> Bool {
        // Bounded, so that a busy connection cannot keep the thread from its orders.
        for _ in 0..<16 where !isStalled && budget != 0 && !isFinished {
            if pending.isEmpty && !hasEnded {
                guard let isEmpty = receive(from: source) else { return false }
                if isEmpty { return true }
            }
            if !pending.isEmpty {
                guard let isFull = transmit(to: destination) else { return false }
                if isFull { return true }
            } else if hasEnded {
                _ = shutdown(destination, Int32(SHUT_WR))
                isFinished = true
            }
        }
        return true
    }

    /// True when there was nothing to read, nil on failure.
    private mutating func receive(from source: Int32) -> Bool? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = SystemCall.retrying { recv(source, &bytes, bytes.count, Int32(MSG_DONTWAIT)) }
        if count < 0 { return errno == EAGAIN ? true : nil }
        hasEnded = count == 0
        if delay > .zero { usleep(UInt32(delay / .microseconds(1))) }
        pending = Array(bytes.prefix(count))
        return false
    }

    /// True when the destination takes no more, nil on failure.
    private mutating func transmit(to destination: Int32) -> Bool? {
        var bytes = Array(pending.prefix(budget ?? pending.count))
        if let damage {
            for index in bytes.indices where damage.range.contains(offset + index) {
                bytes[index] = damage.byte(at: offset + index)
            }
        }
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let count = SystemCall.retrying { send(destination, bytes, bytes.count, flags) }
        if count < 0 { return errno == EAGAIN ? true : nil }
        pending.removeFirst(count)
        offset += count
        if let left = budget { budget = left - count }
        return false
    }
}
