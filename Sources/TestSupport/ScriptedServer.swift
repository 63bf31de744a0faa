import Dispatch
import Foundation
import Glibc
import Lane

/// A server on this machine that plays a script to every client that connects: a broker as broken as a test needs.
package final class ScriptedServer: Sendable {
    /// What is played to a client, on a thread of its own; the connection ends when it returns or throws.
    package typealias Script = @Sendable (Peer) throws -> Void

    private struct State {
        var peers: [Int: Peer] = [:]
        var accepted = 0
        var failures: [any Error] = []
        var isOver = false
    }

    /// The port to connect to.
    package let port: Int
    private let wake: Wake
    private let threads = DispatchGroup()
    private let state = Locked(State())

    /// Starts listening; the limit, in seconds, holds for each read and write of a script.
    package static func start(limit: Int = 30, _ script: @escaping Script) throws -> ScriptedServer {
        let listener = try LoopbackSocket.listen(port: 0)
        let server = ScriptedServer(port: LoopbackSocket.port(of: listener), wake: try Wake())
        server.threads.enter()
        let thread = Thread {
            server.accept(from: listener, limit: limit, script)
            _ = Glibc.close(listener)
            server.threads.leave()
        }
        thread.name = "scripted-server"
        thread.start()
        return server
    }

    private init(port: Int, wake: Wake) {
        self.port = port
        self.wake = wake
    }

    /// The address of the default virtual host, for the user guest.
    package var url: String { "amqp://guest:guest@127.0.0.1:\(port)/" }

    /// The number of connections accepted since the start.
    package var accepted: Int { state.withLock { $0.accepted } }

    /// The number of scripts that are playing.
    package var connections: Int { state.withLock { $0.peers.count } }

    /// What the scripts have thrown, in the order of their ends; those that ``stop()`` breaks off do not count.
    package var failures: [any Error] { state.withLock { $0.failures } }

    /// Closes the port, ends all connections and returns when every script has ended.
    package func stop() async {
        let peers = state.withLock { state in
            state.isOver = true
            return Array(state.peers.values)
        }
        wake.signal()
        for peer in peers { peer.interrupt() }
        await withCheckedContinuation { continuation in
            threads.notify(queue: .global()) { continuation.resume() }
        }
    }

    private func accept(from listener: Int32, limit: Int, _ script: @escaping Script) {
        while true {
            var entries = [wake.descriptor, listener].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            Wake.wait(for: &entries)
            if entries[0].revents != 0 { return }
            guard let descriptor = LoopbackSocket.accept(listener) else { continue }
            LoopbackSocket.setLimit(seconds: limit, on: descriptor)
            play(script, to: Peer(descriptor: descriptor))
        }
    }

    private func play(_ script: @escaping Script, to peer: Peer) {
        let number: Int? = state.withLock { state in
            guard !state.isOver else { return nil }
            state.accepted += 1
            state.peers[state.accepted] = peer
            return state.accepted
        }
        guard let number else { return peer.close() }
        threads.enter()
        let thread = Thread { [self] in
            let result = Result { try script(peer) }
            peer.close()
            state.withLock { state in
                state.peers[number] = nil
                if case .failure(let error) = result, !state.isOver { state.failures.append(error) }
            }
            threads.leave()
        }
        thread.name = "script-\(number)"
        thread.start()
    }
}
