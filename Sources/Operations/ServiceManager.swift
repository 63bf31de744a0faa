import Glibc
package import Lane

/// Tells systemd how the service is doing, without its library: lines of text to a socket that it names.
///
/// To be used on its lane. Nothing is said where nobody listens.
package final class ServiceManager {
    /// How often it wants to hear that the service lives; nil for never.
    package let watchdog: Duration?
    private let socket: NotifySocket?
    private let lane: Lane
    /// What the socket had no room for yet.
    private var pending: [String] = []
    private var status = ""

    /// What the environment says of a manager; a lane to wait on when its socket is full.
    package init(environment: [String: String], processID: Int32 = getpid(), on lane: Lane) {
        self.lane = lane
        socket = environment["NOTIFY_SOCKET"].flatMap(NotifySocket.init)
        // The variables are inherited: they may be meant for the process that started this one.
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(processID)" } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdog = socket != nil && isOurs && limit > 0 ? .microseconds(limit) / 2 : nil
    }

    /// Whether there is a manager to tell.
    package var isListening: Bool { socket != nil }

    /// The service works.
    package func ready() { say("READY=1") }

    /// The service reads its configuration again, and says ``ready()`` after it.
    package func reloading() { say("RELOADING=1\nMONOTONIC_USEC=\(Moment.now.nanoseconds / 1000)") }

    /// The service has begun to stop, and may take that long.
    package func stopping(within limit: Duration) {
        say("STOPPING=1\nEXTEND_TIMEOUT_USEC=\(max(0, Int64(limit / .microseconds(1))))")
    }

    /// The service lives.
    package func beat() { say("WATCHDOG=1") }

    /// What the service is at, for `systemctl status`; said when it has changed.
    package func status(_ text: String) {
        guard text != status else { return }
        status = text
        say("STATUS=" + String(text.map { $0.isNewline ? " " : $0 }))
    }

    private func say(_ message: String) {
        guard socket != nil else { return }
        pending.append(message)
        // A manager that does not read for long has missed what is older.
        if pending.count > 64 { pending.removeFirst() }
        if pending.count == 1 { send() }
    }

    private func send() {
        while let message = pending.first {
            if socket?.send(message) == .full {
                _ = lane.schedule(after: .milliseconds(100)) { [weak self] in self?.send() }
                return
            }
            pending.removeFirst()
        }
    }
}
