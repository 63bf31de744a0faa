import AMQP
import Lane

extension DeadQueue {
    /// How many letters are on their way at once.
    private static let window = 256

    /// Takes the letters of a snapshot out of the queue, each once `carry` says that it is safe elsewhere.
    ///
    /// - Parameters:
    ///   - admit: Asked before each letter; waits where there is a pace to keep, and ends the move with false.
    ///   - carry: Brings a letter to where it is to go; true once it is there.
    ///   - gone: Told of each letter that has left the queue.
    /// - Returns: How many letters of the snapshot were not met: somebody else has moved them, or the move has ended before.
    func move(
        _ snapshot: DeadSnapshot, _ desk: Connection, admit: @escaping @Sendable () async -> Bool,
        carry: @escaping @Sendable (DeadLetter) async -> Bool,
        gone: @escaping @Sendable (DeadLetter) async -> Void = { _ in }
    ) async throws(DeadError) -> Int {
        let remaining = Locked(snapshot)
        let goesOn = Locked(true)
        while goesOn.withLock({ $0 }), remaining.withLock({ $0.count > 0 }) {
            let depth = try await depth(desk)
            guard depth > 0 else { break }
            let pass = pass(depth: depth, prefetch: min(depth, snapshot.prefetch, lookAhead), limit: round)
            try await run(pass, desk, depth: depth) { pass throws(AMQPError) in
                try await self.walk(
                    pass, isOver: { remaining.withLock { $0.count == 0 } },
                    admit: { key in
                        guard remaining.withLock({ $0.take(key) }) else { return .passed }
                        if await admit() { return .taken }
                        remaining.withLock { $0.putBack(key) }
                        goesOn.withLock { $0 = false }
                        return .ended
                    }, carry: carry, gone: gone)
            }
            guard await pass.isOutOfTime else { break }
        }
        return remaining.withLock { $0.count }
    }

    /// What is to be done with a letter on the way.
    private enum Admission {
        case passed
        case taken
        case ended
    }

    private nonisolated func walk(
        _ pass: DeadPass, isOver: @escaping @Sendable () -> Bool,
        admit: @escaping @Sendable (DeadKey) async -> Admission, carry: @escaping @Sendable (DeadLetter) async -> Bool,
        gone: @escaping @Sendable (DeadLetter) async -> Void
    ) async throws(AMQPError) {
        let registry = registry
        let failure: AMQPError? = await withTaskGroup(of: Void.self) { group in
            var underway = 0
            do throws(AMQPError) {
                while !isOver(), let delivery = try await pass.next() {
                    var letter = DeadLetter(delivery)
                    let admission = await admit(letter.key)
                    if admission == .ended { break }
                    guard admission == .taken else { continue }
                    letter.read(registry)
                    let chosen = letter
                    if underway == Self.window {
                        await group.next()
                        underway -= 1
                    }
                    underway += 1
                    await pass.begin()
                    group.addTask(executorPreference: self.lane) {
                        if await pass.finish(delivery, isAway: await carry(chosen)) { await gone(chosen) }
                    }
                }
            } catch {
                await group.waitForAll()
                return error
            }
            await group.waitForAll()
            return nil
        }
        if let failure { throw failure }
    }

    // MARK: Drop and import

    /// Takes the letters of a snapshot out of the queue for good, each once it is kept elsewhere.
    ///
    /// - Parameters:
    ///   - stop: Ends it early.
    ///   - keep: Writes a letter where it survives; throws if it cannot, and then nothing more is dropped.
    ///   - dropped: Told of each letter that is gone.
    /// - Returns: How many letters of the snapshot are not dropped.
    package func drop(
        _ snapshot: DeadSnapshot, stop: DeadStop = DeadStop(),
        keep: @escaping @Sendable (DeadLetter) async throws(DeadError) -> Void,
        dropped: @escaping @Sendable (DeadLetter) async -> Void
    ) async throws(DeadError) -> Int {
        let failure = Locked<DeadError?>(nil)
        let unkeepable = Locked(0)
        let left = try await alone { desk throws(DeadError) in
            try await self.move(snapshot, desk) {
                failure.withLock { $0 == nil } && !stop.isSet
            } carry: { letter in
                do throws(DeadError) {
                    // The archive would not hold the whole of it.
                    if letter.fault != nil {
                        unkeepable.withLock { $0 += 1 }
                        return false
                    }
                    try await keep(letter)
                    return true
                } catch {
                    failure.withLock { $0 = error }
                    return false
                }
            } gone: {
                await dropped($0)
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return left + unkeepable.withLock { $0 }
    }
}
