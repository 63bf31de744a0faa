import Arguments
import Glibc
import HTTPServer
import JSON
import Lane
import Operations
import Settings
import Telemetry
import Terminal

extension DeadCommand {
    private static let listen = Option(
        "listen", .hostPort, default: HostPort(host: "127.0.0.1", port: 9465),
        help: "Where to listen; port 0 takes a free one. Beyond this machine, ops.token is required.")

    static let serveCommand: Command<Program.Action> = Command(
        "serve", "Serve the page of the dead letters without a worker",
        discussion: """
            The same page as a worker's at ops.listen: dead letters to be looked into, mended, sent again or dropped; queues, apps and \
            templates. Whoever opens it logs in with ops.token, if one is configured. It runs until it is interrupted.
            """,
        examples: [Example("wxpush dead serve", "then open http://127.0.0.1:9465/")],
        options: [listen, json], action: serve)

    private static func serve(_ invocation: Invocation) async throws -> Int32 {
        let given = invocation.options
        let settings = try CommonOptions.settings(given)
        let wanted = Settings.Ops.Address(host: given[listen].host, port: Int(given[listen].port))
        guard wanted.isLoopback || settings.ops.token != nil else {
            throw Failure(
                .misused,
                "\(wanted) can be reached from other machines and needs ops.token; set one, or listen on 127.0.0.1")
        }
        let lane = invocation.lane
        let signals = try lane.signals([SIGINT, SIGTERM])
        let log = try settings.openLog()
        let templates = ServeTemplates(settings, on: lane)
        let overview = ServeOverview(settings, templates.shelf, on: lane)
        let access = AccessGuard(settings.ops.token, log: log)
        let page = ServedPage(settings, overview, templates.shelf, log: log, on: lane)
        let server = OperationsServer(
            host: wanted.host, port: wanted.port, access: access, title: "wxpush \(Program.version)",
            routes: page.routes(access, name: settings.amqp.prefix), on: lane)
        let address: Settings.Ops.Address
        do throws(ServerError) {
            address = Settings.Ops.Address(host: wanted.host, port: try await server.start())
        } catch {
            throw Failure(error, option: "--listen", neighbour: "another one")
        }
        // Nobody has to be there yet: the page says who is not.
        await templates.start()
        await overview.start()
        await page.start()
        try await announce(address, invocation)
        for await _ in signals { break }
        await page.stop()
        await server.stop()
        await overview.stop()
        await templates.stop()
        log.flush()
        return 0
    }

    private static func announce(_ address: Settings.Ops.Address, _ invocation: Invocation) async throws {
        if invocation.options[json] {
            try await invocation.output.json { $0.member("url", "http://\(address)/") }
        } else {
            try await invocation.output.line("The page is at http://\(address)/")
        }
        try await invocation.output.flush()
    }
}
