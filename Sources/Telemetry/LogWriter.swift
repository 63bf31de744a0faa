import Glibc
import Lane

/// The thread that writes the log, so that nobody else waits for whoever reads it.
///
/// A line waits two milliseconds for others to leave with, unless it is urgent: waking the thread for each would cost more than
/// to put the lines together. If the reader stops reading, lines are lost once the buffer is full, and a line
/// says how many as soon as the next can be written.
final class LogWriter: Sendable {
    /// How much waits at most: a few thousand lines.
    static let bufferSize = 1 << 20

    private static let pause = Duration.milliseconds(2)

    /// What the thread does, or is about to do.
    private enum Activity {
        case writing
        /// It lets lines gather, and wakes by itself.
        case pausing
        case sleeping
    }

    private struct State {
        var bytes: [UInt8] = []
        var lost = 0
        var activity = Activity.writing
        var isUrgent = false
        var isClosing = false
        var waiting: [Doorbell] = []
    }

    private let state = Locked(State())
    private let doorbell = Doorbell()
    private let descriptor: Int32
    private let lossLine: @Sendable (Int) -> [UInt8]

    /// Starts the thread; `lossLine` makes the line about lines that were lost.
    init(descriptor: Int32, lossLine: @escaping @Sendable (Int) -> [UInt8]) throws(LaneError) {
        self.descriptor = descriptor
        self.lossLine = lossLine
        try startThread(named: "log", stackSize: 256 << 10) { [self] in run() }
    }

    /// Takes a line, or counts it as lost.
    func append(_ line: [UInt8], isUrgent: Bool) {
        change { state in
            if state.bytes.count + line.count > Self.bufferSize {
                state.lost += 1
            } else {
                state.bytes.append(contentsOf: line)
            }
            if isUrgent || state.bytes.count > Self.bufferSize / 2 { state.isUrgent = true }
        }
    }

    /// Waits until what was appended is written, or until the limit has passed.
    func flush(atMost limit: Duration) {
        let written = Doorbell()
        change { state in
            state.waiting.append(written)
            state.isUrgent = true
        }
        written.wait(atMost: limit)
    }

    /// Lets the thread end when it has written what there is.
    func close() {
        change { state in
            state.isClosing = true
            state.isUrgent = true
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let rings = state.withLock { state in
            change(&state)
            let rings = state.activity == .sleeping || (state.activity == .pausing && state.isUrgent)
            if rings { state.activity = .writing }
            return rings
        }
        if rings { doorbell.ring() }
    }

    // MARK: The thread

    private func run() {
        while true {
            let (batch, lost, waiting, mayEnd) = state.withLock { state in
                defer { (state.bytes, state.lost, state.waiting, state.isUrgent) = ([], 0, [], false) }
                let isIdle = state.bytes.isEmpty && state.lost == 0 && state.waiting.isEmpty
                if isIdle { state.activity = .sleeping }
                return (state.bytes, state.lost, state.waiting, isIdle && state.isClosing)
            }
            if mayEnd { return }
            if batch.isEmpty, lost == 0, waiting.isEmpty {
                doorbell.wait()
            } else {
                write(lost > 0 ? batch + lossLine(lost) : batch)
                for doorbell in waiting { doorbell.ring() }
            }
            gather()
        }
    }

    /// Lets lines gather for a moment, unless there is one that is urgent.
    private func gather() {
        let pauses = state.withLock { state in
            state.activity = state.isUrgent ? .writing : .pausing
            return !state.isUrgent
        }
        guard pauses else { return }
        doorbell.wait(atMost: Self.pause)
        state.withLock { $0.activity = .writing }
    }

    /// Writes all bytes; gives up when that fails, as there is nobody left to tell.
    private func write(_ bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes[start...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                start += count
            } else if errno == EAGAIN {
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&room, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
