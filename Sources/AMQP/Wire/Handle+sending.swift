import CRabbitMQ

/// Outgoing frames. To be called when there is room for them.
extension Handle {
    /// Sends a method that carries no content.
    func send(_ method: OutgoingMethod) throws(AMQPError) {
        defer { arena.reset() }
        let status = watched { encode(method) }
        guard status == AMQP_STATUS_OK.rawValue else { throw AMQPError(status: status) }
    }

    /// Sends a whole message in one go.
    func publish(_ message: Message, to destination: Destination, mandatory: Bool) throws(AMQPError) {
        defer { arena.reset() }
        var properties = unsafe arena.properties(message.properties)
        let (exchange, key) = unsafe (arena.bytes(destination.exchange), arena.bytes(destination.routingKey))
        let status = unsafe message.body.withUnsafeBytes { body in
            watched {
                unsafe amqp_basic_publish(
                    state, Self.channel, exchange, key, mandatory ? 1 : 0, 0, &properties,
                    amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress)))
            }
        }
        guard status == AMQP_STATUS_OK.rawValue else { throw AMQPError(status: status) }
    }

    /// Sends the beginning of a message whose body follows piece by piece.
    func beginPublish(_ message: Message, to destination: Destination, mandatory: Bool) throws(AMQPError) {
        defer { arena.reset() }
        var method = unsafe amqp_basic_publish_t()
        unsafe method.exchange = arena.bytes(destination.exchange)
        unsafe method.routing_key = arena.bytes(destination.routingKey)
        unsafe method.mandatory = mandatory ? 1 : 0
        var properties = unsafe arena.properties(message.properties)
        let status = watched {
            let status = unsafe amqp_send_method(
                state, Self.channel, amqp_method_number_t(AMQP_BASIC_PUBLISH_METHOD), &method)
            guard status == AMQP_STATUS_OK.rawValue else { return status }
            return unsafe withUnsafeMutablePointer(to: &properties) { properties in
                var frame = unsafe amqp_frame_t()
                unsafe frame.frame_type = UInt8(AMQP_FRAME_HEADER)
                unsafe frame.channel = Self.channel
                unsafe frame.payload.properties.class_id = UInt16(AMQP_BASIC_CLASS)
                unsafe frame.payload.properties.body_size = UInt64(message.body.count)
                unsafe frame.payload.properties.decoded = UnsafeMutableRawPointer(properties)
                return unsafe amqp_send_frame(state, &frame)
            }
        }
        guard status == AMQP_STATUS_OK.rawValue else { throw AMQPError(status: status) }
    }

    /// Sends a piece of a body.
    func continuePublish(_ body: [UInt8], _ range: Range<Int>) throws(AMQPError) {
        let status = unsafe body.withUnsafeBytes { bytes in
            let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            var frame = unsafe amqp_frame_t()
            unsafe frame.frame_type = UInt8(AMQP_FRAME_BODY)
            unsafe frame.channel = Self.channel
            unsafe frame.payload.body_fragment = amqp_bytes_t(
                len: piece.count, bytes: UnsafeMutableRawPointer(mutating: piece.baseAddress))
            return watched { unsafe amqp_send_frame(state, &frame) }
        }
        guard status == AMQP_STATUS_OK.rawValue else { throw AMQPError(status: status) }
    }
}

/// A method that this side sends and that carries no content.
enum OutgoingMethod {
    case openChannel
    case closeChannel
    case confirmChannelClosed
    case closeConnection
    case confirmConnectionClosed
    case selectConfirms
    case limitPrefetch(UInt16)
    case consume(queue: ShortString, tag: ShortString, exclusive: Bool, arguments: Table)
    case cancel(tag: ShortString)
    case fetch(queue: ShortString)
    case settle(Settlement)
    case declareQueue(Queue, passive: Bool)
    case deleteQueue(ShortString, onlyIfUnused: Bool, onlyIfEmpty: Bool)
    case purgeQueue(ShortString)
    case bindQueue(ShortString, exchange: ShortString, routingKey: ShortString, arguments: Table)
    case unbindQueue(ShortString, exchange: ShortString, routingKey: ShortString, arguments: Table)
    case declareExchange(Exchange, passive: Bool)
    case deleteExchange(ShortString, onlyIfUnused: Bool)
    case bindExchange(ShortString, source: ShortString, routingKey: ShortString, arguments: Table)
}

