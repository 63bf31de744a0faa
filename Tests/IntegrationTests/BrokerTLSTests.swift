import Foundation
import TestSupport
import Testing

extension HeavyTests {
    @Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"), .serialized)
    struct BrokerTLSTests {
        @Test func `the broker shows a certificate for localhost and serves its plugins`() async throws {
            let certificates = try await Certificates.shared()
            let options = PrivateBroker.Options(plugins: ["rabbitmq_management"], certificates: certificates)
            let broker = try await PrivateBroker.start(options)
            let trusting = ["-CAfile", certificates.authority]
            #expect(try await shakeHands(with: broker, trusting + ["-verify_hostname", "localhost"]))
            #expect(try await shakeHands(with: broker, trusting + ["-verify_ip", "127.0.0.1"]))
            #expect(try await !shakeHands(with: broker, trusting + ["-verify_hostname", "elsewhere"]))
            #expect(try await !shakeHands(with: broker, ["-CAfile", certificates.unrelatedAuthority]))
            let management = try #require(broker.managementPort)
            let answer = try await onOwnThread {
                let peer = try Peer.connect(port: management)
                try peer.write(Array("GET /api/overview HTTP/1.0\r\n\r\n".utf8))
                return String(decoding: try peer.read(count: 12), as: UTF8.self)
            }
            #expect(answer == "HTTP/1.1 401")
            await broker.stop()
        }

        @Test func `a broker that demands a client certificate takes none but ours`() async throws {
            let certificates = try await Certificates.shared()
            let options = PrivateBroker.Options(certificates: certificates, demandsClientCertificate: true)
            let broker = try await PrivateBroker.start(options)
            let trusting = ["-CAfile", certificates.authority]
            let identity = ["-cert", certificates.clientCertificate, "-key", certificates.clientKey]
            #expect(try await shakeHands(with: broker, trusting + identity))
            #expect(try await !shakeHands(with: broker, trusting))
            await broker.stop()
        }

        /// TLS 1.2, where the server judges the client before the handshake is over.
        private func shakeHands(with broker: PrivateBroker, _ arguments: [String]) async throws -> Bool {
            let port = try #require(broker.tlsPort)
            var setting = ChildProcess.Setting("/usr/bin/openssl")
            setting.arguments =
                ["s_client", "-connect", "127.0.0.1:\(port)", "-tls1_2", "-verify_return_error"] + arguments
            do {
                return try await ChildProcess.run(setting, scratch: broker.directory).contains("Verify return code: 0")
            } catch is BrokerError {
                return false
            }
        }
    }
}
