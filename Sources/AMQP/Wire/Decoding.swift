import CRabbitMQ

/// librabbitmq's values as Swift values. Everything is copied: the library's memory is its own again after each round.

extension amqp_bytes_t {
    var buffer: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: bytes, count: len) }
}

/// Remembers the last string of a field.
///
/// Most messages of a queue agree in most fields, and comparing is cheaper than making a string.
struct StringMemo {
    private var last: ShortString = ""

    mutating func string(_ source: amqp_bytes_t) -> ShortString {
        let bytes = unsafe source.buffer.assumingMemoryBound(to: UInt8.self)
        if unsafe last.consists(of: bytes) { return last }
        last = unsafe ShortString(bytes: bytes)
        return last
    }
}

extension ShortString {
    init(_ source: amqp_bytes_t) {
        unsafe self.init(bytes: source.buffer.assumingMemoryBound(to: UInt8.self))
    }
}

extension AMQPError.Closure {
    init(code: UInt16, text: amqp_bytes_t) {
        unsafe self.init(code: Int(code), text: String(decoding: text.buffer, as: UTF8.self))
    }
}

/// Nested tables were given up, for they go deeper than the limit.
struct TooDeep: Error {}

extension Table {
    /// How deep tables and arrays may nest, in either direction.
    static let depthLimit = 32

    init(_ source: amqp_table_t, depth: Int = 1) throws(TooDeep) {
        self.init()
        for index in 0..<Int(unsafe source.num_entries) {
            let entry = unsafe source.entries[index]
            unsafe append(ShortString(entry.key), try FieldValue(entry.value, depth: depth))
        }
    }
}

extension FieldValue {
    fileprivate init(_ source: amqp_field_value_t, depth: Int) throws(TooDeep) {
        switch unsafe amqp_field_value_kind_t(UInt32(source.kind)) {
        case AMQP_FIELD_KIND_BOOLEAN: self = unsafe .bool(source.value.boolean != 0)
        case AMQP_FIELD_KIND_I8: self = unsafe .int8(source.value.i8)
        case AMQP_FIELD_KIND_U8: self = unsafe .uint8(source.value.u8)
        case AMQP_FIELD_KIND_I16: self = unsafe .int16(source.value.i16)
        case AMQP_FIELD_KIND_U16: self = unsafe .uint16(source.value.u16)
        case AMQP_FIELD_KIND_I32: self = unsafe .int32(source.value.i32)
        case AMQP_FIELD_KIND_U32: self = unsafe .uint32(source.value.u32)
        case AMQP_FIELD_KIND_I64: self = unsafe .int64(source.value.i64)
        case AMQP_FIELD_KIND_U64: self = unsafe .uint64(source.value.u64)
        case AMQP_FIELD_KIND_F32: self = unsafe .float(source.value.f32)
        case AMQP_FIELD_KIND_F64: self = unsafe .double(source.value.f64)
        case AMQP_FIELD_KIND_DECIMAL:
            self = unsafe .decimal(scale: source.value.decimal.decimals, value: source.value.decimal.value)
        case AMQP_FIELD_KIND_UTF8:
            let buffer = unsafe source.value.bytes.buffer
            if let text = unsafe String(validating: buffer, as: UTF8.self) {
                self = .string(text)
            } else {
                self = unsafe .stringBytes(Array(buffer))
            }
        case AMQP_FIELD_KIND_BYTES: self = unsafe .bytes(Array(source.value.bytes.buffer))
        case AMQP_FIELD_KIND_TIMESTAMP: self = unsafe .timestamp(source.value.u64)
        case AMQP_FIELD_KIND_TABLE:
            guard depth < Table.depthLimit else { throw TooDeep() }
            self = unsafe .table(try Table(source.value.table, depth: depth + 1))
        case AMQP_FIELD_KIND_ARRAY:
            guard depth < Table.depthLimit else { throw TooDeep() }
            var values: [FieldValue] = []
            for index in 0..<Int(unsafe source.value.array.num_entries) {
                values.append(unsafe try FieldValue(source.value.array.entries[index], depth: depth + 1))
            }
            self = .array(values)
        default:
            // `V`, and whatever kind a later library may let through.
            self = .void
        }
    }
}

/// Reads properties, with a memo for each field that tends to repeat.
struct PropertiesReader {
    private var contentType = StringMemo()
    private var contentEncoding = StringMemo()
    private var replyTo = StringMemo()
    private var type = StringMemo()
    private var userID = StringMemo()
    private var appID = StringMemo()

    /// The properties without their headers.
    mutating func read(_ source: amqp_basic_properties_t) -> Properties {
        var properties = Properties()
        let flags = unsafe source._flags
        func has(_ flag: Int32) -> Bool { flags & amqp_flags_t(flag) != 0 }
        if has(AMQP_BASIC_CONTENT_TYPE_FLAG) {
            properties.contentType = unsafe contentType.string(source.content_type)
        }
        if has(AMQP_BASIC_CONTENT_ENCODING_FLAG) {
            properties.contentEncoding = unsafe contentEncoding.string(source.content_encoding)
        }
        if has(AMQP_BASIC_DELIVERY_MODE_FLAG) {
            properties.deliveryMode = unsafe DeliveryMode(source.delivery_mode)
        }
        if has(AMQP_BASIC_PRIORITY_FLAG) { properties.priority = unsafe source.priority }
        if has(AMQP_BASIC_CORRELATION_ID_FLAG) {
            properties.correlationID = unsafe ShortString(source.correlation_id)
        }
        if has(AMQP_BASIC_REPLY_TO_FLAG) { properties.replyTo = unsafe replyTo.string(source.reply_to) }
        if has(AMQP_BASIC_EXPIRATION_FLAG) { properties.expiration = unsafe ShortString(source.expiration) }
        if has(AMQP_BASIC_MESSAGE_ID_FLAG) { properties.messageID = unsafe ShortString(source.message_id) }
        if has(AMQP_BASIC_TIMESTAMP_FLAG) { properties.timestamp = unsafe source.timestamp }
        if has(AMQP_BASIC_TYPE_FLAG) { properties.type = unsafe type.string(source.type) }
        if has(AMQP_BASIC_USER_ID_FLAG) { properties.userID = unsafe userID.string(source.user_id) }
        if has(AMQP_BASIC_APP_ID_FLAG) { properties.appID = unsafe appID.string(source.app_id) }
        if has(AMQP_BASIC_CLUSTER_ID_FLAG) { properties.clusterID = unsafe ShortString(source.cluster_id) }
        return properties
    }

    /// The headers, if there are any.
    func headers(of source: amqp_basic_properties_t) throws(TooDeep) -> Table {
        guard unsafe source._flags & amqp_flags_t(AMQP_BASIC_HEADERS_FLAG) != 0 else { return Table() }
        return unsafe try Table(source.headers)
    }
}
