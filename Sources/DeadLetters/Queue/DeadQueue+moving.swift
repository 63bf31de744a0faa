import AMQP
import Lane

extension DeadQueue {
    /// How many letters are on their way at once.
    private static let window = 256

    /// How long the queue is left to others between two rounds: whoever waits for it tries once a second.
    private static let gap = Duration.milliseconds(1100)

    /// How long letters are looked for that are not there: somebody who does not know of the lock may have them in hand.
    private static let absence = Duration.seconds(15)

    /// Takes the letters of a snapshot out of the queue, each once `carry` says that it is safe elsewhere.
    ///
    /// It does so in rounds. Each goes to the end of the queue, as the order stays only if all of it was in hand; between them others have
    /// their turn. Whoever has begun comes back for the next round however long others take.
    ///
    /// - Parameters:
    ///   - stop: Ends the wait for others early.
    ///   - awaitTurn: Waits, with nothing in hand, until a letter may go; false if none may any more.
    ///   - admit: Asked before each letter.
    ///   - carry: Brings a letter to where it is to go; true once it is there.
    ///   - gone: Told of each letter that has left the queue.
    /// - Returns: How many letters of the snapshot were not met: they were not there, or the move has ended before.
    func move(
        _ snapshot: DeadSnapshot, _ desk: Connection, stop: DeadStop,
        awaitTurn: @escaping @Sendable () async -> Bool,
        admit: @escaping @Sendable () async -> DeadAdmission, carry: @escaping @Sendable (DeadLetter) async -> Bool,
        gone: @escaping @Sendable (DeadLetter) async -> Void = { _ in }
    ) async throws(DeadError) -> Int {
        let remaining = Remainder(of: snapshot)
        var patience: Duration? = patience
        // Letters that lie there and are known to be none of the remaining ones.
        var others = 0
        var absentSince: Moment?
        while remaining.count > 0, await awaitTurn() {
            let before = remaining.count
            let end: RoundEnd
            do throws(DeadError) {
                end = try await alone(desk, waiting: patience, until: stop) { () async throws(DeadError) -> RoundEnd in
                    try await self.round(remaining, prefetch: snapshot.prefetch, others, desk, admit, carry, gone)
                }
            } catch {
                if error == .busy, stop.isSet { break }
                throw error
            }
            patience = nil
            switch end {
            case .stopped: return remaining.count
            case .cut: (others, absentSince) = (0, nil)
            case .through(let left):
                others = left
                absentSince = remaining.count < before ? nil : absentSince ?? .now
            }
            if let absentSince, .now - absentSince >= Self.absence { break }
            guard remaining.count > 0, (try? await lane.sleep(for: Self.gap)) != nil else { break }
        }
        return remaining.count
    }

    /// One round, unless there is nothing but what was seen before.
    private func round(
        _ remaining: Remainder, prefetch: Int, _ others: Int, _ desk: Connection,
        _ admit: @escaping @Sendable () async -> DeadAdmission, _ carry: @escaping @Sendable (DeadLetter) async -> Bool,
        _ gone: @escaping @Sendable (DeadLetter) async -> Void
    ) async throws(DeadError) -> RoundEnd {
        let depth = try await depth(desk)
        guard depth > others else { return .through(left: depth) }
        let pass = pass(depth: depth, prefetch: min(depth, prefetch, lookAhead), limit: Self.longestLook)
        let end = Moment.now + round
        let last = Locked(DeadAdmission.passed)
        try await run(pass, desk, depth: depth) { pass throws(AMQPError) in
            let admission = try await self.walk(
                pass,
                admit: { key in
                    guard remaining.take(key) else { return .passed }
                    let admission = .now < end ? await admit() : .later
                    if admission != .taken { remaining.putBack(key) }
                    return admission
                }, carry: carry, gone: gone)
            last.withLock { $0 = admission }
        }
        if await pass.isOutOfTime { return .cut }
        switch last.withLock({ $0 }) {
        case .ended: return .stopped
        case .later: return .cut
        case .passed, .taken: return .through(left: depth - (await pass.missed) - (await pass.away))
        }
    }

    /// Why letters are left that nobody has kept from going.
    static func absence(of count: Int) -> String {
        count == 1
            ? "1 letter was not there: somebody else has it in hand or has moved it"
            : "\(count) letters were not there: somebody else has them in hand or has moved them"
    }

    /// One walk; returns what was said of the last letter.
    private nonisolated func walk(
        _ pass: DeadPass, admit: @escaping @Sendable (DeadKey) async -> DeadAdmission,
        carry: @escaping @Sendable (DeadLetter) async -> Bool, gone: @escaping @Sendable (DeadLetter) async -> Void
    ) async throws(AMQPError) -> DeadAdmission {
        let registry = registry
        return try await withTaskGroup(of: Void.self) { group -> Result<DeadAdmission, AMQPError> in
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
            return .success(admission)
        }.get()
    }

    // MARK: Drop and import

    /// Takes the letters of a snapshot out of the queue for good, each once it is kept elsewhere.
    ///
    /// - Parameters:
    ///   - stop: Ends it early.
    ///   - keep: Writes a letter where it survives; throws if it cannot, and then nothing more is dropped.
    ///   - kept: Told of each letter that stays, as it could not be put back, and why.
    ///   - dropped: Told of each letter that is gone.
    package func drop(
        _ snapshot: DeadSnapshot, stop: DeadStop = DeadStop(),
        keep: @escaping @Sendable (DeadLetter) async throws(DeadError) -> Void,
        kept: @escaping @Sendable (DeadLetter, String) async -> Void = { _, _ in },
        dropped: @escaping @Sendable (DeadLetter) async -> Void
    ) async throws(DeadError) -> DropReport {
        let failure = Locked<DeadError?>(nil)
        let goesOn: @Sendable () -> Bool = { failure.withLock { $0 == nil } && !stop.isSet }
        let left = try await connected { desk throws(DeadError) in
            try await self.move(snapshot, desk, stop: stop) {
                goesOn()
            } admit: {
                goesOn() ? .taken : .ended
            } carry: { letter in
                if let reason = letter.importFault {
                    await kept(letter, reason)
                    return false
                }
                do throws(DeadError) {
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
        guard left > 0 else { return DropReport() }
        return DropReport(stopped: stop.isSet ? "somebody has stopped it" : Self.absence(of: left))
    }
}

/// How a drop has ended.
package struct DropReport: Sendable {
    /// Why it ended before it had met all letters; nil if it did not.
    package internal(set) var stopped: String?
}

/// How a round has ended.
private enum RoundEnd {
    /// It has met all that were there; so many lie there yet, which do not matter any more.
    case through(left: Int)
    /// Others are to have their turn.
    case cut
    /// No further letter is to go.
    case stopped
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
