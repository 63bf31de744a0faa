package import AMQP
package import FleetCache
import Lane

/// What a lane tells others of itself: whether its connections stand.
package final class LaneState: Sendable {
    private let links = Locked<(consumer: LinkState, publisher: LinkState)>((.closed, .closed))
    private let cacheFailure = Locked<FleetCacheError?>(nil)

    /// The connection that jobs come by.
    package var consumer: LinkState {
        get { links.withLock { $0.consumer } }
        set { links.withLock { $0.consumer = newValue } }
    }

    /// The connection that results go by.
    package var publisher: LinkState {
        get { links.withLock { $0.publisher } }
        set { links.withLock { $0.publisher = newValue } }
    }

    private let consumers = Locked(1)

    /// How many lanes take jobs from the queue, as far as the broker has said.
    package internal(set) var workers: Int {
        get { consumers.withLock { $0 } }
        set { consumers.withLock { $0 = max(1, newValue) } }
    }

    /// Why the cache does not answer; nil if it does.
    package var cacheTrouble: FleetCacheError? { cacheFailure.withLock { $0 } }

    /// Notes that the cache answers.
    func cacheAnswers() { cacheFailure.withLock { $0 = nil } }

    /// Notes that it does not.
    func cacheFails(_ error: FleetCacheError) { cacheFailure.withLock { $0 = error } }

    /// Whether jobs can come and results can go.
    package var isReady: Bool {
        if case .ready = consumer, case .ready = publisher { true } else { false }
    }
}
