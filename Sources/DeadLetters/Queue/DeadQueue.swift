package import AMQP
package import Lane
package import Worker

/// The queue of dead letters: to look into without a trace, and to move letters out of without a loss.
///
/// Whatever it does, it does alone: a lock at the broker, which is gone with its holder's connection, keeps a second one waiting until
/// the first has finished. Two who look at once would do no harm to the letters, but to their order.
package actor DeadQueue: LaneBound {
    /// Where the queue lives.
    package nonisolated let lane: Lane
    /// The names of the installation.
    package nonisolated let names: QueueNames
    let configuration: ConnectionConfiguration
    let registry: DeadRegistry
    let patience: Duration
    private let waitsNoMore: DeadStop

    /// How many letters one connection holds at most.
    let lookAhead: Int
    /// How long a move takes letters.
    let round: Duration
    /// The longest look: the broker takes back what is held for half an hour.
    static let longestLook = Duration.seconds(1500)
    /// How long the broker may take to line up again what it gets back, without any progress.
    private static let returnPatience = Duration.seconds(30)

    /// The dead letters of an installation.
    ///
    /// - Parameters:
    ///   - registry: What the configuration adds to what jobs say of themselves.
    ///   - patience: How long to wait for somebody else to finish.
    ///   - waitsNoMore: Ends that wait early.
    ///   - lookAhead: How many letters one connection holds at most; AMQP can ask for 65,535.
    ///   - round: How long a move takes letters before it lets others have their turn.
    package init(
        _ names: QueueNames, _ configuration: ConnectionConfiguration, registry: DeadRegistry = DeadRegistry(),
        patience: Duration = .seconds(60), waitsNoMore: DeadStop = DeadStop(), lookAhead: Int = 60_000,
        round: Duration = .seconds(10), on lane: Lane
    ) {
        self.names = names
        self.configuration = configuration
        self.registry = registry
        self.patience = patience
        self.waitsNoMore = waitsNoMore
        self.lookAhead = lookAhead
        self.round = round
        self.lane = lane
    }

    // MARK: Looking

    /// How many letters there are, once whoever else is at work has finished.
    package func count() async throws(DeadError) -> Int {
        try await alone { desk throws(DeadError) in try await self.depth(desk) }
    }

    /// Walks along the letters, the oldest first, and hands over those that fit.
    ///
    /// Nothing of it stays in memory. What comes later than the beginning is not seen.
    ///
    /// - Parameters:
    ///   - reading: Whether ``DeadLetter/content`` is wanted even where the query does not ask for it.
    ///   - prefetch: How many letters may wait in memory while one is visited.
    ///   - begin: Told how many letters there are.
    ///   - visit: Gets each letter that fits; after a false it gets no more. Called for every letter with nil if it does not fit.
    @discardableResult
    package func scan(
        _ query: DeadQuery, at now: Timestamp = .now, reading: Bool = false, prefetch: Int = .max,
        begin: @escaping @Sendable (Int) -> Void = { _ in }, _ visit: @escaping @Sendable (DeadLetter?) async -> Bool
    ) async throws(DeadError) -> DeadWalk {
        try await alone { desk throws(DeadError) in
            let depth = try await self.depth(desk)
            begin(depth)
            guard depth > 0 else { return DeadWalk(depth: 0) }
            let pass = self.pass(depth: depth, prefetch: min(depth, prefetch, self.lookAhead), limit: Self.longestLook)
            let registry = self.registry
            try await self.run(pass, desk, depth: depth) { pass throws(AMQPError) in
                var isWatched = true
                while let delivery = try await pass.next() {
                    // A quorum queue puts what comes back behind what came back before, so the order stays only if all of it was in hand.
                    guard isWatched else { continue }
                    var letter = DeadLetter(delivery)
                    if reading || query.needsContent(of: letter) || letter.hidesID { letter.read(registry) }
                    isWatched = await visit(query.matches(letter, at: now) ? letter : nil)
                }
            }
            if await pass.isOutOfTime { throw .broker(.timedOut("a look at \(depth) letters")) }
            return DeadWalk(depth: depth, missed: await pass.missed, squares: await pass.squares)
        }
    }

    /// Counts the letters that fit, and freezes which they are.
    package func snapshot(
        of query: DeadQuery, at now: Timestamp = .now, grouping: Bool = true,
        begin: @escaping @Sendable (Int) -> Void = { _ in }, progress: @escaping @Sendable () -> Void = {}
    ) async throws(DeadError) -> DeadSnapshot {
        let state = Locked(DeadSnapshot(at: now))
        let walk = try await scan(query, at: now, reading: grouping, begin: begin) { letter in
            progress()
            guard let letter else { return true }
            state.withLock { snapshot in
                snapshot.add(letter)
                if grouping { snapshot.groups.add(letter) }
            }
            return true
        }
        return state.withLock { snapshot in
            snapshot.walk = walk
            return snapshot
        }
    }

    /// The letters of an id, or of a key after `@`: usually one, and more if a job has died more than once.
    ///
    /// - Parameter bytes: How much their bodies may have together; one is found whatever it has.
    package func find(
        _ address: String, atMost limit: Int = 100, bytes: Int = .max
    ) async throws(DeadError) -> [DeadLetter] {
        let found = Locked<(letters: [DeadLetter], bytes: Int)>(([], 0))
        try await scan(DeadQuery(address: address), reading: true) { letter in
            guard let letter else { return true }
            return found.withLock { found in
                if found.bytes + letter.body.count <= bytes || found.letters.isEmpty {
                    found.letters.append(letter)
                    found.bytes += letter.body.count
                }
                return found.letters.count < limit && found.bytes < bytes
            }
        }
        return found.withLock { $0.letters }
    }

    /// Walks along the letters of a snapshot, the oldest first, and says which of them it has met.
    ///
    /// - Parameter visit: Gets each of them, and may take its time; after a false it gets no more.
    package func look(
        at snapshot: DeadSnapshot, _ visit: @escaping @Sendable (DeadLetter) async -> Bool
    ) async throws(DeadError) -> DeadSnapshot {
        let remaining = Locked(snapshot)
        let registry = registry
        try await scan(DeadQuery(), prefetch: snapshot.lookAhead) { letter in
            guard var letter, remaining.withLock({ $0.take(letter.key) }) else { return true }
            letter.read(registry)
            guard await visit(letter) else { return false }
            return remaining.withLock { $0.count > 0 }
        }
        return snapshot.without(remaining.withLock { $0 })
    }

    // MARK: Parts

    func pass(depth: Int, prefetch: Int, limit: Duration) -> DeadPass {
        var configuration = configuration
        configuration.name = configuration.name ?? "wxpush dead"
        let plan = DeadPass.Plan(
            configuration: configuration, queue: names.dead, depth: depth, prefetch: prefetch, limit: limit)
        return DeadPass(plan, on: lane)
    }

    /// Walks, and waits until all that was in hand lies in the queue again, so that whoever looks next sees it.
    func run(
        _ pass: DeadPass, _ desk: Connection, depth: Int,
        _ body: @escaping @Sendable (DeadPass) async throws(AMQPError) -> Void
    ) async throws(DeadError) {
        do throws(AMQPError) { try await pass.run(body) } catch { throw .broker(error) }
        try await awaitReturn(of: depth - (await pass.away) - (await pass.missed), desk)
    }

    /// Waits until as many letters lie in the queue as should.
    func awaitReturn(of expected: Int, _ desk: Connection) async throws(DeadError) {
        var (reached, lastNews) = (-1, Moment.now)
        while true {
            let depth = try await self.depth(desk)
            if depth >= expected { return }
            if depth != reached { (reached, lastNews) = (depth, .now) }
            // Somebody who does not know of the lock may have taken some.
            guard .now - lastNews < Self.returnPatience, (try? await lane.sleep(for: .milliseconds(20))) != nil else {
                return
            }
        }
    }

    func depth(_ desk: Connection) async throws(DeadError) -> Int {
        let status: QueueStatus
        do throws(AMQPError) { status = try await desk.status(of: names.dead) } catch { throw .broker(error) }
        guard status.isKnown else { throw .broker(.timedOut("the length of \(names.dead)")) }
        return status.readyMessages
    }

    /// Does something on a connection that holds the lock.
    func alone<Value: Sendable>(
        _ body: (Connection) async throws(DeadError) -> Value
    ) async throws(DeadError) -> Value {
        try await connected { desk throws(DeadError) in
            try await self.alone(desk, waiting: self.patience) { () async throws(DeadError) -> Value in
                try await body(desk)
            }
        }
    }

    /// Does something on a connection of its own.
    func connected<Value: Sendable>(
        _ body: (Connection) async throws(DeadError) -> Value
    ) async throws(DeadError) -> Value {
        let desk: Connection
        do throws(AMQPError) {
            desk = try await Connection.open(configuration, on: lane)
        } catch {
            throw .broker(error)
        }
        let result: Result<Value, DeadError>
        do throws(DeadError) { result = .success(try await body(desk)) } catch { result = .failure(error) }
        await desk.close()
        return try result.get()
    }

    /// Does something while a connection holds the lock.
    ///
    /// - Parameters:
    ///   - patience: How long to wait for the lock; without end if nil.
    ///   - stop: Ends that wait early.
    func alone<Value: Sendable>(
        _ desk: Connection, waiting patience: Duration?, until stop: DeadStop = DeadStop(),
        _ body: () async throws(DeadError) -> Value
    ) async throws(DeadError) -> Value {
        let lock = try await lock(desk, waiting: patience, until: stop)
        let result: Result<Value, DeadError>
        do throws(DeadError) { result = .success(try await body()) } catch { result = .failure(error) }
        // A connection that is lost has no lock any more.
        if let lock { _ = try? await desk.deleteQueue(lock.name) }
        return try result.get()
    }

    /// An exclusive queue is a lock: the broker refuses it to everybody else, and deletes it with its holder's connection.
    ///
    /// - Returns: Nil for somebody who may not declare, and works without it: only the order of the letters could suffer.
    private func lock(
        _ desk: Connection, waiting patience: Duration?, until stop: DeadStop
    ) async throws(DeadError) -> Queue? {
        let lock = Queue("\(names.dead).lock", isDurable: false, isExclusive: true, deletesItself: true)
        let limit = patience.map { Moment.now + $0 }
        var pause = Duration.milliseconds(100)
        while true {
            do throws(AMQPError) {
                try await desk.declare(lock)
                return lock
            } catch {
                guard case .channelClosed(let closure) = error, closure.code == 405 || closure.code == 403 else {
                    throw .broker(error)
                }
                if closure.code == 403 { return nil }
                let isLate = limit.map { $0 <= .now } ?? false
                guard !isLate, !stop.isSet, !waitsNoMore.isSet, (try? await lane.sleep(for: pause)) != nil else {
                    throw .busy
                }
                // The broker takes down each refusal in its log.
                pause = min(pause * 1.5, .seconds(1))
            }
        }
    }
}

/// What a walk along the queue has met.
package struct DeadWalk: Hashable, Sendable {
    /// How many letters there were at its beginning.
    package var depth = 0
    /// How many of them did not come: somebody else has them in hand.
    package var missed = 0
    /// The squares of their sizes.
    var squares = 0.0
}
