import Testing

@testable import AMQP

/// A property that is a short string.
private struct Field: Sendable, CustomTestStringConvertible {
    let name: String
    let set: @Sendable (inout Properties, ShortString) -> Void

    var testDescription: String { name }

    static let all = [
        Field(name: "content_type") { $0.contentType = $1 },
        Field(name: "content_encoding") { $0.contentEncoding = $1 },
        Field(name: "correlation_id") { $0.correlationID = $1 },
        Field(name: "reply_to") { $0.replyTo = $1 },
        Field(name: "message_id") { $0.messageID = $1 },
        Field(name: "type") { $0.type = $1 },
        Field(name: "user_id") { $0.userID = $1 },
        Field(name: "app_id") { $0.appID = $1 },
        Field(name: "cluster_id") { $0.clusterID = $1 },
    ]
}

private func text(_ count: Int) -> ShortString { ShortString(String(repeating: "x", count: count)) }

/// Tables, or arrays, in one another: so many levels, the innermost one empty.
private func nested(_ levels: Int, inArrays: Bool = false) -> FieldValue {
    var value: FieldValue = inArrays ? [] : [:]
    for _ in 1..<levels { value = inArrays ? [value] : ["n": value] }
    return value
}

private func headers(_ table: Table) -> Properties {
    var properties = Properties()
    properties.headers = table
    return properties
}

@Suite("Validation") struct ValidationTests {
    @Test func `accepts properties with nothing set`() throws {
        #expect(try Properties().check() > 0)
    }

