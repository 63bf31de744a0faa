import Lane

/// Lets one job at a time through to each recipient: WeChat refuses two at once.
///
/// Shared by the lanes of a worker. Nobody holds the lock for longer than a look into a table.
package final class RecipientGate: Sendable {
    /// Those inside, each with those who wait behind it.
    private let inside = Locked<[String: [CheckedContinuation<Void, Never>]]>([:])

    /// A gate with nobody inside.
    package init() {}

    /// How many wait for one recipient at most: who waits holds a place that others could use.
    private static let places = 8

    /// Goes in, and waits until whoever is inside has left; false if too many wait already.
    ///
    /// Whoever has gone in must leave by ``leave(_:)``.
    package func enter(_ recipient: String) async -> Bool {
        let isFree: Bool? = inside.withLock { inside in
            guard let waiting = inside[recipient]?.count else {
                inside[recipient] = []
                return true
            }
            return waiting < Self.places ? false : nil
        }
        guard let isFree else { return false }
        if isFree { return true }
        await withCheckedContinuation { continuation in
            let isFree = inside.withLock { inside in
                guard inside[recipient] == nil else {
                    inside[recipient]?.append(continuation)
                    return false
                }
                inside[recipient] = []
                return true
            }
            if isFree { continuation.resume() }
        }
        return true
    }

    /// Leaves, and lets the next one in.
    package func leave(_ recipient: String) {
        let next = inside.withLock { inside -> CheckedContinuation<Void, Never>? in
            guard inside[recipient]?.isEmpty == false else {
                inside[recipient] = nil
                return nil
            }
            return inside[recipient]?.removeFirst()
        }
        next?.resume()
    }
}
