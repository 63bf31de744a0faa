import Lane

/// Keeps a connection up: tries the endpoints in turn, waits longer each time round, starts anew when it breaks.
struct Supervisor: Sendable {
    /// A connection that lasts this long was a good one; a shorter one counts as one more failure.
    private static let settled = Duration.seconds(5)

    let configuration: ConnectionConfiguration
    let lane: Lane
    let backoff: Backoff
    let onState: @Sendable (LinkState) -> Void

    /// Connects again and again until the task is cancelled.
    ///
    /// - Parameters:
    ///   - start: Makes a fresh connection ready; what it throws counts as a failure of the connection.
    ///   - end: A connection that was started is over, for this reason.
    func run(
        start: (Connection) async throws(AMQPError) -> Void, end: (Connection, AMQPError) async -> Void
    ) async {
        var failures = 0
        var turn = 0
        while !Task.isCancelled {
            let endpoint = configuration.endpoints[turn % configuration.endpoints.count]
            let (error, lasted) = await serve(endpoint, start: start, end: end)
            if Task.isCancelled { break }
            failures = lasted > Self.settled ? 1 : failures + 1
            turn += 1
            // A round through all endpoints comes before the first wait.
            let rounds = failures / configuration.endpoints.count
            let delay = rounds == 0 ? .zero : backoff.delay(afterFailures: rounds)
            onState(.waiting(after: error, for: delay))
            try? await lane.sleep(for: delay)
        }
        onState(.closed)
    }

    /// Connects once, and returns why the connection ended, and how long it had been at work.
    private func serve(
        _ endpoint: Endpoint, start: (Connection) async throws(AMQPError) -> Void,
        end: (Connection, AMQPError) async -> Void
    ) async -> (AMQPError, Duration) {
        onState(.connecting(endpoint: "\(endpoint)"))
        let connection: Connection
        do throws(AMQPError) {
            connection = try await Connection.open(endpoint, configuration, on: lane) { [onState] event in
                switch event {
                case .blocked(let reason): onState(.blocked(reason: reason))
                case .unblocked: onState(.ready(endpoint: "\(endpoint)"))
                // Either ends the connection of a consumer, and costs that of a publisher no more than its channel.
                case .channelClosed, .consumerCancelled: break
                }
            }
        } catch {
            return (error, .zero)
        }
        let reason: AMQPError
        var ready: Moment?
        do throws(AMQPError) {
            try await connection.endingWhenCancelled { () async throws(AMQPError) in try await start(connection) }
            ready = .now
            onState(.ready(endpoint: "\(endpoint)"))
            // Nil stands for a cancellation: time to say goodbye.
            reason = await connection.untilClosed() ?? .closed
        } catch {
            reason = error
        }
        let lasted = ready.map { .now - $0 } ?? .zero
        await end(connection, reason)
        await connection.close()
        return (reason, lasted)
    }
}
