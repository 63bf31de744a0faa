import Foundation

/// Runs blocking work on a thread made for it, so that no thread of the concurrency pool ever waits.
package func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result(catching: work)) }
        thread.name = "blocking-work"
        thread.start()
    }
}
