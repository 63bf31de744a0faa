import Foundation

extension PrivateBroker {
    /// Runs `rabbitmqctl` on this node and returns what it prints, tables without headings.
    @discardableResult
    package func control(_ arguments: String...) async throws -> String {
        try await control(arguments)
    }

    /// Runs `rabbitmqctl` with arguments put together elsewhere.
    @discardableResult
    package func control(_ arguments: [String]) async throws -> String {
        try await run("rabbitmqctl", arguments)
    }

    /// Runs another tool of the broker, such as `rabbitmq-queues`, on this node.
    @discardableResult
    package func run(_ tool: String, _ arguments: [String]) async throws -> String {
        var setting = ChildProcess.Setting("/usr/lib/rabbitmq/bin/\(tool)")
        setting.arguments = ["--silent", "-n", nodeName] + arguments
        setting.environment = layout.environment
        setting.directory = directory.path
        return try await ChildProcess.run(setting, scratch: directory)
    }

    /// Evaluates an Erlang expression, which ends with a full stop, inside the broker.
    @discardableResult
    package func evaluate(_ erlang: String) async throws -> String {
        try await control("eval", erlang)
    }

    /// Makes a quorum queue answer nobody for a while, as one that has much to do.
    package func holdUp(_ queue: String, for duration: Duration) async throws {
        let milliseconds = Int(duration / .milliseconds(1))
        try await evaluate(
            """
            Queue = whereis(binary_to_existing_atom(<<"%2F_\(queue)">>, utf8)), ok = sys:suspend(Queue), \
            {ok, _} = timer:apply_after(\(milliseconds), sys, resume, [Queue]).
            """)
    }

    /// Makes the broker block all publishers, and returns when the alarm is up.
    package func raiseMemoryAlarm() async throws {
        try await control("set_vm_memory_high_watermark", "0")
        try await eventually("the memory alarm is up") { try await hasMemoryAlarm() }
    }

    /// Lets the publishers go on, and returns when the alarm is down.
    package func clearMemoryAlarm() async throws {
        try await control("set_vm_memory_high_watermark", "0.4")
        try await eventually("the memory alarm is down") { try await !hasMemoryAlarm() }
    }

    /// Whether the memory alarm is up.
    package func hasMemoryAlarm() async throws -> Bool {
        try await evaluate("rabbit_alarm:get_alarms().").contains("memory")
    }

    /// Adds a virtual host in which guest may do everything.
    package func addVirtualHost(_ name: String) async throws {
        try await control("add_vhost", name)
        try await control("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
    }

    /// The number of messages in a queue, ready or not yet acknowledged; nil when there is no such queue.
    package func messageCount(_ queue: String, virtualHost: String = "/") async throws -> Int? {
        let rows = try await control("list_queues", "-p", virtualHost, "name", "messages").split(separator: "\n")
        for row in rows {
            let columns = row.split(separator: "\t")
            if columns.count == 2, columns[0] == queue { return Int(columns[1]) }
        }
        return nil
    }
}
