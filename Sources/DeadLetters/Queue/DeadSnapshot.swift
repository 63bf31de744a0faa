package import Worker

/// The letters that fitted a query at one moment: what was counted, and so what may be touched.
///
/// Holds keys, not letters; a hundred thousand of them take a few megabytes. Letters that come later, those that die again included, have
/// other keys.
package struct DeadSnapshot: Sendable {
    /// When it was taken.
    package let takenAt: Timestamp
    /// How many letters the queue held, and which of them were not to be seen.
    package internal(set) var walk = DeadWalk()
    /// How many of them fitted.
    package private(set) var count = 0
    /// What they have in common, if it was asked for.
    package internal(set) var groups = DeadGroups()
    /// The bytes of the bodies that fitted.
    private(set) var bytes = 0
    private var keys: [DeadKey: UInt32] = [:]

    /// Nothing counted yet.
    init(at time: Timestamp) { takenAt = time }

    mutating func add(_ letter: DeadLetter) {
        keys[letter.key, default: 0] += 1
        count += 1
        bytes += letter.body.count
    }

    /// Whether a letter is one of them; each is taken once.
    mutating func take(_ key: DeadKey) -> Bool {
        guard let copies = keys[key] else { return false }
        keys[key] = copies > 1 ? copies - 1 : nil
        count -= 1
        return true
    }

    /// The letters of this one that are not in another, which was made from it by taking some.
    func without(_ rest: DeadSnapshot) -> DeadSnapshot {
        var taken = self
        for (key, copies) in rest.keys {
            guard let all = taken.keys[key] else { continue }
            taken.keys[key] = all > copies ? all - copies : nil
            taken.count -= Int(min(all, copies))
        }
        return taken
    }

    /// Takes back that a letter was taken: it was not touched after all.
    mutating func putBack(_ key: DeadKey) {
        keys[key, default: 0] += 1
        count += 1
    }

    /// How many letters a connection holds while they are looked at by somebody who takes their time: they may all wait in memory.
    ///
    /// What waits is any letter of the queue, and not only those that fitted. Large ones often lie together, so they weigh more: with a
    /// plain average a row of them among many small ones would be most of a gigabyte.
    var lookAhead: Int {
        let average = walk.depth > 0 ? max((walk.squares / Double(walk.depth)).squareRoot(), 256) : 256
        return max(Int(Double(16 << 20) / average), 16)
    }

    /// How many letters a connection holds while they are moved.
    ///
    /// They may all be in memory. And the broker looks through what a channel holds for each letter that is acknowledged out of turn, which
    /// makes four connections with 4,000 letters each four times as fast as one with 16,000.
    var prefetch: Int {
        let average = count > 0 ? max(bytes / count, 256) : 256
        return min(max((64 << 20) / average, 64), 4_000)
    }
}
