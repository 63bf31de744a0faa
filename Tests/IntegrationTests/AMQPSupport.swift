import AMQP
import Lane
import TestSupport

/// Runs a test on a lane of its own, and stops the lane whatever happens.
func withLane<Value: Sendable>(
    _ body: @escaping @Sendable (Lane) async throws -> Value
) async throws -> Value {
    let lane = try Lane(name: "test")
    let result = await Task(executorPreference: lane) { try await body(lane) }.result
    await lane.stop()
    return try result.get()
}

/// How to reach a private broker, under a name of its own.
func configuration(
    for broker: PrivateBroker, name: String = uniqueName("test")
) throws -> ConnectionConfiguration {
    var configuration = try ConnectionConfiguration(url: broker.url)
    configuration.name = name
    return configuration
}

/// Runs a test with a connection on a lane of its own, and closes both whatever happens.
func withConnection<Value: Sendable>(
    to broker: PrivateBroker,
    configure: @escaping @Sendable (inout ConnectionConfiguration) throws -> Void = { _ in },
    _ body: @escaping @Sendable (Connection) async throws -> Value
) async throws -> Value {
    try await withLane { lane in
        var configuration = try configuration(for: broker)
        try configure(&configuration)
        let connection = try await Connection.open(configuration, on: lane)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}
