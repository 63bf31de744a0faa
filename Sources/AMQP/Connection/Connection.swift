public import Lane

/// One connection to a broker, with its one channel, living on a lane.
///
/// It reads and writes without ever making the lane wait. It does not come back by itself once it is closed: that is what
/// ``Consumer`` and ``Publisher`` are for. On its own it suits tools: declaring, looking, moving messages.
///
/// A connection stays open until ``close()`` or until it fails; letting go of it is not enough.
public actor Connection: LaneBound {
    /// What happens to a connection while it is open.
    public enum Event: Hashable, Sendable {
        /// The broker has an alarm, and takes no messages until it is over.
        case blocked(reason: String)
        /// The alarm is over.
        case unblocked
        /// The broker has closed the channel. The connection opens another one when it needs it.
        case channelClosed(AMQPError.Closure)
        /// The broker has cancelled the consumer.
        case consumerCancelled
    }

    /// Where the connection lives.
    public nonisolated let lane: Lane
    /// The broker's end.
    public nonisolated let endpoint: Endpoint
    /// What the broker says of itself.
    public nonisolated let server: ServerInfo

    let configuration: ConnectionConfiguration
    let onEvent: (@Sendable (Event) -> Void)?

    /// The C connection; nil once this one is closed.
    var handle: Handle?
    /// Why it is closed.
    var closeReason: AMQPError?
    private var watch: Lane.Watch?
    private var tick: Lane.Timer?
    private(set) var lastHeard = Moment.now
    private var isPumpScheduled = false
    private var closeWaiters: [UInt64: CheckedContinuation<AMQPError?, Never>] = [:]
    var nextWaiter: UInt64 = 0
    private(set) var isClosing = false
    private(set) var isCloseSent = false

    // The channel
    var channel: UInt64 = 0
    var isChannelOpen = false
    var isReopening = false

    // Writing; see Connection+writing
    var urgent = Ring<OutgoingMethod>()
    var outbox = Ring<Outgoing>()
    var bodyProgress: Int?
    var budget = SendBudget()
    var waitsForRoom = false
    /// Bytes of the round.
    var written = 0
    var isBlocked = false
    var unblockedAt = Moment(nanoseconds: 0)

    // Calls; see Connection+calls
    var call: Call?
    var callQueue: [CheckedContinuation<Void, Never>] = []
    var isCalling = false

    // Publishing; see Connection+publishing
    /// Since when the broker has refused every message.
    var refusedSince: Moment?
    /// Whether the channel is about to be exchanged, and messages wait for the new one.
    var isRenewing = false
    var confirms = ConfirmWindow<PendingMessage>()
    /// The clock as of the last round, for what needs no better.
    var roughNow = Moment.now

    // Consuming; see Connection+consuming
    var consumption = Consumption.none
    /// Whether the end of the consumer is the end of the connection.
    private(set) var endsWithConsumer = false
    var prefetchLimit = 0
    var deliveries = Ring<Delivery>(minimumCapacity: 512)
    var readers = Ring<Reader>()
    /// Readers that are at work together and not dismissed.
    var crews: Set<UInt64> = []
    var acks = AckWindow()
    var isFlushScheduled = false
    var patienceTimer: Lane.Timer?

    // MARK: Opening

    /// Connects to the first of the configuration's endpoints that answers, and logs in.
    public static func open(
        _ configuration: ConnectionConfiguration, on lane: Lane, onEvent: (@Sendable (Event) -> Void)? = nil
    ) async throws(AMQPError) -> Connection {
        var last = AMQPError.closed
        for endpoint in configuration.endpoints {
            do throws(AMQPError) {
                return try await open(endpoint, configuration, on: lane, onEvent: onEvent)
            } catch {
                last = error
            }
        }
        throw last
    }

    static func open(
        _ endpoint: Endpoint, _ configuration: ConnectionConfiguration, on lane: Lane,
        onEvent: (@Sendable (Event) -> Void)? = nil
    ) async throws(AMQPError) -> Connection {
        let handle = try await ConnectAttempt.run(endpoint, configuration, on: lane)
        let connection = Connection(handle, endpoint, configuration, on: lane, onEvent: onEvent)
        try await connection.endingWhenCancelled { () async throws(AMQPError) in try await connection.start() }
        return connection
    }

    /// Runs the first steps of a connection.
    ///
    /// A cancellation ends it at once: nothing is lost by that yet.
    nonisolated func endingWhenCancelled(_ steps: () async throws(AMQPError) -> Void) async throws(AMQPError) {
        let result: Result<Void, AMQPError> = await withTaskCancellationHandler {
            do throws(AMQPError) { return .success(try await steps()) } catch { return .failure(error) }
        } onCancel: {
            lane.perform { self.assumeIsolated { $0.finish(.closed) } }
        }
        try result.get()
    }

    private init(
        _ handle: Handle, _ endpoint: Endpoint, _ configuration: ConnectionConfiguration, on lane: Lane,
        onEvent: (@Sendable (Event) -> Void)?
    ) {
        self.handle = handle
        self.endpoint = endpoint
        self.configuration = configuration
        self.lane = lane
        self.onEvent = onEvent
        server = handle.server
    }

    private func start() async throws(AMQPError) {
        guard let handle else { return }
        do throws(LaneError) {
            watch = try lane.watch(handle.descriptor, for: .readable) { readiness in
                self.assumeIsolated { $0.becameReady(readiness) }
            }
        } catch {
            finish(.connectionLost(error.description))
            throw .connectionLost(error.description)
        }
        scheduleTick()
        // The library may have read ahead during the login.
        pump()
        do throws(AMQPError) {
            try await openChannel()
        } catch {
            finish(error)
            throw error
        }
    }

    // MARK: Reading

    private func becameReady(_ readiness: Readiness) {
        roughNow = .now
        if !readiness.isDisjoint(with: [.readable, .failed]) {
            lastHeard = roughNow
            pump()
        }
        if readiness.contains(.writable) {
            stopWaitingForRoom()
            writePending(wasWritable: true)
        }
    }

    /// Reads and handles all that is there, or a fair share of it.
    func pump() {
        guard let handle else { return }
        handle.beginRound()
        do throws(AMQPError) {
            try handle.watched { () throws(AMQPError) in
                while self.handle != nil, let event = try handle.next() { handleEvent(event) }
                handle.release()
            }
        } catch {
            finish(error)
        }
        if handle.isRoundFull, !isPumpScheduled {
            isPumpScheduled = true
            // A timer rather than more work for this turn, so that others get theirs.
            _ = lane.schedule(after: .zero) {
                self.assumeIsolated {
                    $0.isPumpScheduled = false
                    $0.pump()
                }
            }
        }
        advanceClose()
    }

    private func handleEvent(_ event: WireEvent) {
        switch event {
        case .delivery(let delivery): accept(delivery)
        case .confirmed(let tag, let multiple): confirm(tag, multiple: multiple, error: nil)
        case .refused(let tag, let multiple): confirm(tag, multiple: multiple, error: .refused)
        case .returned(let returned): noteReturn(returned)
        case .reply(let reply): finishCall(with: reply)
        case .consumerCancelled:
            endDeliveries(throwing: .consumerCancelled)
            onEvent?(.consumerCancelled)
            if endsWithConsumer {
                flushAcks(all: true)
                writePending()
                finish(.consumerCancelled)
            }
        case .channelClosed(let closure):
            endChannel(.channelClosed(closure))
            writeUrgently(.confirmChannelClosed)
            onEvent?(.channelClosed(closure))
            if endsWithConsumer { finish(.channelClosed(closure)) } else { reopenChannelIfNeeded() }
        case .connectionClosed(let closure):
            // The broker has nothing more to say, and may be gone before the answer.
            try? handle?.send(.confirmConnectionClosed)
            finish(.connectionClosed(closure))
        case .connectionCloseConfirmed:
            finish(isCloseSent ? .closed : .malformed("a goodbye that nobody has said"))
        case .blocked(let reason):
            isBlocked = true
            onEvent?(.blocked(reason: reason))
        case .unblocked:
            isBlocked = false
            unblockedAt = .now
            onEvent?(.unblocked)
            writePending()
        }
    }

    // MARK: The tick

    /// Often enough to notice a silent peer within two heartbeats, and to send our own in time.
    private var tickInterval: Duration {
        min(.seconds(1), (server.heartbeat ?? .seconds(4)) / 4)
    }

    private func scheduleTick() {
        tick = lane.schedule(after: tickInterval) { self.assumeIsolated { $0.ticked() } }
    }

    private func ticked() {
        guard handle != nil else { return }
        roughNow = .now
        scheduleTick()
        if let heartbeat = server.heartbeat {
            if roughNow - lastHeard > heartbeat * 2 - tickInterval {
                return finish(.connectionLost("nothing heard for two heartbeats of \(heartbeat)"))
            }
            // The library writes a heartbeat when it is due. It must not wait for a peer that reads nothing.
            if let handle, handle.sendRoom < SendBudget.reserve / 2 {
                return finish(.connectionLost("the broker has read nothing for too long"))
            }
        }
        pump()
        checkLimits(at: roughNow)
        writePending()
    }

    private func checkLimits(at now: Moment) {
        guard handle != nil else { return }
        if let call, call.deadline < now { return finish(.timedOut(call.name)) }
        if !isBlocked, let oldest = confirms.oldest,
            now - max(oldest.sentAt, unblockedAt) > configuration.confirmTimeout
        {
            return finish(.timedOut("confirm of a message"))
        }
        dropLateMessages(at: now)
    }

    /// Makes the end of the consumer the end of the connection, so that whoever watches over it starts anew.
    func endWithConsumer() { endsWithConsumer = true }

    // MARK: Closing

    /// Whether the connection is up.
    public var isOpen: Bool { handle != nil && !isClosing }

    /// Waits until the connection is closed, and says why; nil if the task is cancelled before.
    public func untilClosed() async -> AMQPError? {
        if handle == nil { return closeReason }
        let id = makeWaiterID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: nil)
                } else if handle == nil {
                    // It has ended on the way here.
                    continuation.resume(returning: closeReason)
                } else {
                    closeWaiters[id] = continuation
                }
            }
        } onCancel: {
            // Not a task, which might find the lane gone.
            lane.perform { self.assumeIsolated { $0.stopWaitingForClose(id) } }
        }
    }

    private func stopWaitingForClose(_ id: UInt64) {
        closeWaiters.removeValue(forKey: id)?.resume(returning: nil)
    }

    func makeWaiterID() -> UInt64 {
        nextWaiter += 1
        return nextWaiter
    }

    /// Sends what is finished, waits a little for confirms that are due, says goodbye and closes.
    ///
    /// Deliveries that were not settled go back to their queue.
    public func close() async {
        guard handle != nil else { return }
        if !isClosing {
            isClosing = true
            endDeliveries(throwing: nil)
            // What was not handed out goes back when the channel ends, to its old place.
            deliveries.removeAll()
            flushAcks(all: true)
            writePending()
            _ = lane.schedule(after: .seconds(5)) { self.assumeIsolated { $0.finish(.closed) } }
            advanceClose()
        }
        // Not to be cut short by a cancellation: the limit above holds.
        _ = await withCheckedContinuation { (continuation: CheckedContinuation<AMQPError?, Never>) in
            if handle == nil {
                continuation.resume(returning: nil)
            } else {
                closeWaiters[makeWaiterID()] = continuation
            }
        }
    }

    /// Says goodbye once nothing is left to say.
    func advanceClose() {
        guard isClosing, !isCloseSent, handle != nil, outbox.isEmpty, confirms.isEmpty else { return }
        isCloseSent = true
        writeUrgently(.closeConnection)
    }

    /// Ends the connection at once, for whatever reason; everybody who waits for it learns why.
    func finish(_ reason: AMQPError) {
        guard handle != nil else { return }
        if let watch { lane.cancel(watch) }
        if let tick { lane.cancel(tick) }
        watch = nil
        tick = nil
        handle = nil
        closeReason = reason
        endChannel(reason)
        failOutbox(reason)
        let waiters = closeWaiters
        closeWaiters = [:]
        for waiter in waiters.values { waiter.resume(returning: reason) }
    }

    /// Asks to be told when the socket takes bytes again.
    func setWatching(writable: Bool) {
        guard let watch else { return }
        // A descriptor that is open and watched can always be watched otherwise.
        try? lane.update(watch, for: writable ? [.readable, .writable] : .readable)
    }
}
