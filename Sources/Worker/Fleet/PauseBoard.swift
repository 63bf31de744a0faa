package import FleetCache
package import Lane

/// What is paused, as one lane knows it: pauses of its own and those of the fleet; no clock, no cache.
///
/// When a pause runs out, one job tries whether its cause is gone, and the others wait a little longer for what it meets.
package struct PauseBoard: Sendable {
    /// What setting a pause has changed.
    package enum Change: Equatable, Sendable {
        /// Nothing was paused before.
        case new
        /// A pause that had run out goes on.
        case renewed
        /// It was paused already.
        case known
    }

    /// Whether a job may go on.
    package enum Verdict: Equatable, Sendable {
        /// Nothing stands in its way.
        case free
        /// It has to wait, and why.
        case wait(Duration, cause: String)
    }

    private struct Entry {
        var until: Moment
        /// When it was set last: who began to call before that knows nothing of it.
        var setAt: Moment
        var cause: String
        /// Whether the fleet's list has had it, so that its absence there means that somebody has ended it.
        var isShared: Bool
        /// How often it was set anew after it had run out.
        var renewals = 0
        /// Until when somebody is trying.
        var trial: Moment?
    }

    /// How long others wait for the job that tries.
    private static let trialLength = Duration.seconds(10)
    /// How long a pause that has run out is remembered.
    private static let memory = Duration.seconds(600)
    /// The longest wait in one go: what is paused may be resumed ahead of its time.
    private static let longestWait = Duration.seconds(60)

    private var entries: [PauseKey: Entry] = [:]

    /// A board with nothing on it.
    package init() {}

    /// Whether nothing is or was paused of late: the usual case, and the quick one.
    package var isEmpty: Bool { entries.isEmpty }

    /// Pauses what the key names.
    package mutating func pause(_ key: PauseKey, for duration: Duration, cause: String, at now: Moment) -> Change {
        let old = entries[key]
        var entry = old ?? Entry(until: now, setAt: now, cause: cause, isShared: false)
        // Many jobs meet the same answer at once: that is one pause, not many.
        let change: Change = old.map { $0.until <= now ? .renewed : .known } ?? .new
        if change == .renewed { entry.renewals += 1 }
        entry.until = max(entry.until, now + duration)
        entry.setAt = now
        entry.cause = cause
        entry.isShared = false
        entry.trial = nil
        entries[key] = entry
        return change
    }

    /// How often the pause was set anew: limits of a day are tried at growing distances.
    package func renewals(of key: PauseKey) -> Int { entries[key]?.renewals ?? 0 }

    /// Takes over the fleet's list; what has gone from it was ended by somebody.
    package mutating func merge(_ fleet: [Pause], at now: Moment) {
        var listed: Set<PauseKey> = []
        for pause in fleet {
            listed.insert(pause.key)
            var entry = entries[pause.key] ?? Entry(until: now, setAt: now, cause: pause.cause, isShared: true)
            entry.until = now + pause.remaining
            entry.isShared = true
            entries[pause.key] = entry
        }
        for (key, entry) in entries where !listed.contains(key) {
            if entry.isShared, entry.until > now || entry.until + Self.memory < now { entries[key] = nil }
        }
    }

    /// Whether a job may go on that any of the keys would stop.
    ///
    /// - Parameter again: Whether it was let go on a moment ago: a trial that is under way may be its own, and does not stop it.
    package mutating func verdict(for keys: [PauseKey], at now: Moment, again: Bool = false) -> Verdict {
        var trials: [PauseKey] = []
        for key in keys {
            guard let entry = entries[key] else { continue }
            if entry.until > now { return .wait(min(entry.until - now, Self.longestWait), cause: entry.cause) }
            if again { continue }
            if let trial = entry.trial, trial > now { return .wait(.seconds(2), cause: entry.cause) }
            trials.append(key)
        }
        for key in trials { entries[key]?.trial = now + Self.trialLength }
        return .free
    }

    /// Forgets the pauses of these that a call has disproved which began at a moment, and names them.
    package mutating func clear(_ keys: [PauseKey], disprovedSince began: Moment) -> [PauseKey] {
        let disproved = keys.filter { entries[$0].map { $0.setAt < began } ?? false }
        for key in disproved { entries[key] = nil }
        return disproved
    }
}
