import AMQP
import Arguments
import FleetCache
import Glibc
import Lane
import Settings
import Telemetry
import Templates
import Worker

/// `wxpush worker`: takes jobs until it is told to stop.
enum WorkerCommand {
    private static let name = Option(
        "name", .text("NAME"), help: "What the worker is called in logs and dead letters; else host and process.")

    static let command: Command<Program.Action> = Command(
        "worker", "Take jobs from the queue, send them and publish their results",
        discussion: """
            Runs until SIGTERM or SIGINT: then it takes no more jobs, finishes those in flight and hands the rest back; a second signal \
            ends it at once. SIGHUP makes it read templates and configuration again.
            """,
        examples: [Example("wxpush worker --config /etc/wxpush.yaml", "one of as many workers as you start")],
        options: CommonOptions.all + [name], action: run)

    private static func run(_ invocation: Invocation) async throws -> Int32 {
        let settings = try CommonOptions.settings(invocation.options)
        let service = try await WorkerService.start(
            settings, name: invocation.options[name] ?? defaultName, on: invocation.lane)
        let signals = try invocation.lane.signals([SIGINT, SIGTERM, SIGHUP])
        let reading = Task(executorPreference: invocation.lane) {
            var isStopping = false
            for await signal in signals {
                if signal == SIGHUP {
                    await service.reload { try CommonOptions.settings(invocation.options) }
                } else if isStopping {
                    service.log.warning("stopped at once, by a second signal")
                    service.log.flush()
                    exit(1)
                } else {
                    isStopping = true
                    // Not awaited here: the broker may take its time, and a second signal must be seen.
                    Task { await service.stop() }
                }
            }
        }
        await service.finished()
        reading.cancel()
        return 0
    }

    /// Host and process: what is found in lists of processes, and differs between containers.
    private static var defaultName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "wxpush.\(getpid())" }
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "\(host).\(getpid())"
    }
}
