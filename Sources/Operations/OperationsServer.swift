package import HTTPServer
package import Lane
package import Telemetry

/// The port for those who watch over a process: what it counts, whether it lives, whether it can work.
///
/// Lives on the process's main lane, so that no question holds up a job. Further pages are plugged in as ``OperationsRoute``s.
package final class OperationsServer: Sendable {
    private let server: HTTPServer
    private let lane: Lane

    /// A port that does not listen yet.
    ///
    /// - Parameters:
    ///   - token: What a request must carry; nil where nobody but this machine can ask.
    ///   - routes: What is answered, in the order in which it is looked through; shown at `/` with their titles.
    package init(
        host: String, port: Int, token: Secret<String>?, title: String, routes: [OperationsRoute], on lane: Lane
    ) {
        self.lane = lane
        var configuration = ServerConfiguration()
        configuration.host = host
        configuration.port = port
        configuration.connectionLimit = 256
        configuration.stopLimit = .seconds(2)
        let desk = OperationsDesk(guard: AccessGuard(token), routes: [.index(title, of: routes)] + routes)
        server = HTTPServer(configuration, on: lane) { desk.reply(to: $0) }
    }

    /// Starts to listen, and returns the port; to be called on the lane.
    package func start() async throws(ServerError) -> Int {
        try await server.start()
        return await server.port ?? 0
    }

    /// Stops to listen once the answers under way have left; to be called on the lane.
    package func stop() async { await server.stop() }
}
