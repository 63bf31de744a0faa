import DeadLetters
import Glibc
import Lane

/// A file of letters in which a line that was added is there for good: on the disk, through any crash.
///
/// Lines that come while others are written go together, so that the disk is waited for once for many.
final class DeadArchiveFile: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var waiting: [CheckedContinuation<DeadError?, Never>] = []
        var isWriting = false
        var failure: DeadError?
    }

    /// How many bytes may gather.
    private static let much = 1 << 20

    /// Where it is.
    let path: String
    private let descriptor: Int32
    private let state = Locked(State())

    /// Makes a new file: what is there already is not overwritten.
    init(_ path: String) throws(Failure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600)
        guard descriptor >= 0 else {
            throw Failure(.misused, "\(path) cannot be made: \(systemErrorText(errno)); name another file")
        }
    }

    deinit { close(descriptor) }

    /// Adds a line; returns when it is on the disk.
    func add(_ line: [UInt8]) async throws(DeadError) {
        let failure: DeadError? = await withCheckedContinuation { enqueue(line, $0) }
        if let failure { throw failure }
    }

    /// Adds a line that ``flush()`` will bring to the disk; waits only where much has gathered.
    func append(_ line: [UInt8]) async throws(DeadError) {
        if state.withLock({ $0.lines.count > Self.much || $0.failure != nil }) { return try await add(line) }
        enqueue(line, nil)
    }

    /// Waits until all lines are on the disk.
    func flush() async throws(DeadError) {
        let failure: DeadError? = await withCheckedContinuation { enqueue(nil, $0) }
        if let failure { throw failure }
    }

    private func enqueue(_ line: [UInt8]?, _ continuation: CheckedContinuation<DeadError?, Never>?) {
        let (failure, starts): (DeadError?, Bool) = state.withLock { state in
            if let failure = state.failure { return (failure, false) }
            if let line {
                state.lines += line
                state.lines.append(UInt8(ascii: "\n"))
            }
            if let continuation { state.waiting.append(continuation) }
            defer { state.isWriting = true }
            return (nil, !state.isWriting)
        }
        if let failure { continuation?.resume(returning: failure) }
        if starts { start() }
    }

    private func start() {
        do throws(LaneError) {
            try startThread(named: "archive", stackSize: 256 << 10) { [self] in writeAll() }
        } catch {
            end(.unwritten("\(path) cannot be written: \(error)"))
        }
    }

    private func writeAll() {
        while true {
            let (lines, waiting) = state.withLock { state in
                defer { (state.lines, state.waiting) = ([], []) }
                state.isWriting = !state.lines.isEmpty || !state.waiting.isEmpty
                return (state.lines, state.waiting)
            }
            if lines.isEmpty, waiting.isEmpty { return }
            let failure = write(lines)
            for continuation in waiting { continuation.resume(returning: failure) }
            if let failure { return end(failure) }
        }
    }

    private func write(_ lines: [UInt8]) -> DeadError? {
        var rest = lines[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .unwritten("\(path) cannot be written: \(systemErrorText(errno))") }
            rest = rest.dropFirst(count)
        }
        return fsync(descriptor) == 0 || errno == EINVAL
            ? nil : .unwritten("\(path) cannot be written: \(systemErrorText(errno))")
    }

    private func end(_ failure: DeadError) {
        let waiting = state.withLock { state in
            state.failure = failure
            state.isWriting = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: failure) }
    }
}
