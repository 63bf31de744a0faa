package import HTTPServer
package import Lane

/// The port for those who watch over a process: what it counts, whether it lives, whether it can work.
///
/// Lives on the process's main lane, so that no question holds up a job. Further pages are plugged in as ``OperationsRoute``s.
package final class OperationsServer: Sendable {
    private let server: HTTPServer
    private let lane: Lane
    private let access: AccessGuard

    /// A port that does not listen yet.
    ///
    /// - Parameters:
    ///   - access: Knows who may ask.
    ///   - routes: What is answered, in the order in which it is looked through; listed at `/`, unless one of them is there itself.
    package init(
        host: String, port: Int, access: AccessGuard, title: String, routes: [OperationsRoute], on lane: Lane
    ) {
        self.lane = lane
        self.access = access
        var configuration = ServerConfiguration()
        configuration.host = host
        configuration.port = port
        configuration.connectionLimit = 256
        // A job of 256 KiB, each of its bytes written as an escape of six.
        configuration.bodyLimit = 2 << 20
        configuration.bodyBudget = 16 << 20
        // Looks at the broker's queues are not finished for browsers that have gone elsewhere.
        configuration.answersHalfClosed = false
        configuration.stopLimit = .seconds(2)
        let hasFrontPage = routes.contains { $0.path == "/" }
        let all = hasFrontPage ? routes : [.index(title, of: routes)] + routes
        let desk = OperationsDesk(guard: access, routes: all)
        server = HTTPServer(
            configuration, on: lane, admission: { desk.refusal(beforeBodyOf: $0, bytes: $1) },
            handler: { desk.reply(to: $0) })
    }

    /// Starts to listen, and returns the port; to be called on the lane.
    package func start() async throws(ServerError) -> Int {
        try await server.start()
        let port = await server.port ?? 0
        access.use(port: port)
        return port
    }

    /// Stops to listen once the answers under way have left; to be called on the lane.
    package func stop() async { await server.stop() }
}
