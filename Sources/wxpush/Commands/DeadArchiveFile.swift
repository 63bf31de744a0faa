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
        /// The bytes that are on the disk for good.
        var size = 0
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
            let failure = keep(lines)
            for continuation in waiting { continuation.resume(returning: failure) }
            if let failure { return end(failure) }
        }
    }

    /// Writes lines, all of them or none: the letters of those that nobody was told of stay in the queue.
    private func keep(_ lines: [UInt8]) -> DeadError? {
        let size = state.withLock { $0.size }
        // The name is in the directory, which is kept on its own.
        let code = write(lines) ?? (size == 0 ? syncDirectory() : nil)
        if let code {
            ftruncate(descriptor, size)
            return .unwritten("\(path) cannot be written: \(systemErrorText(code))")
        }
        state.withLock { $0.size += lines.count }
        return nil
    }

    private func write(_ lines: [UInt8]) -> Int32? {
        var rest = lines[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return Self.sync(descriptor)
    }

    private func syncDirectory() -> Int32? {
        let end = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let directory = open(end == path.startIndex ? "." : String(path[..<end]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // Some directories can be written, and not be read.
        guard directory >= 0 else { return nil }
        defer { close(directory) }
        return Self.sync(directory)
    }

    /// What went wrong; a file system that knows no waiting does nothing wrong.
    private static func sync(_ descriptor: Int32) -> Int32? { fsync(descriptor) == 0 || errno == EINVAL ? nil : errno }

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
