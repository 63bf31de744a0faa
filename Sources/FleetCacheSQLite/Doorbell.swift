import Glibc
import Lane

/// What the committing thread sleeps on.
@safe final class Doorbell: Sendable {
    /// A semaphore does not move, and is used by any thread.
    nonisolated(unsafe) private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { unsafe sem_init(semaphore, 0, 0) }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Wakes the thread, or keeps it from falling asleep.
    func ring() { unsafe sem_post(semaphore) }

    /// Waits for a ring, or for the limit.
    func wait(atMost milliseconds: Int) {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let nanoseconds = Int(time.tv_nsec) + milliseconds % 1_000 * 1_000_000
        time.tv_sec += time_t(milliseconds / 1_000 + nanoseconds / 1_000_000_000)
        time.tv_nsec = nanoseconds % 1_000_000_000
        // Ended early, by a signal's handler or a clock that was set, it does no harm: the thread looks, and comes back.
        unsafe sem_timedwait(semaphore, &time)
    }
}
