import Lane

/// Whether deliveries come, and how they ended.
enum Consumption {
    case none
    case running(tag: ShortString)
    /// No more deliveries come; those that are here are still handed out.
    case ended(AMQPError?)
}

/// Somebody who waits for a delivery.
@safe struct Reader {
    let id: UInt64
    let continuation: UnsafeContinuation<Result<Delivery?, AMQPError>, Never>
}

/// Deliveries as a sequence.
///
/// Its only buffer is what the broker sends ahead: the prefetch.
///
/// Ends when the connection is closed or the consumer cancelled from this side, and throws when it ends otherwise.
public struct Deliveries: AsyncSequence, Sendable {
    let connection: Connection

    /// Starts to read; several readers share the deliveries.
    public func makeAsyncIterator() -> Iterator { Iterator(connection: connection) }

    /// Reads one delivery after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let connection: Connection

        /// The next delivery; waits for it.
        public mutating func next() async throws(AMQPError) -> Delivery? { try await connection.nextDelivery() }

        /// The next delivery; waits for it.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(AMQPError) -> Delivery? { try await connection.nextDelivery() }
    }
}

extension Connection {
    /// Consumes a queue; one consumer per connection.
    ///
    /// - Parameters:
    ///   - prefetch: How many deliveries the broker sends ahead of their acknowledgements, 1 to 65535.
    ///   - exclusive: Whether nobody else may consume the queue; quorum queues take no notice.
    ///   - arguments: Such as `x-priority`.
    public func consume(
        _ queue: ShortString, prefetch: Int, exclusive: Bool = false, arguments: Table = Table()
    ) async throws(AMQPError) -> Deliveries {
        guard let limit = UInt16(exactly: prefetch), limit > 0 else {
            throw .invalid("a prefetch must be from 1 to 65535, not \(prefetch)")
        }
        if case .running = consumption { throw .invalid("this connection consumes already") }
        try queue.checkName("queue")
        try arguments.check("arguments")
        let tag = ShortString(configuration.name.map { String($0.unicodeScalars.prefix(60)) } ?? "consumer")
        giveBackBuffered()
        // Deliveries may follow the answer in the same breath.
        consumption = .running(tag: tag)
        prefetchLimit = prefetch
        do throws(AMQPError) {
            try await call([
                (.limitPrefetch(limit), "basic.qos"),
                (.consume(queue: queue, tag: tag, exclusive: exclusive, arguments: arguments), "basic.consume"),
            ])
        } catch {
            consumption = .none
            throw error
        }
        return Deliveries(connection: self)
    }

    /// Ends the consumer: no more deliveries are handed out, those that were can still be settled.
    ///
    /// What the broker has sent ahead goes back to the queue.
    public func cancelConsumer() async throws(AMQPError) {
        guard case .running(let tag) = consumption else { return }
        endDeliveries(throwing: nil)
        _ = try await call(.cancel(tag: tag), "basic.cancel")
        // All that came before the answer is here by now.
        giveBackBuffered()
    }

    /// Takes one message from a queue, if there is one; to be settled like any delivery.
    public func fetch(_ queue: ShortString) async throws(AMQPError) -> Delivery? {
        try queue.checkName("queue")
        switch try await call(.fetch(queue: queue), "basic.get") {
        case .fetched(let delivery, _): return delivery
        default: return nil
        }
    }

    // MARK: Deliveries

    func nextDelivery() async throws(AMQPError) -> Delivery? {
        if let result = nextAtOnce() { return try result.get() }
        let id = makeWaiterID()
        return try await withTaskCancellationHandler { () async -> Result<Delivery?, AMQPError> in
            await waitForDelivery(as: id) { Task.isCancelled }
        } onCancel: {
            // Not a task, which might find the lane gone.
            lane.perform { self.assumeIsolated { $0.dismissReaders(id) } }
        }.get()
    }

    /// The next delivery for a reader of a crew, which is dismissed as a whole.
    func nextDelivery(for crew: UInt64) async throws(AMQPError) -> Delivery? {
        if let result = nextAtOnce() { return try result.get() }
        return try await waitForDelivery(as: crew) { !self.crews.contains(crew) }.get()
    }

