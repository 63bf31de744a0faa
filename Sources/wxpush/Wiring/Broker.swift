import AMQP
import FleetCache
import Lane
import Settings
import Worker

/// Short visits to the broker, for commands and at the start of a worker.
enum Broker {
    /// Declares everything, and says what stands in the way.
    static func prepare(_ settings: Settings) async throws {
        do {
            try await visit(settings) { connection throws(AMQPError) in
                _ = try await settings.topology.declare(on: connection)
            }
        } catch let failure as Failure where failure.kind == .failed {
            // Queues and rights are for people to set up: trying again does not help.
            throw Failure(.misused, failure.description)
        }
    }

    /// Does something on a connection of its own.
    static func visit<Value: Sendable>(
        _ settings: Settings, _ body: @escaping @Sendable (Connection) async throws(AMQPError) -> Value
    ) async throws -> Value {
        let lane = try Lane(name: "broker")
        var configuration = settings.amqp.connection
        configuration.name = configuration.name ?? "wxpush"
        let chosen = configuration
        let result = await Task(executorPreference: lane) { () -> Result<Value, AMQPError> in
            do throws(AMQPError) {
                let connection = try await Connection.open(chosen, on: lane)
                let result: Result<Value, AMQPError>
                do throws(AMQPError) { result = .success(try await body(connection)) } catch {
                    result = .failure(error)
                }
                await connection.close()
                return result
            } catch {
                return .failure(error)
            }
        }.value
        await lane.stop()
        do throws(AMQPError) { return try result.get() } catch { throw Failure(error) }
    }
}

extension Failure {
    /// What is wrong with the broker, and what to do.
    init(_ error: AMQPError) {
        switch error {
        case .mismatch:
            self.init(
                .misused,
                "\(error); delete it with 'wxpush topology delete' when it is empty, or use another amqp.prefix")
        case .denied: self.init(.unreachable, "\(error); check user, password and virtual host in amqp.url")
        case .unreachable: self.init(.unreachable, "\(error); is RabbitMQ running there, and is amqp.url right?")
        case .insecure: self.init(.unreachable, "\(error); check amqp.ca, amqp.cert and amqp.verify")
        case .channelClosed(let closure) where closure.code == 403:
            self.init(.failed, "\(error); give the user the rights, or declare the topology with one that has them")
        case .channelClosed(let closure) where closure.code == 404:
            self.init(.failed, "\(error); declare it with 'wxpush topology declare'")
        default: self.init(.unreachable, "\(error)")
        }
    }

    /// What is wrong with the cache, and what to do.
    init(_ error: FleetCacheError) {
        switch error {
        case .away: self.init(.unreachable, "\(error); is it running, and is cache.url right?")
        case .unusable: self.init(.misused, "\(error); correct cache.url or what it names")
        case .closed: self.init(.failed, "\(error)")
        }
    }
}
