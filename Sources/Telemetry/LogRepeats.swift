import Lane

/// When something may be told again that was told before.
struct LogRepeats {
    /// Beyond so many keys all others share one.
    static let limit = 1024
    private var entries: [String: (until: Moment, suppressed: Int)] = [:]

    /// How many lines were left out since the last one, if it is time for the next; else nil.
    mutating func pass(_ key: String, pause: Duration, now: Moment) -> Int? {
        var key = key
        if entries[key] == nil, entries.count >= Self.limit {
            entries = entries.filter { $0.value.until > now }
            if entries.count >= Self.limit { key = "" }
        }
        if let entry = entries[key], entry.until > now {
            entries[key] = (entry.until, entry.suppressed + 1)
            return nil
        }
        let suppressed = entries[key]?.suppressed ?? 0
        entries[key] = (now + pause, 0)
        return suppressed
    }
}
