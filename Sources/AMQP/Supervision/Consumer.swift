public import Lane

/// Consumes a queue on a connection of its own, which it keeps up.
///
/// The deliveries go on over a lost connection, a deleted queue, a closed channel: the broker sends again what was not
/// acknowledged, and an acknowledgement for a delivery of an earlier connection is recognised and dropped.
public actor Consumer: LaneBound {
    /// Where the consumer lives.
    public nonisolated let lane: Lane

    private let queue: ShortString
    private let prefetch: Int
    private let arguments: Table
    private let supervisor: Supervisor
    private let prepare: @Sendable (Connection) async throws(AMQPError) -> Void
    private let slot: ConnectionSlot
    private var isStopped = false

    /// A consumer of a queue; it connects once it runs.
    ///
    /// - Parameters:
    ///   - prefetch: How many deliveries the broker sends ahead of their acknowledgements.
    ///   - arguments: Such as `x-priority`.
    ///   - prepare: Run on every fresh connection before it consumes: the place to declare.
    ///   - onState: Told of every change, on the lane.
    public init(
        _ queue: ShortString, prefetch: Int, arguments: Table = Table(), _ configuration: ConnectionConfiguration,
        on lane: Lane, backoff: Backoff = Backoff(),
        prepare: @escaping @Sendable (Connection) async throws(AMQPError) -> Void = { (_) async throws(AMQPError) in },
        onState: @escaping @Sendable (LinkState) -> Void = { _ in }
    ) {
        self.lane = lane
        slot = ConnectionSlot(on: lane)
        self.queue = queue
        self.prefetch = prefetch
        self.arguments = arguments
        self.prepare = prepare
        supervisor = Supervisor(configuration: configuration, lane: lane, backoff: backoff, onState: onState)
    }

    /// Keeps the connection up until the task is cancelled; then sends what is acknowledged, and closes it.
    public func run() async {
        await supervisor.run { connection throws(AMQPError) in
            try await self.prepare(connection)
            await connection.endWithConsumer()
            if !self.isStopped {
                _ = try await connection.consume(self.queue, prefetch: self.prefetch, arguments: self.arguments)
                // Somebody may have changed their mind meanwhile, when there was no connection to tell.
                if self.isStopped { try await connection.cancelConsumer() }
            }
            self.slot.fill(connection)
        } end: { _, _ in
            self.slot.empty()
        }
        slot.dismissWaiters()
    }

    /// Takes no more deliveries: the sequence ends, and what was handed out can still be settled.
    public func stop() async {
        isStopped = true
        slot.dismissWaiters()
        // If that fails the connection is broken, and then the broker has stopped already.
        try? await slot.connection?.cancelConsumer()
    }

    /// The deliveries, until ``stop()`` or the end of ``run()``; several readers share them.
    public nonisolated var deliveries: SupervisedDeliveries { SupervisedDeliveries(consumer: self) }

    /// Handles deliveries with so many readers at once, over all connections, until ``stop()`` or the end of ``run()``.
    ///
    /// Cheaper than a loop over ``deliveries`` for each reader. Returns when the last handler has; those whose connection broke
    /// do not keep the next one waiting, so for a while there may be more of them.
    public func forEach(readers: Int, _ handle: @escaping @Sendable (Delivery) async -> Void) async {
        await withDiscardingTaskGroup { group in
            var last: Connection?
            while !isStopped, let connection = await slot.connection(after: last) {
                last = connection
                group.addTask(executorPreference: lane) {
                    try? await Deliveries(connection: connection).forEach(readers: readers, handle)
                }
            }
        }
    }

    /// Acknowledges a delivery; false if the broker has given it to somebody else by now, or it was settled before.
    ///
    /// From the lane this takes no step to another actor.
    @discardableResult
    public nonisolated func acknowledge(_ delivery: Delivery) async -> Bool {
        lane.isCurrent ? acknowledgeHere(delivery) : await acknowledgeFromElsewhere(delivery)
    }

    private nonisolated func acknowledgeHere(_ delivery: Delivery) -> Bool {
        assumeIsolated { consumer in
            consumer.slot.connection?.assumeIsolated { $0.acknowledge(delivery) } ?? false
        }
    }

    /// Whether a delivery is still ours to settle; for callers on the lane.
    public nonisolated func holds(_ delivery: Delivery) -> Bool {
        assumeIsolated { consumer in consumer.slot.connection?.assumeIsolated { $0.holds(delivery) } ?? false }
    }

    private func acknowledgeFromElsewhere(_ delivery: Delivery) async -> Bool {
        await slot.connection?.acknowledge(delivery) ?? false
    }

    /// Refuses a delivery: back to the queue, or on to where the queue sends what it gives up; false as for ``acknowledge(_:)``.
    @discardableResult
    public func refuse(_ delivery: Delivery, requeue: Bool) async -> Bool {
        await slot.connection?.refuse(delivery, requeue: requeue) ?? false
    }

    func nextDelivery() async -> Delivery? {
        var broken: Connection?
        while !isStopped, !Task.isCancelled,
            let connection = await slot.connection(after: broken)
        {
            if let delivery = try? await connection.nextDelivery() { return delivery }
            broken = connection
        }
        return nil
    }
}

/// The deliveries of a ``Consumer``, over all its connections.
public struct SupervisedDeliveries: AsyncSequence, Sendable {
    let consumer: Consumer

    /// Starts to read; several readers share the deliveries.
    public func makeAsyncIterator() -> Iterator { Iterator(consumer: consumer) }

    /// Reads one delivery after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let consumer: Consumer

        /// The next delivery; waits for it.
        public mutating func next() async -> Delivery? { await consumer.nextDelivery() }

        /// The next delivery; waits for it.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> Delivery? {
            await consumer.nextDelivery()
        }
    }
}
