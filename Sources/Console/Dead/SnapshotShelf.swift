import DeadLetters
import Lane
import Operations

/// The snapshots that somebody has counted and may still use.
struct SnapshotShelf {
    /// One of them.
    struct Entry {
        let snapshot: DeadSnapshot
        let query: DeadQuery
        /// Those of its letters that somebody has whole in a file.
        fileprivate(set) var exported: DeadSnapshot?
        /// What shows that they have.
        fileprivate(set) var receipt: String?
        fileprivate var lastUse: Moment
    }

    /// How long one is kept without being used.
    static let lifetime = Duration.seconds(1800)
    /// How many there are at most.
    static let limit = 20

    private var entries: [String: Entry] = [:]

    /// Keeps a snapshot; returns its id.
    mutating func add(_ snapshot: DeadSnapshot, of query: DeadQuery, at now: Moment = .now) -> String {
        forgetOld(at: now)
        if entries.count >= Self.limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        entries[id] = Entry(snapshot: snapshot, query: query, lastUse: now)
        return id
    }

    /// A snapshot that goes on being kept.
    mutating func use(_ id: String, at now: Moment = .now) -> Entry? {
        forgetOld(at: now)
        entries[id]?.lastUse = now
        return entries[id]
    }

    /// A snapshot that is used up.
    mutating func take(_ id: String, at now: Moment = .now) -> Entry? {
        forgetOld(at: now)
        return entries.removeValue(forKey: id)
    }

    /// Takes down which letters of a snapshot were exported; returns the receipt for whoever reads that to its end.
    mutating func note(exported letters: DeadSnapshot, of id: String) -> String {
        let receipt = RandomWord.make(bits: 128)
        entries[id]?.exported = letters
        entries[id]?.receipt = receipt
        return receipt
    }

    private mutating func forgetOld(at now: Moment) {
        entries = entries.filter { now - $0.value.lastUse < Self.lifetime }
    }
}
