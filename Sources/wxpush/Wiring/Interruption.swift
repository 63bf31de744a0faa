import Glibc

/// What Ctrl-C does to a command that has nothing to bring to an end.
enum Interruption {
    /// Lets SIGINT and SIGTERM end the process, which are blocked from the start; to be called on the lane.
    static func endsProcess() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
