import AMQP
import Lane

/// One walk along the dead queue, letter by letter, that leaves everything where it was but what is settled.
///
/// What is handed out and not settled goes back to its old place when the channel ends, and only then: a refusal would put it at the end
/// of a quorum queue. So whatever the walk has passed stays in its hands. A consumer holds so many letters at most; when all of them
/// are to stay, the next connection goes on where this one stands. They are closed in the order in which they were opened, as the broker
/// lines up again what comes back first.
actor DeadPass: LaneBound {
    /// What a walk is made with.
    struct Plan: Sendable {
        var configuration: ConnectionConfiguration
        var queue: ShortString
        /// How many letters there are to see.
        var depth: Int
        /// How many letters a connection holds.
        var prefetch: Int
        /// How long it may take.
        var limit: Duration
    }

    /// How long to wait for a letter that should be there before the broker is asked for it: somebody else may have it.
    private static let patience = Duration.seconds(5)
    /// How long to wait for a letter that the broker has, and does not hand out.
    private static let brokerPatience = Duration.seconds(60)

    nonisolated let lane: Lane
    private let plan: Plan
    private let end: Moment
    private var connections: [Connection] = []
    private var deliveries: Deliveries?
    /// Letters that the last connection holds.
    private var held = 0
    /// Those of them that are about to be settled, or not.
    private var pending = 0
    private var settling: CheckedContinuation<Void, Never>?
    private var lastNews = Moment.now
    private var isListening = false
    private var isAsking = false
    private var reader: Task<Result<Void, AMQPError>, Never>?
    private var seen = 0
    /// How many letters are gone from the queue for good.
    private(set) var away = 0
    /// How many letters did not come that should have.
    private(set) var missed = 0
    /// The squares of the sizes that came by.
    private(set) var squares = 0.0
    /// Whether it ended before it was through.
    private(set) var isOutOfTime = false

    init(_ plan: Plan, on lane: Lane) {
        self.plan = plan
        self.lane = lane
        end = .now + plan.limit
    }

    /// Walks, and lets go of everything at the end.
    func run(_ body: @escaping @Sendable (DeadPass) async throws(AMQPError) -> Void) async throws(AMQPError) {
        let reader = Task(executorPreference: lane) { () -> Result<Void, AMQPError> in
            do throws(AMQPError) { return .success(try await body(self)) } catch { return .failure(error) }
        }
        self.reader = reader
        watch()
        let result = await withTaskCancellationHandler {
            await reader.value
        } onCancel: {
            reader.cancel()
        }
        self.reader = nil
        await letGo()
        try result.get()
    }

    /// Gives everything back, in its order.
    private func letGo() async {
        if away > 0, let last = connections.last {
            // On a busy broker letters that were acknowledged just before the channel ended have come back once; so the queue gets a
            // moment to take note. If one comes back all the same, workers know its copy by the id.
            for _ in 0..<4 {
                _ = try? await last.check(plan.queue)
                try? await lane.sleep(for: .milliseconds(50))
            }
        }
        if connections.count > 1, let deliveries, let last = connections.last {
            // The last consumer has room, and what the first gives back would come to it at once. So it is cancelled before; and as
            // that refuses what was not taken yet, all of it is taken.
            lastNews = .now
            let draining = Task(executorPreference: lane) { await self.drain(deliveries) }
            while .now - lastNews < .milliseconds(100), (try? await lane.sleep(for: .milliseconds(50))) != nil {}
            draining.cancel()
            await draining.value
            try? await last.cancelConsumer()
        }
        for connection in connections { await connection.close() }
    }

    /// The next letter; nil at the end, and when time is up.
    func next() async throws(AMQPError) -> Delivery? {
        while seen < plan.depth {
            guard .now < end else {
                isOutOfTime = true
                return nil
            }
            if deliveries == nil || held >= plan.prefetch {
                // What is settled makes room here; on another connection, what comes then would come back out of turn.
                if pending > 0 {
                    await withCheckedContinuation { settling = $0 }
                    continue
                }
                try await goOn()
            }
            guard let deliveries else { return nil }
            (lastNews, isListening) = (.now, true)
            var iterator = deliveries.makeAsyncIterator()
            let delivery = try await iterator.next()
            isListening = false
            guard let delivery else {
                missed = plan.depth - seen
                return nil
            }
            seen += 1
            held += 1
            let size = Double(delivery.body.count)
            squares += size * size
            return delivery
        }
        return nil
    }

    private func drain(_ deliveries: Deliveries) async {
        var iterator = deliveries.makeAsyncIterator()
        while (try? await iterator.next()) != nil { lastNews = .now }
    }

    /// Announces that a letter may be settled.
    func begin() { pending += 1 }

    /// Settles a letter that was announced: away from the queue, or to stay; returns whether it is away.
    func finish(_ delivery: Delivery, isAway: Bool) async -> Bool {
        var isGone = false
        if isAway, let connection = connections.last, await connection.acknowledge(delivery) {
            held -= 1
            away += 1
            isGone = true
        }
        pending -= 1
        // Acknowledgements out of turn wait a little for others, and where there is hardly any room, the broker waits for them. A call
        // sends them at once.
        if pending == 0, held > plan.prefetch / 4 * 3, let connection = connections.last {
            _ = try? await connection.check(plan.queue)
        }
        settling.take()?.resume()
        return isGone
    }

    private func goOn() async throws(AMQPError) {
        let connection = try await Connection.open(plan.configuration, on: lane)
        connections.append(connection)
        held = 0
        deliveries = try await connection.consume(plan.queue, prefetch: plan.prefetch)
    }

    /// Ends the walk when nothing comes any more.
    private func watch() {
        _ = lane.schedule(after: .milliseconds(500)) {
            self.assumeIsolated { pass in
                guard pass.reader != nil else { return }
                if pass.isListening, !pass.isAsking, .now - pass.lastNews > Self.patience {
                    pass.isAsking = true
                    Task(executorPreference: pass.lane) { await pass.askForMore() }
                }
                pass.watch()
            }
        }
    }

    /// A broker that has much to do may be slow to hand out what it has; so it is asked before the walk ends.
    private func askForMore() async {
        let silence = lastNews
        var isEmpty = false
        // What was on its way at the first question is here with the answer to the second.
        for _ in 0..<2 {
            let status = try? await connections.last?.status(of: plan.queue)
            isEmpty = status.map { $0.isKnown && $0.readyMessages == 0 } ?? false
        }
        isAsking = false
        guard isListening, lastNews == silence else { return }
        if isEmpty || .now - silence > Self.brokerPatience { reader?.cancel() }
    }
}
