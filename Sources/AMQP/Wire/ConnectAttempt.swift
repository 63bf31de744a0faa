import Lane
import Synchronization

/// One try to connect and log in, on a thread of its own, that can be given up.
///
/// A name lookup knows no limit, so the thread may stay behind in it; what it brings home then is closed.
final class ConnectAttempt: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Result<Handle, AMQPError>, Never>)
        case over
    }

    private let state = Locked(State.idle)

    /// Connects, within the configuration's limit and until the task is cancelled.
    static func run(
        _ endpoint: Endpoint, _ configuration: ConnectionConfiguration, on lane: Lane
    ) async throws(AMQPError) -> Handle {
        let attempt = ConnectAttempt()
        let limit = Task(executorPreference: lane) {
            try await lane.sleep(for: configuration.connectTimeout)
            attempt.finish(
                .failure(.unreachable(endpoint: "\(endpoint)", reason: "no answer in \(configuration.connectTimeout)")))
        }
        defer { limit.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                attempt.begin(continuation, endpoint, configuration)
            }
        } onCancel: {
            attempt.finish(.failure(.closed))
        }
        return try result.get()
    }

    private func begin(
        _ continuation: CheckedContinuation<Result<Handle, AMQPError>, Never>, _ endpoint: Endpoint,
        _ configuration: ConnectionConfiguration
    ) {
        let isOver = state.withLock { state in
            if case .over = state { return true }
            state = .waiting(continuation)
            return false
        }
        guard !isOver else { return continuation.resume(returning: .failure(.closed)) }
        do throws(LaneError) {
            // The decoder for what the broker says of itself recurses as deep as the peer nests its tables.
            try startThread(named: "amqp-connect", stackSize: 16 << 20) { [self] in
                let result: Result<Handle, AMQPError>
                do throws(AMQPError) {
                    result = .success(try Handle.open(endpoint, configuration))
                } catch {
                    result = .failure(error)
                }
                finish(result)
            }
        } catch {
            finish(.failure(.unreachable(endpoint: "\(endpoint)", reason: error.description)))
        }
    }

    /// The first result counts; a handle that comes later is closed by being let go.
    private func finish(_ result: Result<Handle, AMQPError>) {
        let continuation: CheckedContinuation<Result<Handle, AMQPError>, Never>? = state.withLock { state in
            defer { state = .over }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(returning: result)
    }
}
