import CLinux
import Glibc

/// Signals of the process as events on a lane.
public struct Signals {
    /// Keeps signals from ending the process, so that they wait for ``Lane/signals(_:)``.
    ///
    /// To be called by `main` before it starts any thread: threads inherit what is blocked, and one that does not block
    /// a signal may be chosen to be ended by it.
    public static func block(_ signals: [Int32]) {
        var set = mask(signals)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    static func mask(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }
}

extension Lane {
    /// The given signals in the order of their arrival, from now on until the sequence is let go; to be called on the lane.
    ///
    /// The kernel keeps one pending signal of each kind, so a signal that arrives twice before it is read counts once.
    public func signals(_ signals: [Int32]) throws(LaneError) -> AsyncStream<Int32> {
        var mask = Signals.mask(signals)
        let descriptor = unsafe signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else { throw LaneError(call: "signalfd", code: errno) }
        let (stream, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingNewest(signals.count * 8))
        let watch: Watch
        do throws(LaneError) {
            watch = try self.watch(descriptor, for: .readable) { _ in
                var info = signalfd_siginfo()
                let size = MemoryLayout<signalfd_siginfo>.size
                while unsafe read(descriptor, &info, size) == size { continuation.yield(Int32(info.ssi_signo)) }
            }
        } catch {
            close(descriptor)
            throw error
        }
        continuation.onTermination = { [self] _ in
            perform { [self] in
                cancel(watch)
                close(descriptor)
            }
        }
        return stream
    }
}
