import DeadLetters
import Glibc
import Lane

/// What Ctrl-C does to a command.
enum Interruption {
    /// Lets SIGINT and SIGTERM end the process, which are blocked from the start; to be called on the lane.
    static func endsProcess() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Lets the first SIGINT or SIGTERM from here on end a run in order, and a second one the process; to be called on the lane.
    ///
    /// - Parameter say: Says that the run ends.
    static func stops(
        _ stop: DeadStop, on lane: Lane, say: @escaping @Sendable (String) async -> Void
    ) throws(LaneError) {
        Signals.block([SIGINT, SIGTERM])
        let signals = try lane.signals([SIGINT, SIGTERM])
        Task(executorPreference: lane) {
            for await _ in signals {
                stop.set()
                endsProcess()
                return await say("no further letter is begun; interrupt once more to end it at once")
            }
        }
    }
}
