import Foundation
import Synchronization

/// A TCP proxy on this machine that can be told at any time to misbehave.
///
/// One thread of its own moves all bytes. Every order is carried out when its method returns, for the connections
/// there are and those to come. A later order replaces an earlier one, except that ``cut()`` changes no behaviour.
package final class FaultProxy: Sendable {
    /// The ways in which bytes travel.
    package struct Direction: OptionSet, Sendable {
        /// The bits of the set.
        package let rawValue: Int
        /// Makes a set of its bits.
        package init(rawValue: Int) { self.rawValue = rawValue }
        /// From the server to the client.
        package static let toClient = Direction(rawValue: 1)
        /// From the client to the server.
        package static let toServer = Direction(rawValue: 2)
        /// Both ways.
        package static let both: Direction = [.toClient, .toServer]
    }

    /// What the proxy does with connections and bytes.
    package enum Behaviour: Sendable, Equatable {
        /// Hands on everything.
        case pass
        /// Accepts and keeps connections but moves no bytes that way; nothing is lost if it passes again.
        case stall(Direction)
        /// Hands on everything, and each piece towards the server so much later.
        case slow(Duration)
        /// Hands exactly that many more bytes to the client, of each connection, and then ends the connection.
        case truncateToClient(afterBytes: Int)
        /// Puts random bytes in place of a range of those to the client, counted from the next one of each connection.
        case corrupt(Range<Int>, seed: UInt64)
        /// Accepts new connections and closes them at once; passes on what the others send.
        case refuse
    }

    /// The port to connect to.
    package let port: Int
    private let orders: ProxyOrders

    /// Starts a proxy in front of a port of this machine.
    package init(to target: Int) throws {
        let listener = try LoopbackSocket.listen(port: 0)
        port = LoopbackSocket.port(of: listener)
        let orders = try ProxyOrders()
        self.orders = orders
        let thread = Thread { ProxyLoop(listener: listener, target: target, orders: orders).run() }
        thread.name = "fault-proxy"
        thread.start()
    }

    deinit {
        orders.give(.stop)
    }

    /// The address of the default virtual host through the proxy, for the user guest.
    package var url: String { "amqp://guest:guest@127.0.0.1:\(port)/" }

    /// The number of connections that are open.
    package var connections: Int { orders.open.load(ordering: .acquiring) }

    /// The number of connections accepted since the start, refused ones included.
    package var accepted: Int { orders.accepted.load(ordering: .acquiring) }

    /// Changes the behaviour.
    package func behave(_ behaviour: Behaviour) { orders.give(.behave(behaviour)) }

    /// Hands on everything from now on, including what was held back.
    package func pass() { behave(.pass) }

    /// Moves no bytes that way from now on.
    package func stall(_ direction: Direction = .both) { behave(.stall(direction)) }

    /// Hands exactly that many more bytes to each client and then ends its connection.
    package func truncateToClient(afterBytes count: Int) { behave(.truncateToClient(afterBytes: count)) }

    /// Puts random bytes in place of a range of those to come for each client.
    package func corrupt(_ range: Range<Int>, seed: UInt64) { behave(.corrupt(range, seed: seed)) }

    /// Closes new connections at once.
    package func refuse() { behave(.refuse) }

    /// Resets all open connections, both sides of each.
    package func cut() { orders.give(.cut) }

    /// Resets all connections and closes the port.
    package func stop() { orders.give(.stop) }
}
