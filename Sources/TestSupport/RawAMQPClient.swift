/// An AMQP client that checks nothing it sends: it puts poison on the queues of a real broker.
///
/// It blocks: use it inside ``with(port:virtualHost:_:)``, which gives it a thread.
package final class RawAMQPClient {
    /// The broker closed the channel or the connection, or did not take a message.
    package struct Refused: Error, CustomStringConvertible {
        /// The reply code, 0 for a nack.
        package let code: UInt16
        /// The reply text.
        package let description: String
        /// Whether it was a single message that the broker did not take.
        package var isNack: Bool { code == 0 }
    }

    /// The connection, for frames of the test's own making.
    package let peer: Peer
    private var hasConfirms = false

    /// Logs in as guest and opens channel 1.
    package init(port: Int, virtualHost: String = "/") throws {
        peer = try Peer.connect(port: port)
        try peer.write(AMQPFrames.protocolHeader)
        try peer.expect(.connectionStart)
        let response = AMQPFrames.longString("\0guest\0guest")
        // Only a client that says so is told of alarms.
        let blocked = AMQPFrames.field("capabilities", table: [AMQPFrames.field("connection.blocked", flag: true)])
        let mechanism = AMQPFrames.shortString("PLAIN")
        let login = AMQPFrames.table([blocked]) + mechanism + response + AMQPFrames.shortString("en_US")
        try peer.write(AMQPFrames.method(.connectionStartOK, channel: 0, login))
        let tuning = Tuning(arguments: try answer(with: .connectionTune).arguments)
        try peer.write(AMQPFrames.method(.connectionTuneOK, channel: 0, Tuning(frameMax: tuning.frameMax).bytes))
        let host = AMQPFrames.shortString(virtualHost) + AMQPFrames.shortString("") + [0]
        try call(.connectionOpen, channel: 0, host, answer: .connectionOpenOK)
        try call(.channelOpen, AMQPFrames.shortString(""), answer: .channelOpenOK)
    }

    /// Runs a body with a client on a thread made for it, and closes the connection in order afterwards.
    package static func with<Value: Sendable>(
        port: Int, virtualHost: String = "/", _ body: @escaping @Sendable (RawAMQPClient) throws -> Value
    ) async throws -> Value {
        try await onOwnThread {
            let client = try RawAMQPClient(port: port, virtualHost: virtualHost)
            let value = try body(client)
            try client.close()
            return value
        }
    }

    /// Declares a queue.
    package func declareQueue(_ name: String, durable: Bool = true, arguments: [[UInt8]] = []) throws {
        let names = AMQPFrames.short(0) + AMQPFrames.shortString(name)
        let flags: [UInt8] = [durable ? 0b10 : 0]
        try call(.queueDeclare, names + flags + AMQPFrames.table(arguments), answer: .queueDeclareOK)
    }

    /// Makes every later publish wait until the broker has confirmed it.
    package func selectConfirms() throws {
        try call(.confirmSelect, [0], answer: .confirmSelectOK)
        hasConfirms = true
    }

    /// Publishes a message with properties as they are; by default straight to the queue of that name.
    package func publish(
        to routingKey: String, exchange: String = "", properties: RawProperties = .persistent, body: [UInt8] = []
    ) throws {
        let target = AMQPFrames.short(0) + AMQPFrames.shortString(exchange) + AMQPFrames.shortString(routingKey) + [0]
        var frames = AMQPFrames.method(.basicPublish, target) + AMQPFrames.header(bodySize: body.count, properties)
        for start in stride(from: 0, to: body.count, by: Self.bodyLimit) {
            frames += AMQPFrames.body(Array(body[start..<min(start + Self.bodyLimit, body.count)]))
        }
        try peer.write(frames)
        if hasConfirms { try answer(with: .basicAck) }
    }

    /// Takes one message off a queue, acknowledged at once; nil when the queue is empty.
    package func get(_ queue: String) throws -> (properties: RawProperties, body: [UInt8])? {
        try peer.write(AMQPFrames.method(.basicGet, AMQPFrames.short(0) + AMQPFrames.shortString(queue) + [1]))
        guard try answer(with: .basicGetOK, or: .basicGetEmpty).method == .basicGetOK else { return nil }
        let header = try peer.readFrame().payload
        let size = Int(RawFrame.long(header, at: 8))
        var body: [UInt8] = []
        while body.count < size { body += try peer.readFrame().payload }
        return (RawProperties(flags: RawFrame.short(header, at: 12), bytes: Array(header.dropFirst(14))), body)
    }

    /// Sends a method and waits for its answer.
    @discardableResult
    package func call(
        _ method: MethodID, channel: UInt16 = 1, _ arguments: [UInt8], answer: MethodID
    ) throws -> RawFrame {
        try peer.write(AMQPFrames.method(method, channel: channel, arguments))
        return try self.answer(with: answer)
    }

    /// Ends the connection in order.
    package func close() throws {
        let reason = AMQPFrames.short(200) + AMQPFrames.shortString("") + AMQPFrames.long(0)
        try call(.connectionClose, channel: 0, reason, answer: .connectionCloseOK)
        peer.close()
    }

    private static let bodyLimit = 131_072 - 8

    @discardableResult
    private func answer(with expected: MethodID, or other: MethodID? = nil) throws -> RawFrame {
        while true {
            let frame = try peer.readFrame()
            guard let method = frame.method else { continue }
            if method == expected || method == other { return frame }
            switch method {
            case .basicNack:
                throw Refused(code: 0, description: "nack")
            case .connectionClose, .channelClose:
                let text = frame.arguments.dropFirst(3).prefix(Int(frame.arguments[2]))
                throw Refused(
                    code: RawFrame.short(frame.arguments, at: 0), description: String(decoding: text, as: UTF8.self))
            default:
                // Signs of life and alarms may come at any time.
                continue
            }
        }
    }
}