extension OutgoingMethod {
    /// Whether a reply is one that this method asks for.
    func isAnswered(by reply: Reply) -> Bool {
        switch (self, reply) {
        case (.openChannel, .done(let method)): method == AMQP_CHANNEL_OPEN_OK_METHOD
        case (.closeChannel, .done(let method)): method == AMQP_CHANNEL_CLOSE_OK_METHOD
        case (.selectConfirms, .done(let method)): method == AMQP_CONFIRM_SELECT_OK_METHOD
        case (.limitPrefetch, .done(let method)): method == AMQP_BASIC_QOS_OK_METHOD
        case (.consume, .done(let method)): method == AMQP_BASIC_CONSUME_OK_METHOD
        case (.cancel, .done(let method)): method == AMQP_BASIC_CANCEL_OK_METHOD
        case (.bindQueue, .done(let method)): method == AMQP_QUEUE_BIND_OK_METHOD
        case (.unbindQueue, .done(let method)): method == AMQP_QUEUE_UNBIND_OK_METHOD
        case (.declareExchange, .done(let method)): method == AMQP_EXCHANGE_DECLARE_OK_METHOD
        case (.deleteExchange, .done(let method)): method == AMQP_EXCHANGE_DELETE_OK_METHOD
        case (.bindExchange, .done(let method)): method == AMQP_EXCHANGE_BIND_OK_METHOD
        case (.declareQueue, .declared), (.deleteQueue, .removed), (.purgeQueue, .removed), (.fetch, .fetched),
            (.fetch, .empty):
            true
        default: false
        }
    }
}

