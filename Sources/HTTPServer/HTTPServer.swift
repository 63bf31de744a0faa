package import Lane

/// Answers requests over HTTP or HTTPS, on one lane, with libmicrohttpd: no threads of its own.
///
/// A server lives and listens from ``start()`` to ``stop()``, which has to come before the end of its lane.
package actor HTTPServer: LaneBound {
    /// Says how to go on with a request; called on the server's lane, which it must not hold up.
    package typealias Handler = @Sendable (ServerRequest) -> ServerReply
    /// Says why a request is refused before its body is taken, which may have so many bytes; nil if it is taken.
    ///
    /// Called where the handler is, for requests with a body.
    package typealias Admission = @Sendable (_ request: ServerRequest, _ bytes: Int) -> ServerResponse?

    /// Where the server lives.
    package nonisolated let lane: Lane
    /// Where it listens, and what it puts up with.
    package nonisolated let configuration: ServerConfiguration
    private let admission: Admission?
    private let handler: Handler
    private var listener: Listener?
    private var daemon: Daemon?

    /// A server that does not listen yet.
    package init(
        _ configuration: ServerConfiguration, on lane: Lane, admission: Admission? = nil, handler: @escaping Handler
    ) {
        self.configuration = configuration
        self.lane = lane
        self.admission = admission
        self.handler = handler
    }

    /// Starts to listen; does nothing if it listens already, or is about to stop.
    package func start() throws(ServerError) {
        guard daemon == nil else { return }
        let daemon = try Daemon(configuration, of: self, admission, handler: handler)
        do throws(ServerError) {
            listener = try Listener(configuration, on: lane) { daemon.take($0, $1) }
        } catch {
            daemon.close()
            throw error
        }
        self.daemon = daemon
    }

    /// The port it listens on; nil if it does not listen.
    package var port: Int? { listener?.port }

    /// The number of connections that are open.
    package var connections: Int { daemon?.exchanges.count ?? 0 }

    /// Stops to listen, lets the answers under way come to their end, but not for longer than the limit, and closes all connections.
    package func stop() async {
        listener?.close()
        listener = nil
        guard let daemon else { return }
        await withCheckedContinuation { continuation in
            let limit = lane.schedule(after: configuration.stopLimit) { daemon.close() }
            daemon.drain { [lane] in
                lane.cancel(limit)
                continuation.resume()
            }
        }
        daemon.close()
        // It may have been stopped twice, and started again meanwhile.
        if self.daemon === daemon { self.daemon = nil }
    }

    /// Lets a suspended connection of the server's go on.
    func resume(_ connection: OpaquePointer) {
        unsafe daemon?.resume(connection)
    }

    /// Lets a request that waits for its answer go on.
    func settle(_ id: UInt64, _ settlement: Exchange.Settlement) {
        daemon?.settle(id, settlement)
    }
}
