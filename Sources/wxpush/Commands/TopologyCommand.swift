import AMQP
import Arguments
import JSON
import Settings
import Terminal
import Worker

/// `wxpush topology`: what stands at the broker.
enum TopologyCommand {
    private static let yes = Option(flag: "yes", short: "y", help: "Do not ask.")

    static let command: Command<Program.Action> = Command(
        "topology", "Declare, show or delete the queues at the broker", options: CommonOptions.all,
        commands: [
            Command(
                "declare", "Declare all queues and exchanges, ahead of the workers", options: [CommonOptions.json],
                action: declare),
            Command(
                "show", "Show the queues and how many messages wait in them", options: [CommonOptions.json],
                action: show),
            Command("delete", "Delete all queues and exchanges, with what is in them", options: [yes], action: delete),
        ])

    private static func declare(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let settings = try CommonOptions.settings(invocation.options)
        try await Broker.prepare(settings)
        if invocation.options[CommonOptions.json] {
            var json = JSONWriter()
            json.object { $0.member("declared", settings.amqp.prefix) }
            try await invocation.output.line(String(decoding: json.bytes, as: UTF8.self))
        } else {
            try await invocation.output.line("All queues and exchanges of \(settings.amqp.prefix) are there.")
        }
        return 0
    }

    private static func show(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let settings = try CommonOptions.settings(invocation.options)
        let queues = try await Broker.visit(settings) { connection throws(AMQPError) in
            try await settings.topology.status(on: connection)
        }
        if invocation.options[CommonOptions.json] {
            for queue in queues {
                var json = JSONWriter()
                json.object { json in
                    json.member("queue", queue.name.description)
                    json.member("ready", Int64(queue.readyMessages))
                    json.member("consumers", Int64(queue.consumers))
                }
                try await invocation.output.line(String(decoding: json.bytes, as: UTF8.self))
            }
            return 0
        }
        guard !queues.isEmpty else {
            try await invocation.output.line(
                "Nothing of \(settings.amqp.prefix) is there; 'wxpush topology declare' makes it.")
            return 0
        }
        var table = Table(.left("QUEUE"), .right("READY"), .right("CONSUMERS"))
        for queue in queues { table.add(queue.name.description, "\(queue.readyMessages)", "\(queue.consumers)") }
        try await invocation.output.write(table.text(on: .output))
        return 0
    }

    private static func delete(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let settings = try CommonOptions.settings(invocation.options)
        let waiting = try await Broker.visit(settings) { connection throws(AMQPError) in
            try await settings.topology.status(on: connection).reduce(0) { $0 + $1.readyMessages }
        }
        if !invocation.options[yes] {
            let question = "Delete all queues of \(settings.amqp.prefix) with the \(waiting) messages in them?"
            switch await confirm(question) {
            case .yes: break
            case .no: return 1
            case .nobody: throw Failure(.misused, "nobody is there to ask; say --yes")
            }
        }
        try await Broker.visit(settings) { connection throws(AMQPError) in
            try await settings.topology.delete(on: connection)
        }
        try await invocation.output.line("Deleted.")
        return 0
    }
}
