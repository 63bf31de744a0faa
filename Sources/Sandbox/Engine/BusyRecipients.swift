/// To whom a message is on its way, and until when.
struct BusyRecipients {
    private var until: [String: Instant] = [:]
    private var sweepAt = 1024

    /// How many are remembered, some of them for no reason any more.
    var count: Int { until.count }

    /// Whether a message to somebody is on its way.
    func contains(_ openid: String, at now: Instant) -> Bool {
        // Without any latency the table is empty, and costs nothing.
        !until.isEmpty && until[openid].map { now < $0 } ?? false
    }

    /// Notes that a message to somebody is on its way.
    mutating func insert(_ openid: String, from now: Instant, until end: Instant) {
        guard end > now else { return }
        until[openid] = end
        guard until.count >= sweepAt else { return }
        until = until.filter { now < $0.value }
        sweepAt = max(1024, 2 * until.count)
    }
}
