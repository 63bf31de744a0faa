package import AMQP
package import JSON

extension Properties {
    private static var texts: [(String, WritableKeyPath<Properties, ShortString?>)] {
        [
            ("content_type", \.contentType), ("content_encoding", \.contentEncoding),
            ("correlation_id", \.correlationID), ("reply_to", \.replyTo), ("expiration", \.expiration),
            ("message_id", \.messageID), ("type", \.type), ("user_id", \.userID), ("app_id", \.appID),
            ("cluster_id", \.clusterID),
        ]
    }

    /// The properties as JSON, without what the broker counts at every look.
    package var archived: JSONObject {
        var object = JSONObject()
        for (name, path) in Self.texts {
            if let text = self[keyPath: path] { object[name] = text.archived }
        }
        switch deliveryMode {
        case .transient: object["delivery_mode"] = .integer(1)
        case .persistent: object["delivery_mode"] = .integer(2)
        case .other(let value): object["delivery_mode"] = .integer(Int64(value))
        case nil: break
        }
        if let priority { object["priority"] = .integer(Int64(priority)) }
        if let timestamp { object["timestamp"] = .string("\(timestamp)") }
        let kept = headers.filter { $0.key != DeadHeader.deliveryCount }
        if !kept.isEmpty { object["headers"] = .array(kept.map(\.archived)) }
        return object
    }

    init(archived object: JSONObject) throws(DeadArchiveError) {
        self.init()
        for (name, path) in Self.texts {
            guard let value = object[name] else { continue }
            guard let text = value.archivedShortString else { throw DeadArchiveError("its \(name) is wrong") }
            self[keyPath: path] = text
        }
        switch object["delivery_mode"]?.integer {
        case 1: deliveryMode = .transient
        case 2: deliveryMode = .persistent
        case let number?: deliveryMode = UInt8(exactly: number).map(DeliveryMode.other)
        case nil: break
        }
        priority = object["priority"]?.integer.flatMap(UInt8.init(exactly:))
        timestamp = object["timestamp"]?.string.flatMap { UInt64($0) }
        headers = try Table(archived: object["headers"]?.array ?? [], depth: 0)
    }
}

extension ShortString {
    /// The text, or what stands for bytes that are none.
    var archived: JSONValue {
        guard let text else { return .object(JSONObject("base64", .string(Base64.encoded(bytes)))) }
        return .string(text)
    }
}

extension JSONValue {
    /// Bytes from a text or from what stands for them.
    var archivedBytes: [UInt8]? {
        if let text = string { return Array(text.utf8) }
        return object?["base64"]?.string.flatMap(Base64.decoded)
    }

    var archivedShortString: ShortString? { archivedBytes.map { ShortString(bytes: $0) } }
}

extension JSONObject {
    init(_ key: String, _ value: JSONValue) {
        self.init()
        self[key] = value
    }
}
