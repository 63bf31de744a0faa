import CLinux
import Glibc
import Lane
import Synchronization

/// Breaks a call into librabbitmq that has held its thread for too long.
///
/// By design no call waits; but the library has waits without a limit, and one that were reached after all would hold everything that
/// lives on the lane. The only thing that another thread may do to a connection is to shut its socket down, which ends
/// any wait with an error.
enum Watchdog {
    /// How long a call may take.
    ///
    /// No honest one comes near: a call reads or writes what the kernel has or takes at once.
    static let limit = Duration.seconds(10)

    /// One watched connection.
    final class Entry: Sendable {
        private let enteredAt = Atomic<UInt64>(0)
        /// The descriptor, until its owner closes it.
        private let descriptor: Locked<Int32?>
        fileprivate let limit: Duration

        fileprivate init(_ descriptor: Int32, limit: Duration) {
            self.descriptor = Locked(descriptor)
            self.limit = limit
        }

        /// A call begins, maybe within another one; returns what to leave it with.
        @discardableResult
        func enter() -> UInt64 {
            let outer = enteredAt.load(ordering: .relaxed)
            if outer == 0 { enteredAt.store(Moment.now.nanoseconds, ordering: .relaxed) }
            return outer
        }

        /// The call has ended.
        func leave(to outer: UInt64 = 0) { enteredAt.store(outer, ordering: .relaxed) }

        /// The descriptor is about to be closed.
        func end() { descriptor.withLock { $0 = nil } }

        /// False once there is nothing left to watch.
        fileprivate func check(at now: Moment) -> Bool {
            descriptor.withLock { descriptor in
                guard let descriptor else { return false }
                let entered = Moment(nanoseconds: enteredAt.load(ordering: .relaxed))
                if entered.nanoseconds != 0, now - entered > limit { shutdown(descriptor, Int32(SHUT_RDWR)) }
                return true
            }
        }
    }

    private struct State {
        var entries: [Entry] = []
        var isRunning = false
    }

    private static let state = Locked(State())

    /// Watches a connection until its entry ends.
    static func watch(_ descriptor: Int32, limit: Duration = limit) -> Entry {
        let entry = Entry(descriptor, limit: limit)
        let starts = state.withLock { state in
            state.entries.append(entry)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { start() }
        return entry
    }

    /// One thread for all connections, which ends with the last of them.
    private static func start() {
        do throws(LaneError) {
            try startThread(named: "amqp-watchdog", stackSize: 1 << 18) {
                while state.withLock({ sweep(&$0) }) {
                    var pause = timespec(tv_sec: 0, tv_nsec: 500_000_000)
                    unsafe nanosleep(&pause, nil)
                }
            }
        } catch {
            // Without a watchdog the connections work as well; the next one tries again to start it.
            state.withLock { $0.isRunning = false }
        }
    }

    private static func sweep(_ state: inout State) -> Bool {
        let now = Moment.now
        state.entries.removeAll { !$0.check(at: now) }
        state.isRunning = !state.entries.isEmpty
        return state.isRunning
    }
}
