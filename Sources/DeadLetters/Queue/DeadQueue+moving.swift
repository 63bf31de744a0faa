import AMQP
import Lane

extension DeadQueue {
    /// How many letters are on their way at once.
    private static let window = 256

    /// How long the queue is left to others between two rounds: whoever waits for it tries once a second.
    private static let gap = Duration.milliseconds(1100)

    /// Takes the letters of a snapshot out of the queue, each once `carry` says that it is safe elsewhere.
    ///
    /// It does so in rounds. Each goes to the end of the queue, as the order stays only if all of it was in hand; between them others have
    /// their turn.
    ///
    /// - Parameters:
    ///   - awaitTurn: Waits, with nothing in hand, until a letter may go; false if none may any more.
    ///   - admit: Asked before each letter.
    ///   - carry: Brings a letter to where it is to go; true once it is there.
    ///   - gone: Told of each letter that has left the queue.
    /// - Returns: How many letters of the snapshot were not met: somebody else has moved them, or the move has ended before.
    func move(
        _ snapshot: DeadSnapshot, _ desk: Connection, awaitTurn: @escaping @Sendable () async -> Bool = { true },
        admit: @escaping @Sendable () async -> DeadAdmission, carry: @escaping @Sendable (DeadLetter) async -> Bool,
        gone: @escaping @Sendable (DeadLetter) async -> Void = { _ in }
    ) async throws(DeadError) -> Int {
        let remaining = Remainder(of: snapshot)
        var goesOn = await awaitTurn()
        while goesOn {
            goesOn = try await alone(desk) { () async throws(DeadError) -> Bool in
                let depth = try await self.depth(desk)
                guard depth > 0 else { return false }
                let pass = self.pass(
                    depth: depth, prefetch: min(depth, snapshot.prefetch, self.lookAhead), limit: Self.longestLook)
                let end = Moment.now + self.round
                let wasCut = Locked(false)
                try await self.run(pass, desk, depth: depth) { pass throws(AMQPError) in
                    let isCut = try await self.walk(
                        pass,
                        admit: { key in
                            guard remaining.take(key) else { return .passed }
                            let admission = .now < end ? await admit() : .later
                            if admission != .taken { remaining.putBack(key) }
                            return admission
                        }, carry: carry, gone: gone)
                    wasCut.withLock { $0 = isCut }
                }
                if await pass.isOutOfTime { return true }
                return wasCut.withLock { $0 }
            }
            guard goesOn, (try? await lane.sleep(for: Self.gap)) != nil else { break }
            goesOn = await awaitTurn()
        }
        return remaining.count
    }

    /// One round; returns whether another one is to follow.
    private nonisolated func walk(
        _ pass: DeadPass, admit: @escaping @Sendable (DeadKey) async -> DeadAdmission,
        carry: @escaping @Sendable (DeadLetter) async -> Bool, gone: @escaping @Sendable (DeadLetter) async -> Void
    ) async throws(AMQPError) -> Bool {
        let registry = registry
        return try await withTaskGroup(of: Void.self) { group -> Result<Bool, AMQPError> in
            var underway = 0
            var admission = DeadAdmission.passed
            do throws(AMQPError) {
                while let delivery = try await pass.next() {
                    guard admission.goesOn else { continue }
                    var letter = DeadLetter(delivery)
                    admission = await admit(letter.key)
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
                return .failure(error)
            }
            await group.waitForAll()
            return .success(admission == .later)
        }.get()
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
        let left = try await connected { desk throws(DeadError) in
            try await self.move(snapshot, desk) {
                failure.withLock { $0 == nil } && !stop.isSet ? .taken : .ended
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

/// Whether the next letter goes.
enum DeadAdmission {
    /// It is none of those that are meant.
    case passed
    /// It goes.
    case taken
    /// It has to wait, and others should not wait for it.
    case later
    /// Neither it nor any other goes.
    case ended

    /// Whether there is any use in asking for another one.
    var goesOn: Bool { self == .passed || self == .taken }
}

/// The letters of a snapshot that are still to be met.
private final class Remainder: Sendable {
    private let letters: Locked<DeadSnapshot>

    init(of snapshot: DeadSnapshot) { letters = Locked(snapshot) }

    var count: Int { letters.withLock { $0.count } }

    func take(_ key: DeadKey) -> Bool { letters.withLock { $0.take(key) } }

    func putBack(_ key: DeadKey) { letters.withLock { $0.putBack(key) } }
}
