import Foundation
import TestSupport
import Testing

extension HeavyTests {
    @Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"), .serialized)
    struct PrivateBrokerTests {
        @Test func `callers that come at once share one broker`() async throws {
            async let first = PrivateBroker.shared()
            async let second = PrivateBroker.shared()
            let (one, other) = try await (first, second)
            #expect(one === other)
            #expect(one.processID > 0)
            #expect(try await one.evaluate("1 + 1.") == "2\n")
        }

        @Test func `a message published by hand is on the queue`() async throws {
            let broker = try await PrivateBroker.shared()
            let queue = uniqueName("raw")
            let body = [UInt8](repeating: 7, count: 300_000)
            try await RawAMQPClient.with(port: broker.port) { client in
                try client.declareQueue(queue)
                try client.selectConfirms()
                try client.publish(to: queue, properties: .messageID("m-1"), body: body)
            }
            try await eventually("it is listed") { try await broker.messageCount(queue) == 1 }
            let message = try await RawAMQPClient.with(port: broker.port) { client in try client.get(queue) }
            #expect(message?.body == body)
            #expect(message?.properties == .messageID("m-1"))
        }

        @Test(arguments: [
            RawProperties.headersNested(depth: 5000), .headerArrayNested(depth: 5000), .headerKeyNotUTF8,
            .headerValueNotUTF8, .messageIDNotUTF8,
        ])
        func `the broker takes poison and hands it out as it was`(poison: RawProperties) async throws {
            let broker = try await PrivateBroker.shared()
            let queue = uniqueName("poison")
            let message = try await RawAMQPClient.with(port: broker.port) { client in
                try client.declareQueue(queue)
                try client.selectConfirms()
                try client.publish(to: queue, properties: poison, body: [1, 2, 3])
                return try client.get(queue)
            }
            #expect(message?.properties == poison)
            #expect(message?.body == [1, 2, 3])
        }

        @Test func `a virtual host of its own holds its own queues`() async throws {
            let broker = try await PrivateBroker.shared()
            let host = uniqueName("host")
            let queue = uniqueName("queue")
            try await broker.addVirtualHost(host)
            try await RawAMQPClient.with(port: broker.port, virtualHost: host) { client in
                try client.declareQueue(queue)
            }
            #expect(try await broker.messageCount(queue, virtualHost: host) == 0)
            #expect(try await broker.messageCount(queue) == nil)
        }

        @Test func `a tool that fails throws what it said`() async throws {
            let broker = try await PrivateBroker.shared()
            let error = await #expect(throws: BrokerError.self) { try await broker.control("no_such_command") }
            #expect(error?.description.contains("no_such_command") == true)
        }

        @Test func `a start that fails throws the broker's own words`() async throws {
            let options = PrivateBroker.Options(configuration: ["no.such.setting = 1"])
            let error = await #expect(throws: BrokerError.self) { try await PrivateBroker.start(options) }
            #expect(error?.description.contains("no.such.setting") == true)
        }

        @Test func `a durable queue survives a kill, an orderly end and the restarts`() async throws {
            let broker = try await PrivateBroker.start()
            let queue = uniqueName("durable")
            let port = broker.port
            try await RawAMQPClient.with(port: port) { client in
                try client.declareQueue(queue)
                try client.selectConfirms()
                for _ in 0..<3 { try client.publish(to: queue, body: [1]) }
            }
            let first = broker.processID
            try await broker.kill()
            #expect(broker.processID == 0)
            await #expect(throws: BrokerError.self) { try await onOwnThread { try Peer.connect(port: port) } }
            try await broker.restart()
            #expect(broker.processID != first)
            try await eventually("they are listed") { try await broker.messageCount(queue) == 3 }
            try await broker.restart()
            #expect(broker.port == port)
            try await eventually("they are listed") { try await broker.messageCount(queue) == 3 }
            await broker.stop()
        }

        @Test func `a paused broker is silent until it resumes`() async throws {
            let broker = try await PrivateBroker.start()
            let port = broker.port
            try await broker.pause()
            let peer = try await onOwnThread {
                let peer = try Peer.connect(port: port, limit: 1)
                try peer.write(AMQPFrames.protocolHeader)
                #expect(throws: Peer.Failure.timedOut) { try peer.read(count: 1) }
                return peer
            }
            broker.resume()
            let frame = try await onOwnThread { try peer.expect(.connectionStart) }
            #expect(frame.channel == 0)
            // Stopping a paused broker must not wait for it.
            try await broker.pause()
            await broker.stop()
        }

        @Test func `a memory alarm blocks publishers until it is cleared`() async throws {
            let broker = try await PrivateBroker.start()
            let queue = uniqueName("alarm")
            let port = broker.port
            try await broker.raiseMemoryAlarm()
            #expect(try await broker.hasMemoryAlarm())
            let peer = try await onOwnThread {
                let client = try RawAMQPClient(port: port)
                try client.publish(to: queue)
                try client.peer.expect(.connectionBlocked)
                return client.peer
            }
            try await broker.clearMemoryAlarm()
            _ = try await onOwnThread { try peer.expect(.connectionUnblocked) }
            #expect(try await !broker.hasMemoryAlarm())
            await broker.stop()
        }
    }
}
