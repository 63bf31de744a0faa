import CRabbitMQ

/// Swift values as librabbitmq wants them. What they point to lives in the arena.
extension Arena {
    func table(_ table: Table) -> amqp_table_t {
        guard !table.isEmpty else { return unsafe amqp_empty_table }
        let entries = unsafe allocate(amqp_table_entry_t.self, count: table.count)
        for (index, entry) in table.enumerated() {
            unsafe (entries + index).initialize(
                to: amqp_table_entry_t(key: bytes(entry.key), value: value(entry.value)))
        }
        return unsafe amqp_table_t(num_entries: Int32(table.count), entries: entries)
    }

    private func array(_ values: [FieldValue]) -> amqp_array_t {
        let entries = unsafe allocate(amqp_field_value_t.self, count: max(1, values.count))
        for (index, element) in values.enumerated() {
            unsafe (entries + index).initialize(to: value(element))
        }
        return unsafe amqp_array_t(num_entries: Int32(values.count), entries: entries)
    }

    private func value(_ value: FieldValue) -> amqp_field_value_t {
        var field = unsafe amqp_field_value_t()
        func set(_ kind: amqp_field_value_kind_t) { unsafe field.kind = UInt8(kind.rawValue) }
        switch value {
        case .bool(let value):
            set(AMQP_FIELD_KIND_BOOLEAN)
            unsafe field.value.boolean = value ? 1 : 0
        case .int8(let value):
            set(AMQP_FIELD_KIND_I8)
            unsafe field.value.i8 = value
        case .uint8(let value):
            set(AMQP_FIELD_KIND_U8)
            unsafe field.value.u8 = value
        case .int16(let value):
            set(AMQP_FIELD_KIND_I16)
            unsafe field.value.i16 = value
        case .uint16(let value):
            set(AMQP_FIELD_KIND_U16)
            unsafe field.value.u16 = value
        case .int32(let value):
            set(AMQP_FIELD_KIND_I32)
            unsafe field.value.i32 = value
        case .uint32(let value):
            set(AMQP_FIELD_KIND_U32)
            unsafe field.value.u32 = value
        case .int64(let value):
            set(AMQP_FIELD_KIND_I64)
            unsafe field.value.i64 = value
        case .uint64(let value):
            set(AMQP_FIELD_KIND_U64)
            unsafe field.value.u64 = value
        case .float(let value):
            set(AMQP_FIELD_KIND_F32)
            unsafe field.value.f32 = value
        case .double(let value):
            set(AMQP_FIELD_KIND_F64)
            unsafe field.value.f64 = value
        case .decimal(let scale, let value):
            set(AMQP_FIELD_KIND_DECIMAL)
            unsafe field.value.decimal = amqp_decimal_t(decimals: scale, value: value)
        case .string(let text):
            set(AMQP_FIELD_KIND_UTF8)
            unsafe field.value.bytes = bytes(text)
        case .stringBytes(let value):
            set(AMQP_FIELD_KIND_UTF8)
            unsafe field.value.bytes = value.withUnsafeBufferPointer { unsafe bytes($0) }
        case .bytes(let value):
            set(AMQP_FIELD_KIND_BYTES)
            unsafe field.value.bytes = value.withUnsafeBufferPointer { unsafe bytes($0) }
        case .timestamp(let seconds):
            set(AMQP_FIELD_KIND_TIMESTAMP)
            unsafe field.value.u64 = seconds
        case .void:
            set(AMQP_FIELD_KIND_VOID)
        case .table(let value):
            set(AMQP_FIELD_KIND_TABLE)
            unsafe field.value.table = table(value)
        case .array(let values):
            set(AMQP_FIELD_KIND_ARRAY)
            unsafe field.value.array = array(values)
        }
        return unsafe field
    }

    func properties(_ properties: Properties) -> amqp_basic_properties_t {
        var encoded = unsafe amqp_basic_properties_t()
        func set(_ flag: Int32) { unsafe encoded._flags |= amqp_flags_t(flag) }
        if let value = properties.contentType {
            set(AMQP_BASIC_CONTENT_TYPE_FLAG)
            unsafe encoded.content_type = bytes(value)
        }
        if let value = properties.contentEncoding {
            set(AMQP_BASIC_CONTENT_ENCODING_FLAG)
            unsafe encoded.content_encoding = bytes(value)
        }
        if !properties.headers.isEmpty {
            set(AMQP_BASIC_HEADERS_FLAG)
            unsafe encoded.headers = table(properties.headers)
        }
        if let value = properties.deliveryMode {
            set(AMQP_BASIC_DELIVERY_MODE_FLAG)
            unsafe encoded.delivery_mode = value.value
        }
        if let value = properties.priority {
            set(AMQP_BASIC_PRIORITY_FLAG)
            unsafe encoded.priority = value
        }
        if let value = properties.correlationID {
            set(AMQP_BASIC_CORRELATION_ID_FLAG)
            unsafe encoded.correlation_id = bytes(value)
        }
        if let value = properties.replyTo {
            set(AMQP_BASIC_REPLY_TO_FLAG)
            unsafe encoded.reply_to = bytes(value)
        }
        if let value = properties.expiration {
            set(AMQP_BASIC_EXPIRATION_FLAG)
            unsafe encoded.expiration = bytes(value)
        }
        if let value = properties.messageID {
            set(AMQP_BASIC_MESSAGE_ID_FLAG)
            unsafe encoded.message_id = bytes(value)
        }
        if let value = properties.timestamp {
            set(AMQP_BASIC_TIMESTAMP_FLAG)
            unsafe encoded.timestamp = value
        }
        if let value = properties.type {
            set(AMQP_BASIC_TYPE_FLAG)
            unsafe encoded.type = bytes(value)
        }
        if let value = properties.userID {
            set(AMQP_BASIC_USER_ID_FLAG)
            unsafe encoded.user_id = bytes(value)
        }
        if let value = properties.appID {
            set(AMQP_BASIC_APP_ID_FLAG)
            unsafe encoded.app_id = bytes(value)
        }
        if let value = properties.clusterID {
            set(AMQP_BASIC_CLUSTER_ID_FLAG)
            unsafe encoded.cluster_id = bytes(value)
        }
        return unsafe encoded
    }
}
