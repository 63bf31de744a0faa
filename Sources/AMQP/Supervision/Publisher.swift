public import Lane

/// Publishes messages on a connection of its own, which it keeps up.
///
/// A connection that publishes is one that a broker with an alarm stops reading from: acknowledgements must not share it.
public actor Publisher: LaneBound {
    /// Where the publisher lives.
    public nonisolated let lane: Lane

    private let supervisor: Supervisor
    private let publishTimeout: Duration
    private let prepare: @Sendable (Connection) async throws(AMQPError) -> Void
    private let slot: ConnectionSlot

    /// A publisher; it connects once it runs.
    ///
    /// - Parameters:
    ///   - prepare: Run on every fresh connection before the first message: the place to declare.
    ///   - onState: Told of every change, on the lane.
    public init(
        _ configuration: ConnectionConfiguration, on lane: Lane, backoff: Backoff = Backoff(),
        prepare: @escaping @Sendable (Connection) async throws(AMQPError) -> Void = { (_) async throws(AMQPError) in },
        onState: @escaping @Sendable (LinkState) -> Void = { _ in }
    ) {
        self.lane = lane
        slot = ConnectionSlot(on: lane)
        self.prepare = prepare
        publishTimeout = configuration.publishTimeout
        supervisor = Supervisor(configuration: configuration, lane: lane, backoff: backoff, onState: onState)
    }

    /// Keeps the connection up until the task is cancelled; then waits a little for confirms, and closes it.
    public func run() async {
        await supervisor.run { connection throws(AMQPError) in
            try await self.prepare(connection)
            self.slot.fill(connection)
        } end: { _, _ in
            self.slot.empty()
        }
        slot.dismissWaiters()
    }

    /// Publishes a message and returns when the broker has confirmed it.
    ///
    /// While there is no connection the message waits, up to ``ConnectionConfiguration/publishTimeout``. A message whose connection
    /// broke before its confirm is not sent again: it ends as ``PublishError/outcomeUnknown(_:)``, and the caller decides.
    ///
    /// From the lane the way to the connection is direct.
    public nonisolated func publish(
        _ message: Message, to destination: Destination, mandatory: Bool = true
    ) async throws(PublishError) {
        let connection = lane.isCurrent ? currentHere : await current
        guard let connection else {
            return try await publish(message, to: destination, mandatory: mandatory, after: nil)
        }
        do throws(PublishError) {
            return try await connection.publish(message, to: destination, mandatory: mandatory)
        } catch {
            guard case .notSent = error, await !connection.isOpen else { throw error }
            try await publish(message, to: destination, mandatory: mandatory, after: connection)
        }
    }

    private var current: Connection? { slot.connection }

    private nonisolated var currentHere: Connection? { assumeIsolated { $0.slot.connection } }

    /// The longer way, for when there is no connection.
    private func publish(
        _ message: Message, to destination: Destination, mandatory: Bool, after broken: Connection?
    ) async throws(PublishError) {
        let deadline = Moment.now + publishTimeout
        var broken = broken
        while let connection = await slot.connection(after: broken, until: deadline) {
            do throws(PublishError) {
                return try await connection.publish(message, to: destination, mandatory: mandatory)
            } catch {
                guard case .notSent = error, await !connection.isOpen else { throw error }
                broken = connection
            }
        }
        throw .notSent(slot.isOver ? .closed : .timedOut("no connection to the broker"))
    }
}
