/// Puts one message together from its method, header and body frames.
///
/// The protocol allows nothing else on the channel in between; a peer that does otherwise speaks no AMQP.
struct ContentAssembly {
    /// What the message is part of.
    enum Origin {
        case delivery(tag: UInt64, isRedelivered: Bool, exchange: ShortString, routingKey: ShortString)
        case fetched(
            tag: UInt64, isRedelivered: Bool, exchange: ShortString, routingKey: ShortString, remaining: Int)
        case returned(reason: AMQPError.Closure, exchange: ShortString, routingKey: ShortString)

        var wantsBody: Bool {
            if case .returned = self { false } else { true }
        }
    }

    private enum State {
        case idle
        case expectingHeader(Origin)
        case expectingBody(Origin)
    }

    /// The largest body that is kept.
    let bodyLimit: Int
    /// The channel that deliveries belong to, unlike any other of this process.
    var channel: UInt64 = 0

    private var state = State.idle
    private var properties = Properties()
    private var fault: Delivery.Fault?
    private var body: [UInt8] = []
    private var bodySize: UInt64 = 0
    private var missing: UInt64 = 0

    init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

    mutating func begin(_ origin: Origin) throws(AMQPError) {
        guard case .idle = state else { throw .malformed("a message inside a message") }
        state = .expectingHeader(origin)
    }

    /// Takes the header; a message without a body is complete with it.
    mutating func header(
        properties: consuming Properties, headersTooDeep: Bool, bodySize: UInt64
    ) throws(AMQPError) -> WireEvent? {
        guard case .expectingHeader(let origin) = state else { throw .malformed("a header without a message") }
        self.properties = properties
        missing = bodySize
        self.bodySize = bodySize
        fault = headersTooDeep ? .headersTooDeep : nil
        if bodySize > UInt64(clamping: bodyLimit) { fault = .bodyTooLarge(bytes: bodySize, limit: bodyLimit) }
        guard bodySize > 0 else { return complete(origin) }
        state = .expectingBody(origin)
        return nil
    }

    /// Takes a piece of the body; the last one completes the message.
    mutating func body(_ piece: UnsafeRawBufferPointer) throws(AMQPError) -> WireEvent? {
        guard case .expectingBody(let origin) = state else { throw .malformed("a body without a header") }
        guard piece.count <= missing else { throw .malformed("a body longer than its header says") }
        let isKept = fault == nil && origin.wantsBody
        if isKept {
            if body.isEmpty, piece.count < missing { body.reserveCapacity(Int(missing)) }
            unsafe body.append(contentsOf: piece)
        }
        missing -= UInt64(piece.count)
        return missing == 0 ? complete(origin) : nil
    }

    /// Forgets a message that was cut off by the end of its channel.
    mutating func reset() {
        state = .idle
        body = []
    }

    private mutating func complete(_ origin: Origin) -> WireEvent {
        state = .idle
        let body = exchange(&self.body, with: [])
        let properties = exchange(&self.properties, with: Properties())
        func delivery(
            _ tag: UInt64, _ isRedelivered: Bool, _ exchange: ShortString, _ routingKey: ShortString
        ) -> Delivery {
            Delivery(
                body: body, properties: properties, exchange: exchange, routingKey: routingKey,
                isRedelivered: isRedelivered, fault: fault, tag: tag, channel: channel)
        }
        switch origin {
        case .delivery(let tag, let isRedelivered, let exchange, let routingKey):
            return .delivery(delivery(tag, isRedelivered, exchange, routingKey))
        case .fetched(let tag, let isRedelivered, let exchange, let routingKey, let remaining):
            return .reply(.fetched(delivery(tag, isRedelivered, exchange, routingKey), remaining: remaining))
        case .returned(let reason, let exchange, let routingKey):
            return .returned(
                Returned(
                    reason: reason, exchange: exchange, routingKey: routingKey, properties: properties,
                    bodySize: bodySize))
        }
    }
}
