import Testing

@testable import AMQP

@Suite("A field value") struct FieldValueTests {
    @Test(arguments: [
        (FieldValue.int8(.min), Int64(Int8.min)), (.uint8(.max), 255), (.int16(.min), -32_768), (.uint16(.max), 65_535),
        (.int32(.min), Int64(Int32.min)), (.uint32(.max), 4_294_967_295), (.int64(.min), .min), (.int64(.max), .max),
        (.uint64(7), 7), (.uint64(UInt64(Int64.max)), .max), (.timestamp(1_700_000_000), 1_700_000_000), (0, 0),
    ])
    func `of any width is an integer`(value: FieldValue, expected: Int64) {
        #expect(value.integer == expected)
    }

    @Test(arguments: [
        FieldValue.uint64(UInt64(Int64.max) + 1), .uint64(.max), .timestamp(.max), .bool(true), .float(1), .double(1),
        .decimal(scale: 0, value: 1), .string("1"), .stringBytes([0x31]), .bytes([0x31]), .void, .table([:]),
        .array([1]),
    ])
    func `that is no integer or does not fit is none`(value: FieldValue) {
        #expect(value.integer == nil)
    }

    @Test(arguments: [
        (FieldValue.string(""), ""), (.string("推送"), "推送"), (.bytes(Array("text".utf8)), "text"), (.bytes([]), ""),
        ("literal", "literal"),
    ])
    func `of text or of bytes that are text is text`(value: FieldValue, expected: String) {
        #expect(value.text == expected)
    }

    @Test(arguments: [
        FieldValue.bytes([0xFF]), .stringBytes([0xFF]), .bool(true), 1, .void, .table([:]), .array(["a"]), .double(1),
        .timestamp(1),
    ])
    func `that is not text is none`(value: FieldValue) {
        #expect(value.text == nil)
    }

    @Test func `is a table or an array when it holds one`() {
        let table: FieldValue = ["a": ["b": 1]]
        let array: FieldValue = [1, "two", [3]]
        #expect(table.table?["a"]?.table?["b"] == 1)
        #expect(table.array == nil)
        #expect(array.array?.count == 3)
        #expect(array.array?.last?.array == [3])
        #expect(array.table == nil)
        #expect(FieldValue.void.table == nil)
        #expect(FieldValue.void.array == nil)
    }

    @Test func `knows its kind apart from another of the same number`() {
        let ones: [FieldValue] = [
            .bool(true), .int8(1), .uint8(1), .int16(1), .uint16(1), .int32(1), .uint32(1), .int64(1), .uint64(1),
            .float(1), .double(1), .decimal(scale: 0, value: 1), .timestamp(1), .string("1"), .stringBytes([0x31]),
            .bytes([0x31]),
        ]
        #expect(Set(ones).count == ones.count)
    }

    @Test func `gives the count of returns that a quorum queue keeps`() {
        func count(_ value: FieldValue?) -> Int {
            var properties = Properties()
            properties.headers["x-delivery-count"] = value
            return Delivery(
                body: [], properties: properties, exchange: "", routingKey: "", isRedelivered: false, fault: nil,
                tag: 1, channel: 1
            ).returnCount
        }
        #expect(count(nil) == 0)
        #expect(count(3) == 3)
        #expect(count(.uint8(4)) == 4)
        #expect(count("5") == 0)
        #expect(count(.uint64(.max)) == 0)
    }
}
