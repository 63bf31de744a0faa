import Glibc

/// What a thread sleeps on until another one wakes it; it goes by the monotonic clock, which nobody can set back.
@safe package final class Doorbell: Sendable {
    @unsafe private struct Parts {
        var mutex = unsafe pthread_mutex_t()
        var condition = pthread_cond_t()
        var isRung = false
    }

    /// The parts do not move, and the mutex guards them.
    nonisolated(unsafe) private let parts = UnsafeMutablePointer<Parts>.allocate(capacity: 1)

    /// A bell that nobody has rung.
    package init() {
        unsafe parts.initialize(to: Parts())
        unsafe pthread_mutex_init(&parts.pointee.mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(&parts.pointee.condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(&parts.pointee.condition)
        unsafe pthread_mutex_destroy(&parts.pointee.mutex)
        unsafe parts.deallocate()
    }

    /// Wakes the thread, or keeps it from falling asleep.
    package func ring() {
        unsafe pthread_mutex_lock(&parts.pointee.mutex)
        unsafe parts.pointee.isRung = true
        unsafe pthread_cond_signal(&parts.pointee.condition)
        unsafe pthread_mutex_unlock(&parts.pointee.mutex)
    }

    /// Waits for a ring.
    package func wait() { wait(until: nil) }

    /// Waits for a ring, but no longer than so much.
    package func wait(atMost limit: Duration) { wait(until: .now + limit) }

    private func wait(until deadline: Moment?) {
        unsafe pthread_mutex_lock(&parts.pointee.mutex)
        defer { unsafe pthread_mutex_unlock(&parts.pointee.mutex) }
        var time = timespec()
        time.tv_sec = time_t((deadline?.nanoseconds ?? 0) / 1_000_000_000)
        time.tv_nsec = Int((deadline?.nanoseconds ?? 0) % 1_000_000_000)
        while unsafe !parts.pointee.isRung {
            let code =
                deadline == nil
                ? unsafe pthread_cond_wait(&parts.pointee.condition, &parts.pointee.mutex)
                : unsafe pthread_cond_timedwait(&parts.pointee.condition, &parts.pointee.mutex, &time)
            if code != 0 { break }
        }
        unsafe parts.pointee.isRung = false
    }
}
