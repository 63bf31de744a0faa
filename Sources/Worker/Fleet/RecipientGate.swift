import Lane

/// Lets one job at a time through to each recipient: WeChat refuses two at once.
///
/// Shared by the lanes of a worker. Nobody holds the lock for longer than a look into a table.
package final class RecipientGate: Sendable {
    /// Those inside, each with those who wait behind it.
    private let inside = Locked<[String: [CheckedContinuation<Void, Never>]]>([:])

    /// A gate with nobody inside.
    package init() {}

    /// Goes in, and waits until whoever is inside has left; must be followed by ``leave(_:)``.
    package func enter(_ recipient: String) async {
        let isFree = inside.withLock { inside in
            guard inside[recipient] == nil else { return false }
            inside[recipient] = []
            return true
        }
        if isFree { return }
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
