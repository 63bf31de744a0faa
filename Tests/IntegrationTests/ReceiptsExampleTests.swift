import AMQP
import Foundation
import Glibc
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct ReceiptsExampleTests {
    @Test func `the example answers orders and stops when asked`() async throws {
        let broker = try await PrivateBroker.shared()
        let host = uniqueName("receipts")
        try await broker.addVirtualHost(host)
        let url = "amqp://guest:guest@127.0.0.1:\(broker.port)/\(host)"
        let process = try ChildProcess(ChildProcess.Setting(builtProgram("receipts").path, [url]))
        try await withConnection(to: broker, configure: { $0 = try ConnectionConfiguration(url: url) }) { connection in
            try await connection.declare(.quorum("orders"))
            try await publishNumbered(0..<200, to: "orders", on: connection)
            try await eventually("every order has its receipt") {
                try await connection.declare(.quorum("receipts")).readyMessages == 200
            }
            kill(process.processID, SIGTERM)
            #expect(await process.exit() == 0)
            #expect(
                try await connection.status(of: "orders") == QueueStatus(name: "orders", readyMessages: 0, consumers: 0)
            )
        }
    }
}