extension Handle {
    private func encode(_ method: OutgoingMethod) -> Int32 {
        func send<Method: BitwiseCopyable>(_ id: UInt32, _ fields: Method, on channel: amqp_channel_t = Handle.channel)
            -> Int32
        {
            var fields = fields
            return unsafe withUnsafeMutablePointer(to: &fields) { fields in
                unsafe amqp_send_method(state, channel, id, fields)
            }
        }
        switch method {
        case .openChannel:
            return unsafe send(AMQP_CHANNEL_OPEN_METHOD, amqp_channel_open_t(out_of_band: amqp_empty_bytes))
        case .closeChannel:
            return unsafe send(
                AMQP_CHANNEL_CLOSE_METHOD,
                amqp_channel_close_t(reply_code: 200, reply_text: arena.bytes("anew"), class_id: 0, method_id: 0))
        case .confirmChannelClosed:
            return send(AMQP_CHANNEL_CLOSE_OK_METHOD, amqp_channel_close_ok_t())
        case .closeConnection:
            return unsafe send(
                AMQP_CONNECTION_CLOSE_METHOD,
                amqp_connection_close_t(reply_code: 200, reply_text: arena.bytes("bye"), class_id: 0, method_id: 0),
                on: 0)
        case .confirmConnectionClosed:
            return send(AMQP_CONNECTION_CLOSE_OK_METHOD, amqp_connection_close_ok_t(), on: 0)
        case .selectConfirms:
            return send(AMQP_CONFIRM_SELECT_METHOD, amqp_confirm_select_t(nowait: 0))
        case .limitPrefetch(let count):
            return send(
                AMQP_BASIC_QOS_METHOD, amqp_basic_qos_t(prefetch_size: 0, prefetch_count: count, global: 0))
        case .consume(let queue, let tag, let exclusive, let arguments):
            return unsafe send(
                AMQP_BASIC_CONSUME_METHOD,
                amqp_basic_consume_t(
                    ticket: 0, queue: arena.bytes(queue), consumer_tag: arena.bytes(tag), no_local: 0, no_ack: 0,
                    exclusive: exclusive ? 1 : 0, nowait: 0, arguments: arena.table(arguments)))
        case .cancel(let tag):
            return unsafe send(
                AMQP_BASIC_CANCEL_METHOD, amqp_basic_cancel_t(consumer_tag: arena.bytes(tag), nowait: 0))
        case .fetch(let queue):
            return unsafe send(
                AMQP_BASIC_GET_METHOD, amqp_basic_get_t(ticket: 0, queue: arena.bytes(queue), no_ack: 0))
        case .settle(.acknowledge(let tag, let multiple)):
            return send(AMQP_BASIC_ACK_METHOD, amqp_basic_ack_t(delivery_tag: tag, multiple: multiple ? 1 : 0))
        case .settle(.refuse(let tag, let requeue)):
            return send(
                AMQP_BASIC_NACK_METHOD, amqp_basic_nack_t(delivery_tag: tag, multiple: 0, requeue: requeue ? 1 : 0))
        case .declareQueue(let queue, let passive):
            return unsafe send(
                AMQP_QUEUE_DECLARE_METHOD,
                amqp_queue_declare_t(
                    ticket: 0, queue: arena.bytes(queue.name), passive: passive ? 1 : 0,
                    durable: queue.isDurable ? 1 : 0, exclusive: queue.isExclusive ? 1 : 0,
                    auto_delete: queue.deletesItself ? 1 : 0, nowait: 0, arguments: arena.table(queue.arguments)))
        case .deleteQueue(let name, let onlyIfUnused, let onlyIfEmpty):
            return unsafe send(
                AMQP_QUEUE_DELETE_METHOD,
                amqp_queue_delete_t(
                    ticket: 0, queue: arena.bytes(name), if_unused: onlyIfUnused ? 1 : 0,
                    if_empty: onlyIfEmpty ? 1 : 0, nowait: 0))
        case .purgeQueue(let name):
            return unsafe send(
                AMQP_QUEUE_PURGE_METHOD, amqp_queue_purge_t(ticket: 0, queue: arena.bytes(name), nowait: 0))
        case .bindQueue(let queue, let exchange, let routingKey, let arguments):
            return unsafe send(
                AMQP_QUEUE_BIND_METHOD,
                amqp_queue_bind_t(
                    ticket: 0, queue: arena.bytes(queue), exchange: arena.bytes(exchange),
                    routing_key: arena.bytes(routingKey), nowait: 0, arguments: arena.table(arguments)))
        case .unbindQueue(let queue, let exchange, let routingKey, let arguments):
            return unsafe send(
                AMQP_QUEUE_UNBIND_METHOD,
                amqp_queue_unbind_t(
                    ticket: 0, queue: arena.bytes(queue), exchange: arena.bytes(exchange),
                    routing_key: arena.bytes(routingKey), arguments: arena.table(arguments)))
        case .declareExchange(let exchange, let passive):
            return unsafe send(
                AMQP_EXCHANGE_DECLARE_METHOD,
                amqp_exchange_declare_t(
                    ticket: 0, exchange: arena.bytes(exchange.name), type: arena.bytes(exchange.type),
                    passive: passive ? 1 : 0, durable: exchange.isDurable ? 1 : 0,
                    auto_delete: exchange.deletesItself ? 1 : 0, internal: exchange.isInternal ? 1 : 0, nowait: 0,
                    arguments: arena.table(exchange.arguments)))
        case .deleteExchange(let name, let onlyIfUnused):
            return unsafe send(
                AMQP_EXCHANGE_DELETE_METHOD,
                amqp_exchange_delete_t(
                    ticket: 0, exchange: arena.bytes(name), if_unused: onlyIfUnused ? 1 : 0, nowait: 0))
        case .bindExchange(let destination, let source, let routingKey, let arguments):
            return unsafe send(
                AMQP_EXCHANGE_BIND_METHOD,
                amqp_exchange_bind_t(
                    ticket: 0, destination: arena.bytes(destination), source: arena.bytes(source),
                    routing_key: arena.bytes(routingKey), nowait: 0, arguments: arena.table(arguments)))
        }
    }
}
