import AMQP
import DeadLetters
import Lane
import Operations
import Settings
import Telemetry
import Worker

/// Watches how many dead letters there are and how old the oldest is, and warns once either is too much.
///
/// How many there are comes along with the soundings. How old the oldest is says only the letter itself: a look at the head of the queue
/// every few minutes, and when letters have left, which leaves the queue as it was and never waits for anybody else who is looking.
actor DeadWatch: LaneBound {
    /// How often the head of the queue is looked at, unless letters leave.
    private static let pause = Duration.seconds(600)
    /// How often at most.
    private static let shortestPause = Duration.seconds(15)
    /// Where there are more letters, none is looked at: many of them might have to be taken in hand.
    private static let most = 10_000

    nonisolated let lane: Lane
    private let queue: DeadQueue
    private let log: Log
    private var limits: Settings.Dead
    private var count = 0
    /// When the letter at the head died.
    private var diedAt: Timestamp?
    private var lookedAt: Moment?
    private var triedAt: Moment?
    private var look: Task<Void, Never>?
    private var counts = Crossing()
    private var ages = Crossing()

    /// Knows nothing yet.
    init(_ configuration: WorkerConfiguration, limits: Settings.Dead, log: Log, on lane: Lane) {
        self.lane = lane
        self.limits = limits
        self.log = log
        queue = DeadQueue(
            configuration.topology.names, configuration.broker, patience: .zero, on: lane)
    }

    /// Warns by other limits from now on.
    func use(_ limits: Settings.Dead) { self.limits = limits }

    /// Ends a look that is under way.
    func stop() async {
        look?.cancel()
        await look?.value
    }

    /// Takes note of how many letters there are.
    func note(_ messages: Int, at now: Moment = .now) {
        // Whoever has left may have been the oldest.
        if messages < count { lookedAt = nil }
        count = messages
        if messages == 0 {
            diedAt = nil
        } else if messages <= Self.most, lookedAt.map({ now - $0 >= Self.pause }) ?? true {
            lookAtHead(at: now)
        }
        judge(at: now)
    }

    // MARK: The oldest

    private func lookAtHead(at now: Moment) {
        guard look == nil, triedAt.map({ now - $0 >= Self.shortestPause }) ?? true else { return }
        triedAt = now
        look = Task(executorPreference: lane) { await self.readHead() }
    }

    private func readHead() async {
        defer { look = nil }
        do throws(DeadError) {
            guard let head = try await queue.head(atMost: Self.most) else { return }
            diedAt = head.diedAt
            lookedAt = .now
            judge(at: .now)
        } catch {
            // Somebody else is at it, or the broker is away: the next sounding brings another try.
        }
    }

    // MARK: Warnings

    private var age: Duration? {
        guard count > 0, let diedAt else { return nil }
        return max(.zero, Timestamp.now - diedAt)
    }

    private func judge(at now: Moment) {
        switch counts.note(isOver: limits.warnCount.map { count > $0 } ?? false, at: now) {
        case .over:
            log.warning("more dead letters than dead.warn_count", ["letters": count, "limit": limits.warnCount])
        case .back: log.info("no more dead letters than dead.warn_count", ["letters": count])
        case nil: break
        }
        let age = age
        let seconds = age.map { $0.components.seconds }
        let isOld = age.flatMap { age in limits.warnAge.map { age > $0 } } ?? false
        switch ages.note(isOver: isOld, at: now) {
        case .over:
            log.warning(
                "the oldest dead letter is older than dead.warn_age",
                ["seconds": seconds, "limit": limits.warnAge?.shortText])
        case .back: log.info("no dead letter is older than dead.warn_age", ["letters": count])
        case nil: break
        }
    }

    /// Writes what is known; to be called on the lane.
    nonisolated func write(into exposition: inout Exposition) {
        let (age, isOver) = assumeIsolated { ($0.age, [$0.counts.isOver, $0.ages.isOver]) }
        exposition.gauge(
            "wxpush_dead_letters_over", "Whether there are more or older dead letters than the configuration wants.",
            labels: "limit", samples: zip(["count", "age"], isOver).map { (labels: [$0], value: $1 ? 1 : 0) })
        if let age {
            exposition.gauge(
                "wxpush_dead_oldest_seconds", "How long ago the letter at the head of the dead queue died.",
                age / .seconds(1))
        }
    }
}
