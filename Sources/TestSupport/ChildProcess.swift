import Foundation
import Glibc
import Lane

/// A program started by this process in a session of its own, out of reach of the terminal's Ctrl-C.
///
/// A thread of its own waits for its end, so it never stays a zombie and awaiting ``exit()`` blocks no pool thread.
package final class ChildProcess: Sendable {
    private enum State {
        case running([CheckedContinuation<Int32, Never>])
        case ended(Int32)
    }

    /// What the program is given to run with.
    package struct Setting: Sendable {
        /// The absolute path of the program.
        package var executable: String
        /// Its arguments, without the program's own name.
        package var arguments: [String] = []
        /// Its whole environment: nothing is inherited.
        package var environment: [String: String] = [:]
        /// The directory it starts in.
        package var directory = "/"
        /// The descriptor that becomes its standard input; the null device if nil.
        package var input: Int32?
        /// The file that takes its standard output and error, emptied first; the null device if nil.
        package var output: String?
        /// Whether the signals by which a terminal or a supervisor asks for an end are blocked.
        package var isShielded = false

        /// Names the program; everything else can be set afterwards.
        package init(_ executable: String, _ arguments: [String] = []) {
            self.executable = executable
            self.arguments = arguments
        }
    }

    /// The identifier of the process, of its session and of its process group.
    package let processID: Int32
    private let state = Locked(State.running([]))

    /// Starts the program; throws when it cannot be executed.
    package init(_ setting: Setting) throws {
        processID = try Self.spawn(setting)
        let thread = Thread { [self] in awaitEnd() }
        thread.name = "child-exit"
        thread.start()
    }

    /// Whether the process has not ended yet.
    package var isRunning: Bool {
        state.withLock { state in
            if case .running = state { true } else { false }
        }
    }

    /// Waits for the end: the exit status, or 128 plus the number of the signal that killed it.
    package func exit() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status: Int32? = state.withLock { state in
                switch state {
                case .running(let waiting):
                    state = .running(waiting + [continuation])
                    return nil
                case .ended(let status):
                    return status
                }
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Sends a signal to every process of the group, unless the leader has ended.
    package func signalGroup(_ signal: Int32) {
        state.withLock { state in
            // Holding the lock keeps the leader unreaped, so its number cannot belong to another group by now.
            if case .running = state { _ = Glibc.kill(-processID, signal) }
        }
    }

    private func awaitEnd() {
        var info = siginfo_t()
        _ = SystemCall.retrying { waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) }
        let (status, waiting) = state.withLock { state in
            var raw: Int32 = 0
            _ = SystemCall.retrying { waitpid(processID, &raw, 0) }
            let status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
            defer { state = .ended(status) }
            if case .running(let waiting) = state { return (status, waiting) }
            return (status, [])
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }
}
