import CLinux
import Glibc
import Lane

/// A worker that this program runs as a child process, under its own executable.
///
/// It ends with this process, however that ends: its standard input is a pipe that only this process holds open.
final class WorkerProcess: Sendable {
    private enum State {
        case running([CheckedContinuation<Int32, Never>])
        case ended(Int32)
    }

    /// By which a child knows that it is one.
    private static let variable = "WXPUSH_ENDS_WITH_INPUT"

    let processID: pid_t
    private let input: Int32
    private let state = Locked(State.running([]))

    /// Starts it; what it logs goes to a file.
    init(configuration: String, environment: [String: String], log: String) throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { throw Self.failure(errno) }
        defer { close(ends[0]) }
        input = ends[1]
        do throws(Failure) {
            processID = try Self.spawn(
                ["wxpush", "worker", "--config", configuration],
                environment.merging([Self.variable: "1"]) { $1 }, input: ends[0], log: log)
        } catch {
            close(ends[1])
            throw error
        }
        do throws(LaneError) {
            try startThread(named: "child", stackSize: 256 << 10) { [self] in awaitEnd() }
        } catch {
            kill(processID, SIGKILL)
            throw Self.failure(error.code)
        }
    }

    deinit { close(input) }

    /// Makes this process end in order when whoever measures it is gone; to be called by `main` once signals are blocked.
    static func endWithInput() throws(LaneError) {
        guard getenv(variable) != nil else { return }
        try startThread(named: "parent", stackSize: 256 << 10) {
            var byte: UInt8 = 0
            while read(STDIN_FILENO, &byte, 1) < 0, errno == EINTR {}
            kill(getpid(), SIGTERM)
        }
    }

    /// Waits for its end: the exit status, or 128 plus the number of the signal that killed it.
    func exit() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status: Int32? = state.withLock { state in
                switch state {
                case .running(let waiting):
                    state = .running(waiting + [continuation])
                    return nil
                case .ended(let status): return status
                }
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Ends it in order, or by force where that takes too long.
    func end(on lane: Lane) async {
        signal(SIGTERM)
        let insisting = lane.schedule(after: .seconds(15)) { [self] in signal(SIGKILL) }
        _ = await exit()
        lane.cancel(insisting)
    }

    private func signal(_ number: Int32) {
        state.withLock { state in
            // Holding the lock keeps it unreaped, so its number cannot belong to another process by now.
            if case .running = state { kill(processID, number) }
        }
    }

    private func awaitEnd() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let (status, waiting) = state.withLock { state in
            var raw: Int32 = 0
            while waitpid(processID, &raw, 0) < 0, errno == EINTR {}
            let status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
            defer { state = .ended(status) }
            if case .running(let waiting) = state { return (status, waiting) }
            return (status, [])
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }

    private static func failure(_ code: Int32) -> Failure {
        Failure(.failed, "a worker cannot be started: \(systemErrorText(code))")
    }

    private static func spawn(
        _ words: [String], _ environment: [String: String], input: Int32, log: String
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // A group of its own: the terminal's Ctrl-C is for this process, which ends the child when it is time.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, "/proc/self/exe", &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw failure(code) }
        return child
    }
}
