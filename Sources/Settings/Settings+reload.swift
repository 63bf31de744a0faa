extension Settings {
    /// The keys in which two configurations differ.
    package struct Differences: Sendable, Equatable {
        /// Those that a running worker takes over.
        package var reloadable: [String] = []
        /// Those that count from the next start on.
        package var restart: [String] = []

        /// Whether there are none.
        package var isEmpty: Bool { reloadable.isEmpty && restart.isEmpty }
    }

    /// The keys, or the beginnings of keys, that only a start reads: what connections, threads and sockets are made of.
    private static let restartKeys = [
        "amqp.", "cache.", "ops.", "log.format",
        "wechat.endpoint", "wechat.fallback_endpoints", "wechat.timeout", "wechat.connect_timeout", "wechat.ca",
    ]

    /// What has changed from an older configuration to this one, secrets included, by key alone.
    package func reloadableDifferences(from old: Settings) -> Differences {
        let before = Dictionary(old.entries.map { ($0.key, $0.exact) }) { first, _ in first }
        let now = entries
        let present = Set(now.map(\.key))
        var changed = now.filter { before[$0.key] != $0.exact }.map(\.key)
        changed += old.entries.map(\.key).filter { !present.contains($0) }
        var differences = Differences()
        for key in changed {
            if Self.restartKeys.contains(where: { key.hasPrefix($0) }) {
                differences.restart.append(key)
            } else {
                differences.reloadable.append(key)
            }
        }
        return differences
    }
}
