/// How much may be written before the kernel has to be asked again whether it takes more.
///
/// The kernel only ever takes more than it said, never less, as long as what was written since is subtracted: so one question is enough
/// for many small messages.
struct SendBudget {
    /// Kept free for the heartbeats that librabbitmq writes by itself while it reads.
    static let reserve = 16 << 10
    /// What a write may cost the kernel beyond its bytes: buffers of its own for each.
    private static let overhead = 4 << 10

    private var remaining = 0

    /// Whether a frame group of this size may be written; asks for the room only when what is known does not suffice.
    mutating func take(_ bytes: Int, room: () -> Int) -> Bool {
        let cost = bytes + bytes / 8 + Self.overhead
        if cost > remaining { remaining = room() - Self.reserve }
        guard cost <= remaining else { return false }
        remaining -= cost
        return true
    }
}
