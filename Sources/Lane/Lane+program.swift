extension Lane {
    /// Runs an async program on the lane to its end, and blocks the calling thread meanwhile: what a `main` does that is not async itself.
    ///
    /// A program that watches for signals needs this. An async `main` hands the first thread of the process over to Dispatch,
    /// which lets every signal through there, blocked before or not, and so to its default: the end of the process.
    public func run<Value: Sendable>(_ program: @escaping @Sendable () async -> Value) -> Value {
        precondition(!isCurrent, "a lane cannot wait for itself")
        let result = Outcome<Value>()
        Task(executorPreference: self) { result.set(await program()) }
        return result.wait()
    }
}

/// A value that one thread waits for.
private final class Outcome<Value: Sendable>: Sendable {
    private let value = Locked<Value?>(nil)
    private let isSet = Doorbell()

    func set(_ newValue: Value) {
        value.withLock { $0 = newValue }
        isSet.ring()
    }

    func wait() -> Value {
        while true {
            if let value = value.withLock({ $0 }) { return value }
            isSet.wait()
        }
    }
}
