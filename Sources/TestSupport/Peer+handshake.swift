/// What a client and a server have agreed on.
package struct Tuning: Sendable, Equatable {
    /// The highest channel number.
    package var channelMax: UInt16 = 2047
    /// The size of the largest frame.
    package var frameMax: UInt32 = 131_072
    /// Seconds between signs of life; 0 for none.
    package var heartbeat: UInt16 = 0

    /// What RabbitMQ offers, unless told otherwise.
    package init(channelMax: UInt16 = 2047, frameMax: UInt32 = 131_072, heartbeat: UInt16 = 0) {
        self.channelMax = channelMax
        self.frameMax = frameMax
        self.heartbeat = heartbeat
    }

    /// Reads the arguments of connection.tune or connection.tune-ok.
    init(arguments: [UInt8]) {
        channelMax = RawFrame.short(arguments, at: 0)
        frameMax = RawFrame.long(arguments, at: 2)
        heartbeat = RawFrame.short(arguments, at: 6)
    }

    /// The arguments of connection.tune or connection.tune-ok.
    var bytes: [UInt8] {
        AMQPFrames.short(channelMax) + AMQPFrames.long(frameMax) + AMQPFrames.short(heartbeat)
    }
}

extension Peer {
    /// Plays the server's half of a login, without opening a channel; returns what the client chose.
    @discardableResult
    package func serveLogin(offering tuning: Tuning = Tuning(), version: String = "3.10.8") throws -> Tuning {
        let greeting = try read(count: 8)
        guard greeting == AMQPFrames.protocolHeader else {
            throw UnexpectedFrame(description: "\(greeting) instead of a protocol header")
        }
        let abilities = [
            "publisher_confirms", "exchange_exchange_bindings", "basic.nack", "consumer_cancel_notify",
            "connection.blocked", "consumer_priorities", "authentication_failure_close", "per_consumer_qos",
            "direct_reply_to",
        ]
        let properties = AMQPFrames.table([
            AMQPFrames.field("capabilities", table: abilities.map { AMQPFrames.field($0, flag: true) }),
            AMQPFrames.field("product", text: "RabbitMQ"),
            AMQPFrames.field("version", text: version),
        ])
        let words = AMQPFrames.longString("PLAIN AMQPLAIN") + AMQPFrames.longString("en_US")
        try write(AMQPFrames.method(.connectionStart, channel: 0, [0, 9] + properties + words))
        try expect(.connectionStartOK)
        try write(AMQPFrames.method(.connectionTune, channel: 0, tuning.bytes))
        let chosen = Tuning(arguments: try expect(.connectionTuneOK).arguments)
        try expect(.connectionOpen)
        try write(AMQPFrames.method(.connectionOpenOK, channel: 0, AMQPFrames.shortString("")))
        return chosen
    }

    /// Plays the server's half of a login and of the opening of one channel; returns what the client chose.
    @discardableResult
    package func serveHandshake(heartbeat: UInt16 = 0) throws -> Tuning {
        let chosen = try serveLogin(offering: Tuning(heartbeat: heartbeat))
        let open = try expect(.channelOpen)
        try write(AMQPFrames.method(.channelOpenOK, channel: open.channel, AMQPFrames.longString("")))
        return chosen
    }
}