    private func waitForDelivery(
        as id: UInt64, unless isDismissed: () -> Bool
    ) async -> Result<Delivery?, AMQPError> {
        unsafe await withUnsafeContinuation { continuation in
            if isDismissed() {
                unsafe continuation.resume(returning: .success(nil))
            } else if let result = nextAtOnce() {
                // The way here may have led through the queue of the lane, and others may have run meanwhile.
                unsafe continuation.resume(returning: result)
            } else {
                unsafe readers.append(Reader(id: id, continuation: continuation))
            }
        }
    }

    /// What a reader gets without waiting; nil if it has to wait.
    private func nextAtOnce() -> Result<Delivery?, AMQPError>? {
        if case .ended(nil) = consumption { return .success(nil) }
        if let delivery = deliveries.popFirst() { return .success(delivery) }
        switch consumption {
        case .running: return nil
        case .none: return .success(nil)
        case .ended(let error): return error.map(Result.failure) ?? .success(nil)
        }
    }

    /// Sends the readers of this name away empty-handed.
    func dismissReaders(_ id: UInt64) {
        var others = Ring<Reader>()
        while let reader = readers.popFirst() {
            if reader.id == id {
                unsafe reader.continuation.resume(returning: .success(nil))
            } else {
                others.append(reader)
            }
        }
        readers = others
    }

    func accept(_ delivery: Delivery) {
        guard acks.deliver(delivery.tag) else { return finish(.malformed("a delivery out of order")) }
        // What the broker sends before it learns that nobody reads any more waits with the rest, to be given back with it: given back
        // now, it would come again at once.
        if let reader = readers.popFirst() {
            unsafe reader.continuation.resume(returning: .success(delivery))
        } else {
            deliveries.append(delivery)
            if deliveries.count > prefetchLimit { finish(.malformed("more deliveries than were asked for")) }
        }
    }

    /// Ends the sequence, after what is buffered if it ends with an error, at once if not.
    func endDeliveries(throwing error: AMQPError?) {
        guard case .running = consumption else { return }
        consumption = .ended(error)
        while let reader = readers.popFirst() {
            unsafe reader.continuation.resume(returning: error.map(Result.failure) ?? .success(nil))
        }
    }

    private func giveBackBuffered() {
        while let delivery = deliveries.popFirst() { refuse(delivery, requeue: true) }
    }

    // MARK: Settling

    /// Acknowledges a delivery; leaves with others, when all that is ready now has run.
    ///
    /// False, and nothing is sent, if the delivery was settled before or belongs to a channel that has ended: the broker has
    /// given it to somebody else by now.
    @discardableResult
    public func acknowledge(_ delivery: Delivery) -> Bool {
        guard delivery.channel == channel, isChannelOpen, acks.finish(delivery.tag) else { return false }
        scheduleFlush()
        return true
    }

    /// Whether a delivery is still ours to settle; if not, the broker has given it to somebody else, or will.
    public func holds(_ delivery: Delivery) -> Bool { delivery.channel == channel && isChannelOpen }

    /// Refuses a delivery: back to the queue, or on to where the queue sends what it gives up; false as for ``acknowledge(_:)``.
    @discardableResult
    public func refuse(_ delivery: Delivery, requeue: Bool) -> Bool {
        guard delivery.channel == channel, isChannelOpen, acks.settle(delivery.tag) else { return false }
        outbox.append(.settlement(.refuse(tag: delivery.tag, requeue: requeue)))
        scheduleFlush()
        return true
    }

    func flushAcks(all: Bool = false) {
        guard handle != nil, isChannelOpen else { return }
        for acknowledgement in acks.acknowledgements(at: .now, all: all) {
            outbox.append(.settlement(acknowledgement))
        }
        guard acks.finished > 0, patienceTimer == nil else { return }
        patienceTimer = lane.schedule(after: AckWindow.patience) {
            self.assumeIsolated {
                $0.patienceTimer = nil
                $0.scheduleFlush()
            }
        }
    }
}
