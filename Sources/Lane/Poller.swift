import CLinux
import Glibc

/// What a file descriptor is ready for, or is watched for.
public struct Readiness: OptionSet, Sendable {
    /// The bits as Linux has them.
    public let rawValue: UInt32

    /// Makes a set from Linux' bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bytes to read, a connection to accept, or the peer's end.
    public static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    /// Room to write.
    public static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// An error or a hang-up; reported whether asked for or not.
    public static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// The poll set of a lane, with the descriptor that wakes it from other threads.
@safe final class Poller: Sendable {
    /// The most events of one `wait`.
    static let batch = 256

    private let set: Int32
    private let alarm: Int32
    /// Filled and read by the lane's thread alone.
    nonisolated(unsafe) private let events: UnsafeMutablePointer<epoll_event>

    init() throws(LaneError) {
        set = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard set >= 0 else { throw LaneError(call: "epoll_create1", code: errno) }
        alarm = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard alarm >= 0 else {
            let error = LaneError(call: "eventfd", code: errno)
            close(set)
            throw error
        }
        unsafe events = .allocate(capacity: Self.batch)
        try add(alarm, for: .readable, token: .max)
    }

    deinit {
        close(set)
        close(alarm)
        unsafe events.deallocate()
    }

    func add(_ descriptor: Int32, for interest: Readiness, token: UInt64) throws(LaneError) {
        try control(EPOLL_CTL_ADD, descriptor, interest, token)
    }

    func change(_ descriptor: Int32, for interest: Readiness, token: UInt64) throws(LaneError) {
        try control(EPOLL_CTL_MOD, descriptor, interest, token)
    }

    func remove(_ descriptor: Int32) {
        // Fails only for a descriptor that was closed before, which has left the set by itself.
        try? control(EPOLL_CTL_DEL, descriptor, [], 0)
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ interest: Readiness, _ token: UInt64
    ) throws(LaneError) {
        var event = unsafe epoll_event(events: interest.rawValue, data: epoll_data(u64: token))
        guard unsafe epoll_ctl(set, operation, descriptor, &event) == 0 else {
            throw LaneError(call: "epoll_ctl", code: errno)
        }
    }

    /// Waits for events, for ever if no limit is given, and returns how many there are.
    func wait(atMost limit: Duration?) -> Int {
        var milliseconds: Int32 = -1
        if let limit {
            // Rounded up, or the lane would spin through the last fraction of a millisecond.
            milliseconds = Int32(min((limit.wholeNanoseconds + 999_999) / 1_000_000, 3_600_000))
        }
        // Interrupted by a signal counts as no events: the loop comes back here.
        return unsafe max(0, Int(epoll_wait(set, events, Int32(Self.batch), milliseconds)))
    }

    /// The token and readiness of an event that `wait` has counted; nil for the lane's own alarm, which it resets.
    func event(at index: Int) -> (token: UInt64, readiness: Readiness)? {
        let (token, bits) = unsafe (events[index].data.u64, events[index].events)
        guard token != .max else {
            var count: UInt64 = 0
            _ = unsafe read(alarm, &count, MemoryLayout<UInt64>.size)
            return nil
        }
        let readiness = Readiness(rawValue: bits)
        // Linux tells an error and a hang-up apart; either is a failure here.
        return (token, readiness.isDisjoint(with: .failed) ? readiness : readiness.union(.failed))
    }

    /// Ends a `wait` from another thread.
    func wake() {
        var one: UInt64 = 1
        _ = unsafe write(alarm, &one, MemoryLayout<UInt64>.size)
    }
}
