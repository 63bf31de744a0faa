import CRabbitMQ

/// Incoming methods.
extension Handle {
    /// What a method says; nil for one that only announces the content that follows, or that is no news.
    func decode(_ method: amqp_method_t) throws(AMQPError) -> WireEvent? {
        // Methods without fields decode to an empty struct that the library still allocates; nil would be its own fault.
        guard let decoded = unsafe method.decoded else { throw .malformed("a method that cannot be read") }
        func read<Method>(_ type: Method.Type) -> Method {
            unsafe decoded.assumingMemoryBound(to: type).pointee
        }
        switch unsafe method.id {
        case AMQP_BASIC_DELIVER_METHOD:
            let deliver = unsafe read(amqp_basic_deliver_t.self)
            try unsafe content.begin(
                .delivery(
                    tag: deliver.delivery_tag, isRedelivered: deliver.redelivered != 0,
                    exchange: exchangeMemo.string(deliver.exchange),
                    routingKey: routingKeyMemo.string(deliver.routing_key)))
            return nil
        case AMQP_BASIC_ACK_METHOD:
            let ack = read(amqp_basic_ack_t.self)
            return .confirmed(tag: ack.delivery_tag, multiple: ack.multiple != 0)
        case AMQP_BASIC_NACK_METHOD:
            let nack = read(amqp_basic_nack_t.self)
            return .refused(tag: nack.delivery_tag, multiple: nack.multiple != 0)
        case AMQP_BASIC_RETURN_METHOD:
            let returned = unsafe read(amqp_basic_return_t.self)
            try unsafe content.begin(
                .returned(
                    reason: AMQPError.Closure(code: returned.reply_code, text: returned.reply_text),
                    exchange: ShortString(returned.exchange), routingKey: ShortString(returned.routing_key)))
            return nil
        case AMQP_BASIC_GET_OK_METHOD:
            let got = unsafe read(amqp_basic_get_ok_t.self)
            try unsafe content.begin(
                .fetched(
                    tag: got.delivery_tag, isRedelivered: got.redelivered != 0, exchange: ShortString(got.exchange),
                    routingKey: ShortString(got.routing_key), remaining: Int(got.message_count)))
            return nil
        case AMQP_BASIC_GET_EMPTY_METHOD:
            return .reply(.empty)
        case AMQP_BASIC_CANCEL_METHOD:
            return .consumerCancelled
        case AMQP_QUEUE_DECLARE_OK_METHOD:
            let declared = unsafe read(amqp_queue_declare_ok_t.self)
            return unsafe .reply(
                .declared(
                    QueueStatus(
                        name: ShortString(declared.queue), readyMessages: Int(declared.message_count),
                        consumers: Int(declared.consumer_count))))
        case AMQP_QUEUE_PURGE_OK_METHOD:
            return .reply(.removed(Int(read(amqp_queue_purge_ok_t.self).message_count)))
        case AMQP_QUEUE_DELETE_OK_METHOD:
            return .reply(.removed(Int(read(amqp_queue_delete_ok_t.self).message_count)))
        case AMQP_CHANNEL_CLOSE_METHOD:
            let close = unsafe read(amqp_channel_close_t.self)
            content.reset()
            return unsafe .channelClosed(AMQPError.Closure(code: close.reply_code, text: close.reply_text))
        case AMQP_CONNECTION_CLOSE_METHOD:
            let close = unsafe read(amqp_connection_close_t.self)
            return unsafe .connectionClosed(AMQPError.Closure(code: close.reply_code, text: close.reply_text))
        case AMQP_CONNECTION_CLOSE_OK_METHOD:
            return .connectionCloseConfirmed
        case AMQP_CONNECTION_BLOCKED_METHOD:
            let blocked = unsafe read(amqp_connection_blocked_t.self)
            return unsafe .blocked(String(decoding: blocked.reason.buffer, as: UTF8.self))
        case AMQP_CONNECTION_UNBLOCKED_METHOD:
            return .unblocked
        default:
            return unsafe .reply(.done(method.id))
        }
    }
}
