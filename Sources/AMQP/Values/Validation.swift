/// What AMQP or the broker would stumble over, found before a byte is sent: librabbitmq would leave half a message on the wire,
/// or write a frame that nobody can read.

extension ShortString {
    static let lengthLimit = 255

    func check(_ field: @autoclosure () -> String) throws(AMQPError) {
        let count = byteCount
        guard count <= Self.lengthLimit else {
            throw .tooLong(field: field(), bytes: count, limit: Self.lengthLimit)
        }
    }

    /// Checks a name, or a key that is not a message's own: in these a broker demands UTF-8, and closes the connection for
    /// anything else.
    func checkName(_ field: @autoclosure () -> String) throws(AMQPError) {
        try check(field())
        guard text != nil else { throw .invalid("\(field()) is not UTF-8") }
    }
}

extension Table {
    /// What headers or arguments may take on the wire.
    ///
    /// They travel in one frame, and the broker adds to them when it moves a message.
    static let sizeLimit = 64 << 10

    /// Checks keys, depth and size, and returns the size.
    @discardableResult
    func check(_ field: String) throws(AMQPError) -> Int {
        let size = try size(field, depth: 1)
        guard size <= Self.sizeLimit else { throw .tooLong(field: field, bytes: size, limit: Self.sizeLimit) }
        return size
    }

    fileprivate func size(_ field: String, depth: Int) throws(AMQPError) -> Int {
        guard depth <= Self.depthLimit else { throw .tooDeep(limit: Self.depthLimit) }
        var size = 4
        for entry in self {
            try entry.key.check("a key in \(field)")
            size += 1 + entry.key.byteCount + (try entry.value.size(field, depth: depth))
        }
        return size
    }
}

extension FieldValue {
    /// Bytes on the wire, the kind included.
    fileprivate func size(_ field: String, depth: Int) throws(AMQPError) -> Int {
        switch self {
        case .void: return 1
        case .bool, .int8, .uint8: return 2
        case .int16, .uint16: return 3
        case .int32, .uint32, .float: return 5
        case .decimal: return 6
        case .int64, .uint64, .double, .timestamp: return 9
        case .string(let text): return 5 + text.utf8.count
        case .stringBytes(let bytes), .bytes(let bytes): return 5 + bytes.count
        case .table(let table): return 1 + (try table.size(field, depth: depth + 1))
        case .array(let values):
            guard depth < Table.depthLimit else { throw .tooDeep(limit: Table.depthLimit) }
            var size = 5
            for value in values { size += try value.size(field, depth: depth + 1) }
            return size
        }
    }
}

extension Properties {
    /// Checks every string and the headers, and returns about how much they take on the wire.
    @discardableResult
    package func check() throws(AMQPError) -> Int {
        var size = 32
        func check(_ value: ShortString?, _ field: StaticString) throws(AMQPError) {
            guard let value else { return }
            try value.check("\(field)")
            size += 1 + value.byteCount
        }
        try check(contentType, "content_type")
        try check(contentEncoding, "content_encoding")
        try check(correlationID, "correlation_id")
        try check(replyTo, "reply_to")
        try check(expiration, "expiration")
        try check(messageID, "message_id")
        try check(type, "type")
        try check(userID, "user_id")
        try check(appID, "app_id")
        try check(clusterID, "cluster_id")
        if let expiration { try Self.checkExpiration(expiration) }
        if !headers.isEmpty { size += try headers.check("headers") }
        return size
    }

    /// The broker closes the channel for anything but milliseconds that fit 32 bits.
    private static func checkExpiration(_ expiration: ShortString) throws(AMQPError) {
        let isMilliseconds = unsafe expiration.withBytes { bytes in
            unsafe (1...10).contains(bytes.count)
                && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        guard isMilliseconds, let text = expiration.text, UInt32(text) != nil else {
            throw .invalid("expiration must be whole milliseconds up to 4294967295, as decimal text")
        }
    }
}
