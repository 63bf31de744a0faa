import Glibc
import Lane

/// Standard output, written in large pieces by a thread that may block, so that a slow reader holds up nobody on a lane.
///
/// Whoever writes faster than the reader reads waits in ``write(_:)``. On a terminal control characters are made visible, in whatever
/// text they come. Tasks may share an output; each text stays in one piece.
package final class Output: Sendable {
    /// How much gathers before it is written.
    private static let pieceSize = 64 << 10

    private struct State {
        var bytes: [UInt8] = []
        var isWriting = false
        var waiting: [CheckedContinuation<Result<Void, OutputError>, Never>] = []
        var failure: OutputError?
    }

    /// What the output leads to.
    package let screen: Screen
    private let state = Locked(State())

    /// An output that leads to a stream.
    package init(_ screen: Screen = .output) { self.screen = screen }

    /// Adds a text; waits if there is more to write than should be.
    package func write(_ text: String) async throws(OutputError) {
        let text = screen.isTerminal ? text.visibleColours : text
        try await add(text.utf8)
    }

    /// Adds a line.
    package func line(_ text: String) async throws(OutputError) {
        try await write(text + "\n")
    }

    /// Adds bytes as they are, such as a body that is exported; on a terminal what they say is made visible.
    package func write(bytes: [UInt8]) async throws(OutputError) {
        if screen.isTerminal {
            try await write(String(decoding: bytes, as: UTF8.self))
        } else {
            try await add(bytes)
        }
    }

    /// Waits until all that was added is written.
    package func flush() async throws(OutputError) {
        let result: Result<Void, OutputError> = await withCheckedContinuation { continuation in
            let (answer, starts): (Result<Void, OutputError>?, Bool) = state.withLock { state in
                if let failure = state.failure { return (.failure(failure), false) }
                if state.bytes.isEmpty, !state.isWriting { return (.success(()), false) }
                state.waiting.append(continuation)
                defer { state.isWriting = true }
                return (nil, !state.isWriting)
            }
            if let answer { continuation.resume(returning: answer) }
            if starts { startWriting() }
        }
        try result.get()
    }

    private func add(_ bytes: some Sequence<UInt8>) async throws(OutputError) {
        let (failure, isMuch) = state.withLock { state in
            if state.failure == nil { state.bytes.append(contentsOf: bytes) }
            return (state.failure, state.bytes.count >= Self.pieceSize)
        }
        if let failure { throw failure }
        if isMuch { try await flush() }
    }

    // MARK: The thread

    private func startWriting() {
        do throws(LaneError) {
            // All signals are blocked there, SIGPIPE too: a reader that has left is an error of the call, not the end of the process.
            try startThread(named: "output", stackSize: 256 << 10) { [self] in writeAll() }
        } catch {
            end(.failed(code: error.code))
        }
    }

    private func writeAll() {
        while true {
            let (bytes, waiting) = state.withLock { state in
                defer { (state.bytes, state.waiting) = ([], []) }
                state.isWriting = !state.bytes.isEmpty
                return (state.bytes, state.waiting)
            }
            if !bytes.isEmpty, let failure = writeFully(bytes, to: screen.descriptor) { return end(failure, waiting) }
            for continuation in waiting { continuation.resume(returning: .success(())) }
            if bytes.isEmpty { return }
        }
    }

    /// Takes note of a failure before anybody is told of it: whoever is told may write on at once.
    private func end(_ failure: OutputError, _ told: [CheckedContinuation<Result<Void, OutputError>, Never>] = []) {
        let waiting = state.withLock { state in
            state.failure = failure
            state.isWriting = false
            defer { (state.bytes, state.waiting) = ([], []) }
            return told + state.waiting
        }
        for continuation in waiting { continuation.resume(returning: .failure(failure)) }
    }
}

/// Why nothing more can be written.
package enum OutputError: Error, Hashable, CustomStringConvertible {
    /// Whoever read the pipe has seen enough, as `head` does: no fault, and nothing to be said.
    case readerIsGone
    /// The system refuses, for instance because a disk is full.
    case failed(code: Int32)

    /// What a command ends with that has nothing to do but print.
    package var exitCode: Int32 { self == .readerIsGone ? 0 : 1 }

    /// The cause, as the system words it.
    package var description: String {
        switch self {
        case .readerIsGone: "nobody reads the output any more"
        case .failed(let code): "the output cannot be written: \(systemErrorText(code))"
        }
    }
}
