import Dispatch
import Glibc
import Synchronization

/// The thread of a ``FaultProxy``: owns the listener and all connections.
final class ProxyLoop {
    private let listener: Int32
    private let target: Int
    private let orders: ProxyOrders
    private var behaviour = FaultProxy.Behaviour.pass
    private var connections: [ProxyConnection] = []

    /// Takes over the listener.
    init(listener: Int32, target: Int, orders: ProxyOrders) {
        self.listener = listener
        self.target = target
        self.orders = orders
    }

    /// Moves bytes until the order to stop.
    func run() {
        while true {
            var entries = [entry(orders.wake.descriptor, POLLIN), entry(listener, POLLIN)]
            for connection in connections {
                entries.append(entry(connection.client, connection.clientEvents))
                entries.append(entry(connection.server, connection.serverEvents))
            }
            Wake.wait(for: &entries)
            for (index, connection) in connections.enumerated()
            where entries[2 + 2 * index].revents != 0 || entries[3 + 2 * index].revents != 0 {
                connection.move()
            }
            if entries[1].revents != 0 { acceptOne() }
            let isOver = entries[0].revents != 0 && carryOut(orders.take())
            connections.removeAll(where: \.isOver)
            orders.open.store(connections.count, ordering: .releasing)
            if isOver { return }
        }
    }

    /// An entry without a wish has no descriptor: `poll` would otherwise report a hang-up again and again.
    private func entry(_ descriptor: Int32, _ events: Int32) -> pollfd {
        pollfd(fd: events == 0 ? -1 : descriptor, events: Int16(events), revents: 0)
    }

    private func acceptOne() {
        guard let client = LoopbackSocket.accept(listener) else { return }
        orders.accepted.add(1, ordering: .releasing)
        guard behaviour != .refuse else {
            _ = close(client)
            return
        }
        guard let server = try? LoopbackSocket.connect(port: target, limit: 2) else {
            LoopbackSocket.reset(client)
            return
        }
        let connection = ProxyConnection(client: client, server: server)
        connection.behave(behaviour)
        connections.append(connection)
        orders.open.store(connections.count, ordering: .releasing)
    }

    private func carryOut(_ given: [(order: ProxyOrders.Order, done: DispatchSemaphore)]) -> Bool {
        var isOver = false
        for (order, done) in given {
            switch order {
            case .behave(let new):
                behaviour = new
                for connection in connections { connection.behave(new) }
            case .cut:
                for connection in connections { connection.reset() }
            case .stop:
                for connection in connections { connection.reset() }
                _ = close(listener)
                isOver = true
            }
            connections.removeAll(where: \.isOver)
            orders.open.store(connections.count, ordering: .releasing)
            done.signal()
        }
        return isOver
    }
}
