/// Who may be answered, how often and for how long.
struct WindowTable {
    private struct Window {
        let since: Instant
        let end: Instant
        /// How many messages may still follow; nil for any number.
        var left: Int?
    }

    private var windows = RecentTable<String, Window>(lifetime: .seconds(48 * 3600), capacity: 1_000_000)

    /// Opens a window, in the place of the one that is open.
    mutating func open(_ kind: Interaction.Kind, for openid: String, at now: Instant) {
        windows.put(Window(since: now, end: now + kind.window, left: kind.allowance), for: openid, at: now)
    }

    /// Refuses a message that does not fit into a window.
    func check(_ openid: String, at now: Instant) throws(Refusal) {
        guard let window = windows[openid], now < window.end else { throw Refusal(45015) }
        if let left = window.left, left <= 0 { throw Refusal(45047) }
    }

    /// Counts a message.
    mutating func spend(_ openid: String, at now: Instant) {
        guard var window = windows[openid], let left = window.left else { return }
        window.left = left - 1
        windows.put(window, for: openid, at: now)
    }

    /// Whether somebody did something in the last while.
    func isRecent(_ openid: String, within while: Duration, at now: Instant) -> Bool {
        windows[openid].map { now < $0.since + `while` } ?? false
    }
}