    @Test(arguments: Field.all) private func `lets a property have 255 bytes and no more`(field: Field) throws {
        var properties = Properties()
        for length in [0, 1, 255] {
            field.set(&properties, text(length))
            #expect(try properties.check() > length)
        }
        for length in [256, 300, 100_000] {
            field.set(&properties, text(length))
            #expect(throws: AMQPError.tooLong(field: field.name, bytes: length, limit: 255)) {
                _ = try properties.check()
            }
        }
    }

    @Test func `counts bytes and not characters`() throws {
        var properties = Properties()
        properties.messageID = ShortString(String(repeating: "推", count: 85))
        _ = try properties.check()
        properties.messageID = ShortString(String(repeating: "推", count: 85) + "x")
        #expect(throws: AMQPError.tooLong(field: "message_id", bytes: 256, limit: 255)) { _ = try properties.check() }
        properties.messageID = ShortString(bytes: [UInt8](repeating: 0xFF, count: 255))
        _ = try properties.check()
        properties.messageID = ShortString(bytes: [UInt8](repeating: 0xFF, count: 256))
        #expect(throws: AMQPError.tooLong(field: "message_id", bytes: 256, limit: 255)) { _ = try properties.check() }
    }

    @Test func `lets a name have 255 bytes and no more`() throws {
        try text(255).check("routing key")
        let error = #expect(throws: AMQPError.self) { try text(256).check("routing key") }
        #expect(error == .tooLong(field: "routing key", bytes: 256, limit: 255))
        #expect(error?.description == "routing key has 256 bytes, the limit is 255")
    }

    @Test func `wants names to be text, but properties only short`() throws {
        try ShortString("推送\u{0}").checkName("queue")
        #expect(throws: AMQPError.invalid("queue is not UTF-8")) { try ShortString(bytes: [0xFF]).checkName("queue") }
        #expect(throws: AMQPError.tooLong(field: "queue", bytes: 256, limit: 255)) { try text(256).checkName("queue") }
        try ShortString(bytes: [0xFF]).check("reply_to")
    }

    @Test(arguments: [false, true]) func `lets a header's key have 255 bytes and no more`(isNested: Bool) throws {
        func table(_ count: Int) -> Table {
            let inner: Table = [text(count): 1]
            return isNested ? ["outer": [.table(inner)]] : inner
        }
        _ = try headers(table(255)).check()
        #expect(throws: AMQPError.tooLong(field: "a key in headers", bytes: 256, limit: 255)) {
            _ = try headers(table(256)).check()
        }
    }

    @Test(arguments: [false, true]) func `lets headers nest 32 deep and no deeper`(inArrays: Bool) throws {
        // The headers are the first level.
        _ = try headers(["n": nested(31, inArrays: inArrays)]).check()
        for levels in [32, 33, 5000] {
            #expect(throws: AMQPError.tooDeep(limit: 32)) {
                _ = try headers(["n": nested(levels, inArrays: inArrays)]).check()
            }
        }
    }

    @Test func `lets headers take 64 KiB and no more`() throws {
        // Four bytes for the table, two for the key, five for the value's kind and length.
        let most = (64 << 10) - 4 - 2 - 5
        for make in [
            { FieldValue.bytes([UInt8](repeating: 1, count: $0)) },
            { FieldValue.stringBytes([UInt8](repeating: 0xFF, count: $0)) },
            { FieldValue.string(String(repeating: "x", count: $0)) },
            // Each void is one byte.
            { FieldValue.array([FieldValue](repeating: .void, count: $0)) },
        ] {
            _ = try headers(["k": make(most)]).check()
            #expect(throws: AMQPError.tooLong(field: "headers", bytes: (64 << 10) + 1, limit: 64 << 10)) {
                _ = try headers(["k": make(most + 1)]).check()
            }
        }
    }

    @Test(arguments: [
        (FieldValue.void, 1), (.bool(true), 2), (.int8(1), 2), (.uint8(1), 2), (.int16(1), 3), (.uint16(1), 3),
        (.int32(1), 5), (.uint32(1), 5), (.float(1), 5), (.decimal(scale: 1, value: 1), 6), (.int64(1), 9),
        (.uint64(1), 9), (.double(1), 9), (.timestamp(1), 9), (.string("推"), 8), (.stringBytes([0xFF]), 6),
        (.bytes([1, 2]), 7), (.table([:]), 5), (.table(["k": .void]), 8), (.array([]), 5), (.array([1, .void]), 15),
    ])
    func `knows what a value takes on the wire`(value: FieldValue, bytes: Int) throws {
        let table: Table = ["key": value]
        #expect(try table.check("headers") == 4 + 4 + bytes)
    }

    @Test(arguments: ["0", "1", "60000", "4294967295", "0000000001"])
    func `accepts an expiration in milliseconds`(expiration: String) throws {
        var properties = Properties()
        properties.expiration = ShortString(expiration)
        _ = try properties.check()
    }

    @Test(arguments: [
        "", " ", "-1", "+1", "1.5", "1e3", "4294967296", "9999999999", "99999999999", "60s", " 1", "1 ", "0x10", "１",
        "never", "1\u{0}",
    ])
    func `refuses any other expiration`(expiration: String) {
        var properties = Properties()
        properties.expiration = ShortString(expiration)
        let error = #expect(throws: AMQPError.self) { _ = try properties.check() }
        guard case .invalid(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("expiration"))
    }

    @Test func `refuses an expiration that is not text or far too long`() {
        var properties = Properties()
        properties.expiration = ShortString(bytes: [0xFF])
        #expect(throws: AMQPError.self) { _ = try properties.check() }
        properties.expiration = text(256)
        #expect(throws: AMQPError.tooLong(field: "expiration", bytes: 256, limit: 255)) { _ = try properties.check() }
    }

    @Test func `never thinks a message smaller than it is`() throws {
        var properties = headers(["k": .bytes([UInt8](repeating: 0, count: 1000))])
        for field in Field.all { field.set(&properties, text(255)) }
        properties.expiration = "4294967295"
        properties.deliveryMode = .persistent
        properties.priority = 9
        properties.timestamp = .max
        // Nine strings with their lengths, the expiration, ten single bytes, the headers.
        let onTheWire = 9 * 256 + 11 + 1 + 1 + 8 + (4 + 2 + 5 + 1000)
        #expect(try properties.check() >= onTheWire)
        #expect(try properties.check() < onTheWire + 100)
    }
}
