package import AMQP
package import FleetCache
package import Lane

/// What a lane tells others of itself: whether its connections stand, and what it has heard from the cache.
package final class LaneState: Sendable {
    private struct Facts {
        var consumer = LinkState.closed
        var publisher = LinkState.closed
        var workers = 1
        var pauses: (at: Moment, list: [Pause]) = (.now, [])
        var cacheTrouble: FleetCacheError?
        var flow = LaneFlow()
        var refusedAt: Moment?
    }

    private let facts = Locked(Facts())

    /// The connection that jobs come by.
    package var consumer: LinkState {
        get { facts.withLock { $0.consumer } }
        set { facts.withLock { $0.consumer = newValue } }
    }

    /// The connection that results go by.
    package var publisher: LinkState {
        get { facts.withLock { $0.publisher } }
        set { facts.withLock { $0.publisher = newValue } }
    }

    /// How many lanes take jobs from the queue, as far as the broker has said.
    package internal(set) var workers: Int {
        get { facts.withLock { $0.workers } }
        set { facts.withLock { $0.workers = max(1, newValue) } }
    }

    /// What the fleet had paused when the cache was last asked, a second ago; while it is away, what is left of that.
    package var pauses: [Pause] {
        let (at, list) = facts.withLock { $0.pauses }
        let age = Moment.now - at
        return list.compactMap { $0.left(after: age) }
    }

    /// Why the cache does not answer; nil if it does.
    package var cacheTrouble: FleetCacheError? { facts.withLock { $0.cacheTrouble } }

    /// Notes that the cache answers, and with what.
    func cacheAnswers(pauses: [Pause]) {
        facts.withLock { facts in
            facts.pauses = (.now, pauses)
            facts.cacheTrouble = nil
        }
    }

    /// Notes that it does not.
    func cacheFails(_ error: FleetCacheError) { facts.withLock { $0.cacheTrouble = error } }

    /// How jobs passed through the lane when it last beat, a second ago.
    package internal(set) var flow: LaneFlow {
        get { facts.withLock { $0.flow } }
        set { facts.withLock { $0.flow = newValue } }
    }

    /// When the broker last did not take a message that it was offered; nil if it never has.
    package var refusedAt: Moment? { facts.withLock { $0.refusedAt } }

    /// Notes that the broker has not taken a message.
    func publishingFails() { facts.withLock { $0.refusedAt = .now } }

    /// Whether jobs can come and results can go.
    package var isReady: Bool {
        if case .ready = consumer, case .ready = publisher { true } else { false }
    }
}
