import HTTPServer
import Lane
import Operations
import Settings
import Telemetry

/// The operations port of a worker.
enum WorkerPort {
    /// Opens the port that the configuration names, or none if it is off; to be called on the lane.
    static func open(
        _ ops: Settings.Ops, name: String, metrics: Metrics, watch: WorkerWatch, log: Log, on lane: Lane
    ) async throws -> OperationsServer? {
        guard let listen = ops.listen else { return nil }
        let server = OperationsServer(
            host: listen.host, port: listen.port, token: ops.token, title: "wxpush \(Program.version), worker \(name)",
            routes: [
                .metrics(
                    metrics,
                    sources: [
                        { watch.write(into: &$0) }, { watch.soundings?.write(into: &$0) },
                        { ProcessFigures.write(into: &$0) },
                    ]),
                .health { watch.posts.map(\.pulse) },
                .readiness { watch.report },
            ], on: lane)
        do throws(ServerError) {
            let address = Settings.Ops.Address(host: listen.host, port: try await server.start())
            log.info("operations port open", ["listen": "\(address)", "token": ops.token != nil])
        } catch {
            throw Failure(error)
        }
        return server
    }
}

extension Failure {
    /// What is wrong with the operations port, and what to do.
    init(_ error: ServerError) {
        switch error {
        case .portInUse:
            self.init(.unreachable, "\(error); is another worker running? Set ops.listen to another port, or to off")
        case .badAddress: self.init(.misused, "\(error); correct ops.listen")
        case .notPermitted: self.init(.failed, "\(error); set ops.listen to a port from 1024 on")
        case .badCertificate, .other: self.init(.failed, "\(error)")
        }
    }
}
