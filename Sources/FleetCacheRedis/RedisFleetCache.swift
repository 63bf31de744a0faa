package import FleetCache
package import Lane
import Telemetry

/// A fleet's cache in a Redis server, through one connection of a lane.
///
/// Requests of one turn of the lane leave together, and none waits for another's answer. While the server is gone, requests fail
/// at once; one that hangs is left after `answerLimit`. The connection comes back by itself until ``close()``.
///
/// A server that evicts keys when its memory is full would forget what was sent: its policy must be `noeviction`.
package actor RedisFleetCache: FleetCache, LaneBound {
    /// The lane that the connection lives on; its tasks reach the cache without a thread hop.
    package nonisolated let lane: Lane

    private enum Link {
        case up(RedisSocket)
        case down(FleetCacheError)
        case closed
    }

    private let configuration: Configuration
    private var link = Link.down(.away("not connected yet"))
    /// Each script's name in the server, by the digest that it has given.
    private var digests: [Script: String] = [:]
    private var supervisor: Task<Void, Never>?

    /// Connects to the server; throws if that fails the first time.
    package static func open(
        _ configuration: Configuration, on lane: Lane
    ) async throws(FleetCacheError) -> RedisFleetCache {
        let cache = RedisFleetCache(configuration, on: lane)
        try await cache.start()
        return cache
    }

    private init(_ configuration: Configuration, on lane: Lane) {
        self.configuration = configuration
        self.lane = lane
    }

    package func close() async {
        let before = link
        link = .closed
        if case .up(let socket) = before {
            // Answered after everything that was asked before.
            _ = await socket.send(RedisCommand([.text("PING")]))
            socket.close(.closed)
        }
        supervisor?.cancel()
        await supervisor?.value
    }

    // MARK: Requests

    /// Runs a script, and sends its text if the server does not know it.
    func run(
        _ script: Script, keys: [String], _ arguments: [RedisCommand.Part]
    ) async throws(FleetCacheError) -> RedisReply {
        let tail = [.number(Int64(keys.count))] + keys.map { RedisCommand.Part.text($0) } + arguments
        if let digest = digests[script] {
            let reply = try await reply(to: RedisCommand([.text("EVALSHA"), .text(digest)] + tail))
            guard case .error(let text) = reply, text.hasPrefix("NOSCRIPT") else { return try Self.checked(reply) }
        }
        return try Self.checked(try await reply(to: RedisCommand([.text("EVAL"), .text(script.text)] + tail)))
    }

    /// Sends a command that needs no script.
    func ask(_ parts: [RedisCommand.Part]) async throws(FleetCacheError) -> RedisReply {
        try Self.checked(try await reply(to: RedisCommand(parts)))
    }

    private func reply(to command: RedisCommand) async throws(FleetCacheError) -> RedisReply {
        switch link {
        case .up(let socket): return try await socket.send(command).get()
        case .down(let error): throw error
        case .closed: throw .closed
        }
    }

    private static func checked(_ reply: RedisReply) throws(FleetCacheError) -> RedisReply {
        if case .error(let text) = reply { throw RedisRefusal.error(text) }
        return reply
    }

    // MARK: The connection

    private func start() async throws(FleetCacheError) {
        let ends = try await connect()
        // Held by the task until `close`, as the connection is.
        supervisor = Task(executorPreference: lane) { await self.supervise(ends) }
    }

    /// Brings the connection back whenever it has ended, until the cache is closed.
    private func supervise(_ first: AsyncStream<FleetCacheError>) async {
        var ends: AsyncStream<FleetCacheError>? = first
        var pause = configuration.firstPause
        while true {
            if let current = ends {
                for await error in current { noteDown(error) }
                pause = configuration.firstPause
            }
            ends = nil
            if case .closed = link { return }
            do {
                // Uneven, so that a fleet does not come back all at the same moment.
                try await lane.sleep(for: pause * Double.random(in: 0.5...1))
            } catch {
                return
            }
            if case .closed = link { return }
            do throws(FleetCacheError) {
                ends = try await connect()
            } catch {
                noteDown(error)
                pause = min(pause * 2, configuration.longestPause)
            }
        }
    }

    private func noteDown(_ error: FleetCacheError) {
        if case .closed = link { return }
        link = .down(error)
    }

    /// Connects and greets, and returns a stream that tells of the connection's end.
    private func connect() async throws(FleetCacheError) -> AsyncStream<FleetCacheError> {
        let begin = Moment.now
        let addresses = try await NameLookup.addresses(
            of: configuration.host, within: configuration.connectLimit, on: lane)
        var last = FleetCacheError.away("\(configuration.host) has no address")
        for address in addresses {
            let left = configuration.connectLimit - (.now - begin)
            guard left > .zero else { break }
            do throws(FleetCacheError) {
                return try await connect(to: address, within: left)
            } catch {
                last = error
            }
        }
        throw last
    }

    private func connect(
        to address: String, within limit: Duration
    ) async throws(FleetCacheError) -> AsyncStream<FleetCacheError> {
        let socket = try RedisSocket(
            address: address, port: configuration.port, answerLimit: configuration.answerLimit, on: lane)
        let (ends, continuation) = AsyncStream.makeStream(of: FleetCacheError.self)
        socket.onEnd = { error in
            continuation.yield(error)
            continuation.finish()
        }
        let timer = lane.schedule(after: limit) { socket.close(.away("no connection within \(limit)")) }
        defer { lane.cancel(timer) }
        do throws(FleetCacheError) {
            try await greet(socket)
        } catch {
            socket.close(error)
            throw error
        }
        if case .closed = link {
            socket.close(.closed)
            throw .closed
        }
        link = .up(socket)
        return ends
    }

    /// Logs in, chooses the database, and makes the scripts known.
    private func greet(_ socket: RedisSocket) async throws(FleetCacheError) {
        if let password = configuration.password {
            // The one place where the password leaves its wrapping: it goes to the server.
            try await expect("OK", from: socket, [.text("AUTH"), .text(password.reveal())])
        }
        try await expect("PONG", from: socket, [.text("PING")])
        if configuration.database != 0 {
            try await expect("OK", from: socket, [.text("SELECT"), .number(Int64(configuration.database))])
        }
        let commands = Script.allCases.map { RedisCommand([.text("SCRIPT"), .text("LOAD"), .text($0.text)]) }
        for (script, answer) in zip(Script.allCases, await socket.send(commands)) {
            let reply = try Self.checked(try answer.get())
            guard let digest = reply.asText else { throw .unusable("the server does not answer as Redis does") }
            digests[script] = digest
        }
    }

    private func expect(
        _ answer: String, from socket: RedisSocket, _ parts: [RedisCommand.Part]
    ) async throws(FleetCacheError) {
        let reply = try Self.checked(try await socket.send(RedisCommand(parts)).get())
        guard reply.asText == answer else { throw .unusable("the server does not answer as Redis does") }
    }
}
