import AMQP
import Foundation
import Lane
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"), .timeLimit(.minutes(2)))
struct AMQPConnectingTests {
    /// Tries to connect, which must fail, and returns why.
    private func failure(_ configuration: ConnectionConfiguration) async throws -> AMQPError? {
        try await withLane { lane in
            await #expect(throws: AMQPError.self) { try await Connection.open(configuration, on: lane) }
        }
    }

    // MARK: Logging in

    @Test func `a connection knows its broker and closes in order`() async throws {
        let broker = try await PrivateBroker.shared()
        try await withConnection(to: broker) { connection in
            #expect(await connection.isOpen)
            #expect(connection.server.product == "RabbitMQ")
            #expect(connection.server.version.hasPrefix("3."))
            #expect(connection.server.frameLimit == 131_072)
            #expect(connection.server.heartbeat == .seconds(15))
            #expect(connection.endpoint.port == broker.port)
            await connection.close()
            #expect(await !connection.isOpen)
            #expect(await connection.untilClosed() == .closed)
            await connection.close()
            await #expect(throws: AMQPError.closed) { try await connection.status(of: "any") }
        }
    }

    @Test(arguments: [(0, nil), (1, 1), (7, 7), (600, 60)] as [(Int, Int?)])
    func `the heartbeat is the lower one of both sides`(asked: Int, agreed: Int?) async throws {
        try await withConnection(to: PrivateBroker.shared()) { configuration in
            configuration.heartbeat = .seconds(asked)
        } _: { connection in
            #expect(connection.server.heartbeat == agreed.map { .seconds($0) })
        }
    }

    @Test func `the broker sees the connection's name and what it can do`() async throws {
        let broker = try await PrivateBroker.shared()
        let name = uniqueName("name")
        try await withConnection(to: broker) { configuration in
            configuration.name = name
        } _: { _ in
            let rows = try await broker.control("list_connections", "user", "client_properties").split(separator: "\n")
            let row = try #require(rows.first { $0.contains(name) })
            #expect(row.hasPrefix("guest"))
            for ability in [
                "authentication_failure_close", "basic.nack", "connection.blocked", "consumer_cancel_notify",
                "publisher_confirms",
            ] {
                #expect(row.contains(ability))
            }
        }
        // The goodbye was heard.
        try await eventually("the broker has let the connection go") {
            try await !broker.control("list_connections", "client_properties").contains(name)
        }
    }

