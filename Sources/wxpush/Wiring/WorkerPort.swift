import Console
import HTTPServer
import Lane
import Operations
import Settings
import Telemetry

/// The operations port of a worker, with the page.
struct WorkerPort: Sendable {
    private let server: OperationsServer
    private let page: ServedPage

    /// Opens the port that the configuration names, or none if it is off; to be called on the lane.
    static func open(
        _ settings: Settings, name: String, metrics: Metrics, watch: WorkerWatch, overview: any OverviewSource,
        shelf: TemplateShelf, log: Log, on lane: Lane
    ) async throws -> WorkerPort? {
        guard let listen = settings.ops.listen else { return nil }
        let access = AccessGuard(settings.ops.token, log: log)
        let page = ServedPage(settings, overview, shelf, log: log, on: lane)
        let probes: [OperationsRoute] = [
            .metrics(
                metrics,
                sources: [
                    { watch.write(into: &$0) }, { watch.soundings?.write(into: &$0) },
                    { ProcessFigures.write(into: &$0) },
                ]),
            .health { watch.troubles },
            .readiness { watch.report },
        ]
        let server = OperationsServer(
            host: listen.host, port: listen.port, access: access, title: "wxpush \(Program.version), worker \(name)",
            routes: probes + page.routes(access, name: name), on: lane)
        do throws(ServerError) {
            let address = Settings.Ops.Address(host: listen.host, port: try await server.start())
            log.info("operations port open", ["listen": "\(address)", "token": settings.ops.token != nil])
        } catch {
            throw Failure(error)
        }
        await page.start()
        return WorkerPort(server: server, page: page)
    }

    /// Goes by another configuration, as far as that can be while it is open.
    func use(_ settings: Settings) async { await page.use(settings) }

    /// Closes it once the answers under way have left.
    func close() async {
        await page.stop()
        await server.stop()
    }
}

extension Failure {
    /// What is wrong with the operations port, and what to do.
    init(_ error: ServerError, option: String = "ops.listen", neighbour: String = "another worker") {
        switch error {
        case .portInUse:
            self.init(
                .unreachable, "\(error); is \(neighbour) running? Set \(option) to another port\(Self.off(option))")
        case .badAddress: self.init(.misused, "\(error); correct \(option)")
        case .notPermitted: self.init(.failed, "\(error); set \(option) to a port from 1024 on")
        case .badCertificate, .other: self.init(.failed, "\(error)")
        }
    }

    private static func off(_ option: String) -> String { option == "ops.listen" ? ", or to off" : "" }
}
