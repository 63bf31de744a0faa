import Lane

/// A value that the tasks of a test share.
package final class Shared<Value: Sendable>: Sendable {
    private let mutex: Locked<Value>

    /// A shared value that starts as the given one.
    package init(_ value: Value) { mutex = Locked(value) }

    /// The value of this moment.
    package var value: Value { mutex.withLock { $0 } }

    /// Changes the value, and returns what the change says.
    @discardableResult
    package func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        mutex.withLock { value in body(&value) }
    }
}
