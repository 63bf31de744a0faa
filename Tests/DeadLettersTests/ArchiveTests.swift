import AMQP
import DeadLetters
import Testing

/// A letter as a line, and back.
struct ArchiveTests {
    private static var properties: Properties {
        var properties = Properties()
        properties.contentType = "application/json"
        properties.contentEncoding = ShortString(bytes: [0xFF, 0x00, 0xFE])
        properties.correlationID = "c \u{1B}\"\\\n"
        properties.replyTo = "replies"
        properties.expiration = "60000"
        properties.messageID = "m"
        properties.type = "t"
        properties.userID = "guest"
        properties.appID = "a"
        properties.clusterID = "k"
        properties.deliveryMode = .other(7)
        properties.priority = 255
        properties.timestamp = .max
        properties.headers = [
            "bool": true, "i8": .int8(.min), "u8": .uint8(.max), "i16": .int16(.min), "u16": .uint16(.max),
            "i32": .int32(.min), "u32": .uint32(.max), "i64": .int64(.min), "u64": .uint64(.max),
            "float": .float(-0.1), "nan": .double(.nan), "double": .double(1e-300),
            "decimal": .decimal(scale: 3, value: .max),
            "text": "你好 \u{0}", "no text": .stringBytes([0xC3, 0x28]), "bytes": .bytes([0, 255]),
            "text as bytes": .bytes(Array("abc".utf8)), "time": .timestamp(.max), "nothing": .void,
            "table": ["a": ["b": 1], "c": .array([])], "array": [1, "two", .bytes([3]), ["four": 4]],
        ]
        properties.headers.append(ShortString(bytes: [0xFF]), "a key that is no text")
        properties.headers.append("bool", "a key twice")
        return properties
    }

    static let bodies: [[UInt8]] = [
        [], Array("{}".utf8), Array(0...255), [0xEF, 0xBB, 0xBF], [0xC3],
        Array("\u{1F600}\u{0}\r\n\t\u{7F}\u{2028}e\u{301}".utf8),
        [UInt8](repeating: 0x1B, count: 100_000), [0xED, 0xA0, 0x80],
    ]

    @Test(arguments: bodies)
    func `any bytes and any properties survive`(body: [UInt8]) throws {
        let letter = DeadLetter(body: body, properties: Self.properties, exchange: "e", routingKey: "r")
        let line = letter.archived
        #expect(!line.contains(UInt8(ascii: "\n")))
        let back = try DeadLetter(archived: line)
        #expect(back.body == body && back.exchange == "e" && back.routingKey == "r" && back.key == letter.key)
        // A NaN is not equal to itself.
        #expect("\(back.properties)" == "\(letter.properties)")
    }

    @Test func `every length of bytes that are no text survives`() throws {
        for length in 0..<40 {
            let body = (0..<length).map { UInt8(truncatingIfNeeded: 255 - $0 * 7) }
            #expect(try DeadLetter(archived: DeadLetter(body: body, properties: Properties()).archived).body == body)
        }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"wxpush_dead_letter":2,"body":""}"#, #"{"wxpush_dead_letter":1}"#,
        #"{"wxpush_dead_letter":1,"body":{"base64":"%%%%"}}"#, #"{"wxpush_dead_letter":1,"body":{"base64":"A"}}"#,
        #"{"wxpush_dead_letter":1,"body":"","properties":{"headers":[1]}}"#,
        #"{"wxpush_dead_letter":1,"body":"","properties":{"headers":[["a","?",1]]}}"#,
        #"{"wxpush_dead_letter":1,"body":"","properties":{"headers":[["a","b",1000]]}}"#,
        #"{"wxpush_dead_letter":1,"body":"","properties":{"headers":[["a","A",[["S"]]]]}}"#,
        #"{"wxpush_dead_letter":1,"body":"","properties":{"message_id":1}}"#,
    ])
    func `a line that is none is refused`(line: String) {
        #expect(throws: DeadArchiveError.self) { try DeadLetter(archived: Array(line.utf8)) }
    }

    @Test func `headers that nest without end are refused`() {
        let depth = 60
        let nested = String(repeating: #"[["a","F","#, count: depth) + "[]" + String(repeating: "]]", count: depth)
        let line = #"{"wxpush_dead_letter":1,"body":"","properties":{"headers":"# + nested + "}}"
        #expect(throws: DeadArchiveError.self) { try DeadLetter(archived: Array(line.utf8)) }
    }
}
