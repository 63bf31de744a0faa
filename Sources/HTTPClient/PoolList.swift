import Lane

/// The pools of a client.
///
/// Used on the lane alone, which is what `@unchecked Sendable` stands for: when nobody holds the client any more,
/// they go there for their end.
final class PoolList: @unchecked Sendable {
    var all: [TransferPool] = []

    /// The first pool that has room; nil if all are full.
    ///
    /// Few requests thus share few pools, and find the connections of those before them; the other pools fall idle and go.
    func first(below limit: Int) -> TransferPool? {
        all.first { $0.active < limit }
    }

    /// Closes the pools that nobody has used for a while, and their connections with them.
    func closeIdle(since limit: Duration) {
        let now = Moment.now
        all.removeAll { pool in
            guard pool.active == 0, now - pool.lastUsed >= limit else { return false }
            pool.close()
            return true
        }
    }

    /// Ends all requests and connections.
    func close() {
        let closing = all
        all = []
        for pool in closing { pool.close() }
    }
}
