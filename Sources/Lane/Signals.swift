import CLinux
import Glibc

/// Signals of the process as events on a lane.
public struct Signals {
    /// Keeps signals from ending the process, so that they wait for ``Lane/signals(_:)``.
    ///
    /// To be called by `main` before it starts any thread: threads inherit what is blocked, and one that does not block
    /// a signal may be chosen to be ended by it. For the same reason `main` must not be async; it waits in
    /// ``Lane/run(_:)`` instead.
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

/// A descriptor that delivers signals, and the stream they go to.
///
/// Ends both when the watch that holds it ends.
private final class SignalSource {
    let descriptor: Int32
    private let continuation: AsyncStream<Int32>.Continuation

    init(_ signals: [Int32], _ continuation: AsyncStream<Int32>.Continuation) throws(LaneError) {
        var mask = Signals.mask(signals)
        descriptor = unsafe signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        self.continuation = continuation
        guard descriptor >= 0 else { throw LaneError(call: "signalfd", code: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        continuation.finish()
    }

    /// Passes on all that have arrived.
    func drain() {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while unsafe read(descriptor, &info, size) == size { continuation.yield(Int32(info.ssi_signo)) }
    }
}

extension Lane {
    /// The given signals in the order of their arrival, until the sequence is let go or the lane stops; to be called on the lane.
    ///
    /// The kernel keeps one pending signal of each kind, so a signal that arrives twice before it is read counts once.
    public func signals(_ signals: [Int32]) throws(LaneError) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingNewest(signals.count * 8))
        let source = try SignalSource(signals, continuation)
        let watch = try watch(source.descriptor, for: .readable) { _ in source.drain() }
        continuation.onTermination = { [self] _ in
            perform { [self] in cancel(watch) }
        }
        return stream
    }
}
