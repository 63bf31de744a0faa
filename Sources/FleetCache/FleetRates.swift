/// Rates that all workers keep together, pauses that all of them heed, and counters.
package protocol FleetRates: Sendable {
    /// Takes up to `count` permits from a bucket that fills evenly, and never waits.
    ///
    /// In one step: as many as there are, none if there are none. A bucket that was not used for a while holds `burst` permits.
    func take(
        _ count: Int, from key: String, rate: FleetRate
    ) async throws(FleetCacheError) -> RateGrant

    /// Stops what the key names, for the whole fleet and for a while.
    ///
    /// In one step: of two pauses of one key the one that ends later stands, with its cause.
    func pause(_ key: PauseKey, for duration: Duration, cause: String) async throws(FleetCacheError)

    /// Ends a pause ahead of its time, if there is one.
    func resume(_ key: PauseKey) async throws(FleetCacheError)

    /// All pauses of the fleet that are not over, ordered by key.
    func pauses() async throws(FleetCacheError) -> [Pause]

    /// Adds to a counter, and returns its new value.
    ///
    /// In one step. A counter begins at nothing and ends `duration` after it began; adding to it does not prolong it.
    func add(_ amount: Int, to counter: String, keptFor duration: Duration) async throws(FleetCacheError) -> Int

    /// Reads a counter; nothing if there is none.
    func value(of counter: String) async throws(FleetCacheError) -> Int
}

/// How fast a bucket fills, and how much it holds.
package struct FleetRate: Hashable, Sendable {
    /// Permits a second.
    package let perSecond: Double
    /// The most that a bucket holds; 1 keeps permits evenly apart.
    package let burst: Int

    /// Makes a rate between one in a day and a million in a second; anything beyond is held to that.
    package init(perSecond: Double, burst: Int) {
        // Written so that "not a number" ends at the lower bound as well.
        self.perSecond = perSecond > 1 / 86_400 ? min(perSecond, 1_000_000) : 1 / 86_400
        self.burst = max(1, min(burst, 1_000_000))
    }

    /// Microseconds from one permit to the next.
    package var interval: Double { 1_000_000 / perSecond }
}

/// What a bucket has given.
package struct RateGrant: Hashable, Sendable {
    /// How many permits the caller has got.
    package let granted: Int
    /// When the next one is there, if it has got fewer than it asked for; else none.
    package let wait: Duration

    /// Puts together what a bucket has given.
    package init(granted: Int, wait: Duration) {
        self.granted = granted
        self.wait = wait
    }
}

/// What a pause stops.
package struct PauseKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The key as it is stored.
    package let description: String

    /// Takes a key as it was stored.
    package init(_ key: String) { description = key }

    /// Everything of an app.
    package static func app(_ app: String) -> PauseKey { PauseKey("app:\(app)") }

    /// One API of an app.
    package static func api(_ path: String, of app: String) -> PauseKey { PauseKey("api:\(app):\(path)") }

    /// One template of an app.
    package static func template(_ id: String, of app: String) -> PauseKey { PauseKey("template:\(app):\(id)") }

    /// What it is made of: the word of its scope, the app, and what of the app if that is not all of it; nil for a key of another make.
    package var parts: (scope: Substring, app: Substring, what: Substring?)? {
        let parts = description.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return nil }
        return (parts[0], parts[1], parts.count > 2 ? parts[2] : nil)
    }

    /// Orders keys as text.
    package static func < (left: PauseKey, right: PauseKey) -> Bool { left.description < right.description }
}

/// A pause that is not over.
package struct Pause: Hashable, Sendable {
    /// What is paused.
    package let key: PauseKey
    /// Why, for people.
    package let cause: String
    /// How long yet.
    package let remaining: Duration

    /// Puts together what a cache has found.
    package init(key: PauseKey, cause: String, remaining: Duration) {
        self.key = key
        self.cause = cause
        self.remaining = remaining
    }

    /// What is left of it after a while; nil if it is over by then.
    package func left(after time: Duration) -> Pause? {
        remaining > time ? Pause(key: key, cause: cause, remaining: remaining - time) : nil
    }
}
