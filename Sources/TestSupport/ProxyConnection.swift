import Glibc

/// One client and its server, as seen by the thread of a ``FaultProxy``.
final class ProxyConnection {
    /// The socket towards the client.
    let client: Int32
    /// The socket towards the server.
    let server: Int32
    /// Whether both sockets are closed.
    private(set) var isOver = false
    private var toClient = ProxyStream()
    private var toServer = ProxyStream()
    /// The server is gone and the client is told so; what it still sends is dropped, since closing a socket with
    /// unread bytes would reset the connection and with it destroy the bytes that were to arrive.
    private var isDraining = false

    /// Takes over two connected sockets.
    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    /// The events to poll the client for.
    var clientEvents: Int32 {
        if isDraining { return POLLIN }
        return (toServer.wantsInput ? POLLIN : 0) | (toClient.wantsOutput ? POLLOUT : 0)
    }

    /// The events to poll the server for.
    var serverEvents: Int32 {
        if isDraining { return 0 }
        return (toClient.wantsInput ? POLLIN : 0) | (toServer.wantsOutput ? POLLOUT : 0)
    }

    /// Takes over a behaviour; whatever an earlier one counted is forgotten.
    func behave(_ behaviour: FaultProxy.Behaviour) {
        toClient.clearFaults()
        toServer.clearFaults()
        switch behaviour {
        case .pass, .refuse:
            break
        case .stall(let direction):
            toClient.isStalled = direction.contains(.toClient)
            toServer.isStalled = direction.contains(.toServer)
        case .slow(let delay):
            toServer.delay = delay
        case .truncateToClient(let count):
            toClient.budget = count
        case .corrupt(let range, let seed):
            toClient.damage = ProxyStream.Damage(range: range, seed: seed)
        }
        move()
    }

    /// Moves what can be moved without waiting.
    func move() {
        guard !isOver else { return }
        if !isDraining {
            guard toServer.move(from: client, to: server), toClient.move(from: server, to: client) else {
                return reset()
            }
            if toClient.budget == 0 {
                _ = close(server)
                _ = shutdown(client, Int32(SHUT_WR))
                isDraining = true
            } else if toClient.isFinished && toServer.isFinished {
                _ = close(server)
                _ = close(client)
                isOver = true
            }
        }
        if isDraining { drain() }
    }

    /// Ends both sides with a reset.
    func reset() {
        guard !isOver else { return }
        LoopbackSocket.reset(client)
        if !isDraining { LoopbackSocket.reset(server) }
        isOver = true
    }

    private func drain() {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = SystemCall.retrying { recv(client, &bytes, bytes.count, Int32(MSG_DONTWAIT)) }
            if count > 0 { continue }
            if count < 0 && errno == EAGAIN { return }
            _ = close(client)
            isOver = true
            return
        }
    }
}