    @Test func `a wrong password is refused and shown nowhere`() async throws {
        let password = "s3cret-\(uniqueName("p"))"
        var configuration = try await configuration(for: PrivateBroker.shared())
        configuration.endpoints[0].credentials.password = password
        let error = try await failure(configuration)
        guard let error, case .denied(let endpoint, let closure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(closure.code == 403)
        #expect(closure.text.contains("ACCESS_REFUSED"))
        #expect(endpoint.contains("guest@127.0.0.1"))
        var dumped = ""
        dump((error, configuration), to: &dumped)
        for text in ["\(error)", String(reflecting: error), "\(configuration)", dumped] {
            #expect(!text.contains(password))
        }
    }

    @Test func `a virtual host that is not there is refused`() async throws {
        var configuration = try await configuration(for: PrivateBroker.shared())
        configuration.endpoints[0].virtualHost = uniqueName("nowhere")
        let error = try await failure(configuration)
        guard case .denied(_, let closure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(closure.code == 530)
        #expect(closure.text.contains("NOT_ALLOWED"))
    }

    @Test func `a virtual host with any characters is reached by its encoded name`() async throws {
        let broker = try await PrivateBroker.shared()
        let host = "a/b 队列%?\(uniqueName("h"))"
        try await broker.addVirtualHost(host)
        let encoded = try #require(host.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let url = "amqp://guest:guest@127.0.0.1:\(broker.port)/\(encoded)?heartbeat=7"
        try await withLane { lane in
            let connection = try await Connection.open(ConnectionConfiguration(url: url), on: lane)
            try await connection.declare(Queue("inside", isDurable: false))
            #expect(try await broker.messageCount("inside", virtualHost: host) == 0)
            #expect(connection.server.heartbeat == .seconds(7))
            await connection.close()
        }
    }

    // MARK: Reaching somebody

    @Test func `a port where nobody listens is unreachable`() async throws {
        let port = try FreePorts.take(1)[0]
        let error = try await failure(ConnectionConfiguration(url: "amqp://127.0.0.1:\(port)"))
        guard case .unreachable(let endpoint, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(endpoint.contains("127.0.0.1:\(port)"))
    }

    @Test func `a host without an address is unreachable`() async throws {
        let error = try await failure(ConnectionConfiguration(url: "amqp://no-such-host.invalid"))
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `the first host that answers is taken`() async throws {
        let broker = try await PrivateBroker.shared()
        let dead = try FreePorts.take(1)[0]
        let garbage = try ScriptedServer.start { peer in try peer.write(Array("SSH-2.0-nothing\r\n".utf8)) }
        let hosts = "127.0.0.1:\(dead),127.0.0.1:\(garbage.port),127.0.0.1:\(broker.port)"
        try await withLane { lane in
            let configuration = try ConnectionConfiguration(url: "amqp://guest:guest@\(hosts)/")
            let connection = try await Connection.open(configuration, on: lane)
            #expect(connection.endpoint.port == broker.port)
            await connection.close()
        }
        #expect(garbage.accepted == 1)
        await garbage.stop()
    }

    @Test func `a list of hosts that all fail ends with the last one's reason`() async throws {
        let broker = try await PrivateBroker.shared()
        let dead = try FreePorts.take(1)[0]
        let error = try await failure(
            ConnectionConfiguration(urls: ["amqp://127.0.0.1:\(dead)", "amqp://guest:wrong@127.0.0.1:\(broker.port)"]))
        guard case .denied = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a peer that says nothing is given up in time, and the lane goes on`() async throws {
        let server = try ScriptedServer.start { try $0.drain() }
        var configuration = try ConnectionConfiguration(url: server.url)
        configuration.connectTimeout = .seconds(1)
        try await withLane { [configuration] lane in
            let ticks = Atomic<Int>(0)
            let ticking = Task(executorPreference: lane) {
                while true {
                    try await lane.sleep(for: .milliseconds(10))
                    ticks.add(1, ordering: .relaxed)
                }
            }
            let begun = Moment.now
            let error = await #expect(throws: AMQPError.self) { try await Connection.open(configuration, on: lane) }
            let elapsed = Moment.now - begun
            ticking.cancel()
            #expect(elapsed > .milliseconds(900))
            #expect(elapsed < .seconds(30))
            // A lane that is held up ticks once at most: before the attempt begins.
            #expect(ticks.load(ordering: .relaxed) > 1)
            guard case .unreachable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        // Its thread has let go of the socket as well.
        try await eventually("the connection is closed") { server.connections == 0 }
        await server.stop()
    }

    @Test func `a peer that stops in the middle of the login is given up in time`() async throws {
        let server = try ScriptedServer.start { peer in
            try peer.serveLogin()
            try peer.drain()
        }
        var configuration = try ConnectionConfiguration(url: server.url)
        configuration.callTimeout = .seconds(1)
        let begun = Moment.now
        #expect(try await failure(configuration) == .timedOut("channel.open"))
        #expect(Moment.now - begun < .seconds(30))
        try await eventually("the connection is closed") { server.connections == 0 }
        await server.stop()
    }

    @Test func `a broker that refuses the channel is let go`() async throws {
        let server = try ScriptedServer.start { peer in
            try peer.serveLogin()
            try peer.expect(.channelOpen)
            let why = AMQPFrames.short(504) + AMQPFrames.shortString("no channels today") + AMQPFrames.long(0)
            try peer.write(AMQPFrames.method(.channelClose, why))
            try peer.drain()
        }
        let error = try await failure(ConnectionConfiguration(url: server.url))
        #expect(error == .channelClosed(AMQPError.Closure(code: 504, text: "no channels today")))
        try await eventually("the connection is closed") { server.connections == 0 }
        await server.stop()
    }

    // MARK: Frames

    @Test func `a broker with small frames gets small frames`() async throws {
        let broker = try await Secure.plain()
        let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        for limit in [4096, 16_384] {
            try await broker.evaluate("application:set_env(rabbit, frame_max, \(limit)).")
            try await withConnection(to: broker) { connection in
                #expect(connection.server.frameLimit == limit)
                let queue = ShortString(uniqueName("small"))
                try await connection.declare(Queue(queue, isExclusive: true))
                try await connection.publish(Message(body: body), to: .queue(queue))
                #expect(try await connection.fetch(queue)?.body == body)

                // Headers must fit one frame, and are refused here where they do not.
                var large = Properties()
                large.headers["h"] = .string(String(repeating: "x", count: limit))
                let message = Message(body: [], properties: large)
                let error = await #expect(throws: PublishError.self) {
                    try await connection.publish(message, to: .queue(queue))
                }
                if case .invalid(.tooLong) = error {} else { Issue.record("\(String(describing: error))") }
                large.headers["h"] = .string(String(repeating: "x", count: limit - 500))
                try await connection.publish(Message(body: [1], properties: large), to: .queue(queue))
                #expect(try await connection.fetch(queue)?.properties.headers == large.headers)
            }
        }
        try await broker.evaluate("application:set_env(rabbit, frame_max, 131072).")
    }
}

/// Brokers that serve TLS, each started once.
private enum Secure {
    private static let plainStart = Task.detached { try await start(demandsClientCertificate: false) }
    private static let strictStart = Task.detached { try await start(demandsClientCertificate: true) }

    /// One that takes every client.
    static func plain() async throws -> PrivateBroker { try await plainStart.value }
    /// One that wants to see a client's certificate.
    static func strict() async throws -> PrivateBroker { try await strictStart.value }

    private static func start(demandsClientCertificate: Bool) async throws -> PrivateBroker {
        try await PrivateBroker.start(
            PrivateBroker.Options(
                certificates: Certificates.shared(), demandsClientCertificate: demandsClientCertificate))
    }
}

extension AMQPConnectingTests {
    // MARK: TLS

    /// How to reach a broker by TLS, under a host name, trusting our authority.
    private func secure(
        _ broker: PrivateBroker, host: String = "localhost", port: Int? = nil
    ) async throws -> ConnectionConfiguration {
        let port = try port ?? #require(broker.tlsPort)
        var configuration = try ConnectionConfiguration(url: "amqps://guest:guest@\(host):\(port)/")
        configuration.connectTimeout = .seconds(5)
        configuration.tls.certificateAuthorities = try await Certificates.shared().authority
        return configuration
    }

    private func connects(_ configuration: ConnectionConfiguration) async throws -> Bool {
        try await withLane { lane in
            let connection = try await Connection.open(configuration, on: lane)
            let isOpen = await connection.isOpen
            await connection.close()
            return isOpen
        }
    }

    /// What is said of a peer that is not trusted; nil for any other end.
    private func distrust(_ configuration: ConnectionConfiguration) async throws -> String? {
        let error = try await failure(configuration)
        if case .insecure(_, let reason) = error { return reason }
        Issue.record("\(String(describing: error))")
        return nil
    }

    private func isUnreachable(_ configuration: ConnectionConfiguration) async throws -> Bool {
        if case .unreachable = try await failure(configuration) { true } else { false }
    }

    @Test func `a certificate of our authority for the host's name is trusted`() async throws {
        #expect(try await connects(secure(Secure.plain())))
    }

    @Test func `a certificate of an unknown authority is not trusted`() async throws {
        var configuration = try await secure(Secure.plain())
        configuration.tls.certificateAuthorities = try await Certificates.shared().unrelatedAuthority
        #expect(try await distrust(configuration) != nil)
        // The system's own authorities do not know it either.
        configuration.tls.certificateAuthorities = TLSOptions().certificateAuthorities
        #expect(try await distrust(configuration) != nil)
        configuration.tls.verification = .none
        #expect(try await connects(configuration))
    }

    @Test func `a certificate for another name is not trusted`() async throws {
        // Another name of the same machine, which is not in the certificate.
        let configuration = try await secure(Secure.plain(), host: ProcessInfo.processInfo.hostName)
        let reason = try await distrust(configuration)
        #expect(reason?.contains("hostname") == true)
    }

    @Test func `an address instead of a name cannot be checked and is said so`() async throws {
        var configuration = try await secure(Secure.plain(), host: "127.0.0.1")
        let reason = try await distrust(configuration)
        #expect(reason?.contains("cannot check a certificate for an IP address; use the host's name") == true)
        configuration.tls.verification = .none
        #expect(try await connects(configuration))
    }

    @Test func `a broker that demands a certificate takes ours and nobody without`() async throws {
        let broker = try await Secure.strict()
        let certificates = try await Certificates.shared()
        var configuration = try await secure(broker)
        #expect(try await distrust(configuration) != nil)
        configuration.tls.certificate = certificates.clientCertificate
        configuration.tls.key = certificates.clientKey
        #expect(try await connects(configuration))
    }

    @Test func `files that cannot be read are named`() async throws {
        let certificates = try await Certificates.shared()
        var configuration = try await secure(Secure.plain())
        configuration.tls.certificateAuthorities = "/nonexistent/authority.pem"
        #expect(try await distrust(configuration)?.contains("/nonexistent/authority.pem") == true)
        configuration.tls.certificateAuthorities = certificates.authority
        configuration.tls.certificate = "/nonexistent/client.pem"
        #expect(try await distrust(configuration)?.contains("/nonexistent/client.pem") == true)
        // A key that does not belong to the certificate.
        configuration.tls.certificate = certificates.clientCertificate
        configuration.tls.key = certificates.serverKey
        #expect(try await distrust(configuration)?.contains(certificates.serverKey) == true)
    }

    @Test func `speaking plainly to the port for TLS fails in time`() async throws {
        let port = try #require(try await Secure.plain().tlsPort)
        var configuration = try ConnectionConfiguration(url: "amqp://guest:guest@localhost:\(port)/")
        configuration.connectTimeout = .seconds(5)
        #expect(try await isUnreachable(configuration))
    }

    @Test func `speaking TLS to the plain port fails in time`() async throws {
        let broker = try await Secure.plain()
        #expect(try await isUnreachable(secure(broker, port: broker.port)))
    }

    @Test func `a peer that never finishes the handshake is given up in time`() async throws {
        let server = try ScriptedServer.start { try $0.drain() }
        var configuration = try await secure(Secure.plain(), port: server.port)
        configuration.connectTimeout = .seconds(1)
        let begun = Moment.now
        #expect(try await isUnreachable(configuration))
        #expect(Moment.now - begun < .seconds(30))
        try await eventually("the connection is closed") { server.connections == 0 }
        await server.stop()
    }

    @Test func `large messages go through TLS and back`() async throws {
        let configuration = try await secure(Secure.plain())
        let bodies = (0..<8).map { seed in
            (0..<(1 << 20) + seed).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9 &+ seed) }
        }
        try await withLane { lane in
            let publisher = try await Connection.open(configuration, on: lane)
            let consumer = try await Connection.open(configuration, on: lane)
            let queue = ShortString(uniqueName("secure"))
            try await consumer.declare(Queue(queue, isExclusive: false, deletesItself: true))
            let deliveries = try await consumer.consume(queue, prefetch: 3)
            async let published: Void = {
                for body in bodies { try await publisher.publish(Message(body: body), to: .queue(queue)) }
            }()
            var received = deliveries.makeAsyncIterator()
            for body in bodies {
                let delivery = try #require(try await received.next())
                #expect(delivery.body == body)
                #expect(await consumer.acknowledge(delivery))
            }
            try await published
            await publisher.close()
            await consumer.close()
        }
    }
}
