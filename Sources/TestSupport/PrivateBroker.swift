package import Foundation
import Glibc
import Lane

/// A RabbitMQ node of this process alone: own ports, own data, loopback only, gone when the process is gone.
///
/// Use ``shared()`` in tests that do the broker no harm; start one with ``start(_:)`` to kill, pause or starve it.
package final class PrivateBroker: Sendable {
    /// How a broker differs from a plain one.
    package struct Options: Sendable {
        /// The plugins to enable; `rabbitmq_management` also gets a port.
        package var plugins: [String]
        /// Further lines of rabbitmq.conf.
        package var configuration: [String]
        /// Makes the broker serve TLS with these, on ``PrivateBroker/tlsPort``.
        package var certificates: Certificates?
        /// Whether a TLS client must show a certificate signed by the authority.
        package var demandsClientCertificate: Bool
        /// What the node's name begins with; its port follows.
        package var namePrefix: String

        /// A plain broker, unless told otherwise.
        package init(
            plugins: [String] = [], configuration: [String] = [], certificates: Certificates? = nil,
            demandsClientCertificate: Bool = false, namePrefix: String = "t"
        ) {
            self.plugins = plugins
            self.configuration = configuration
            self.certificates = certificates
            self.demandsClientCertificate = demandsClientCertificate
            self.namePrefix = namePrefix
        }
    }

    /// The processes of a broker that is up.
    struct Running {
        /// The start script, which ends when the node it waits for has ended.
        let script: ChildProcess
        /// The Erlang machine itself.
        let processID: Int32
    }

    /// Where the node lives.
    let layout: NodeLayout
    /// The processes, nil while the broker is down.
    let running = Locked<Running?>(nil)

    private static let sharedStart = Task.detached { try await start() }

    /// Makes a broker that is down.
    init(layout: NodeLayout) {
        self.layout = layout
    }

    /// The broker that all tests of this process share; the first call starts it.
    package static func shared() async throws -> PrivateBroker {
        try await sharedStart.value
    }

    /// Starts a broker for the caller alone and returns when it speaks AMQP.
    package static func start(_ options: Options = Options()) async throws -> PrivateBroker {
        var attempts = 4
        while true {
            let home = try ReapedDirectory(prefix: "private-broker")
            let ports = try FreePorts.take(1)
            let broker = PrivateBroker(layout: try NodeLayout(home: home, epmdPort: ports[0], options: options))
            do {
                try broker.layout.writeFiles(peers: [])
                try await broker.launch()
                return broker
            } catch {
                await broker.stop()
                attempts -= 1
                // Ours is dead by now, so a port that is still in use was taken by somebody else in between.
                let lostPort = broker.layout.ports.contains { !FreePorts.isFree($0) }
                guard lostPort, attempts > 0 else { throw error }
            }
        }
    }

    /// Whether this machine has a RabbitMQ to start.
    package static var isInstalled: Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/lib/rabbitmq/bin/rabbitmq-server")
    }

    /// Every port that belongs to the broker, that of its epmd included.
    package var ports: [Int] { layout.ports }

    /// The AMQP port.
    package var port: Int { layout.port }

    /// The port that serves TLS, if certificates were given.
    package var tlsPort: Int? { layout.tlsPort }

    /// The port of the HTTP API, if the management plugin is enabled.
    package var managementPort: Int? { layout.managementPort }

    /// The name of the Erlang node.
    package var nodeName: String { layout.nodeName }

    /// The address of the default virtual host, for the user guest.
    package var url: String { "amqp://guest:guest@127.0.0.1:\(port)/" }

    /// The identifier of the Erlang machine's process; 0 while the broker is down.
    package var processID: Int32 { running.withLock { $0?.processID ?? 0 } }

    /// The directory that holds everything the broker writes.
    package var directory: URL { layout.directory }

    /// The last bytes of what the broker logged since its latest start.
    package var output: String { ChildProcess.tail(of: layout.outputFile, limit: 8192) }
}
