import FleetCache

/// Something that waits for the next transaction.
protocol Request: AnyObject, Sendable {
    /// Does its part within the transaction, and keeps the answer.
    func run(in store: Store, now: Int64) throws(SQLiteFailure)
    /// Answers, once the transaction is kept or has failed.
    func end(_ error: FleetCacheError?)
}

/// A request of one kind.
///
/// Handed over from the task that makes it to the committing thread, which alone touches its state from then on.
final class RequestFor<Value: Sendable>: Request, @unchecked Sendable {
    typealias Continuation = CheckedContinuation<Result<Value, FleetCacheError>, Never>

    private let body: @Sendable (Store, Int64) throws(SQLiteFailure) -> Value
    private let continuation: Continuation
    private var value: Value?

    init(_ continuation: Continuation, _ body: @escaping @Sendable (Store, Int64) throws(SQLiteFailure) -> Value) {
        self.continuation = continuation
        self.body = body
    }

    func run(in store: Store, now: Int64) throws(SQLiteFailure) { value = try body(store, now) }

    func end(_ error: FleetCacheError?) {
        guard let value, error == nil else {
            continuation.resume(returning: .failure(error ?? .away("the request was not reached")))
            return
        }
        continuation.resume(returning: .success(value))
    }
}
