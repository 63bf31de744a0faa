import FleetCache
import Lane

/// What dead letters of one kind have in common.
struct DeadKind: Hashable, Sendable {
    let reason: String
    let errcode: Int?
    let app: String
    /// The template's name, if there is such a template: what a job makes up tells no kinds apart.
    let template: String

    /// What names it in the cache.
    var counter: String {
        let parts = [reason, errcode.map(String.init) ?? "", app, template]
        return "dead-kind:" + Fingerprint(parts.joined(separator: "\u{0}").utf8).hex
    }
}

/// The kinds of dead letters that are no news: shared by the lanes of a worker, and kept in the cache for the fleet.
package final class DeadKinds: Sendable {
    /// After that long, a kind that still comes is news again.
    private static let memory = Duration.seconds(86_400)
    /// How many kinds a worker remembers; with the cache, forgetting some costs a question each.
    static let limit = 1000

    private let known = Locked<[DeadKind: Moment]>([:])

    /// Nothing known yet.
    package init() {}

    /// Whether a letter is the first of its kind in a day: in the fleet, or to this worker while the cache is away.
    func isNews(_ kind: DeadKind, in cache: any FleetRates, at now: Moment = .now) async -> Bool {
        guard learn(kind, at: now) else { return false }
        do throws(FleetCacheError) {
            return try await cache.add(1, to: kind.counter, keptFor: Self.memory) == 1
        } catch {
            if case .closed = error { return false }
            return true
        }
    }

    /// Remembers a kind; false if it is known.
    func learn(_ kind: DeadKind, at now: Moment) -> Bool {
        known.withLock { known in
            if let since = known[kind], now - since < Self.memory { return false }
            if known.count >= Self.limit {
                known = known.filter { now - $0.value < Self.memory }
                if known.count >= Self.limit { known = [:] }
            }
            known[kind] = now
            return true
        }
    }
}
