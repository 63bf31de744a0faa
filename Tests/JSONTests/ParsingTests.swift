import JSON
import Testing

@Suite("Reading JSON") struct ParsingTests {
    @Test(
        arguments: [
            ("null", nil), ("true", true), ("false", false), ("\"\"", ""), ("[]", []), ("{}", [:]), (" \t\r\n1 \n", 1),
            ("[1, [2, []], {}]", [1, [2, []], [:]]),
            (#"{"a":{"b":[null,true]},"":0}"#, ["a": ["b": [nil, true]], "": 0]),
        ] as [(String, JSONValue)])
    func `reads every kind of value`(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("42", 42), ("9007199254740993", 9_007_199_254_740_993),
            ("1988810812324364291", 1_988_810_812_324_364_291), ("9223372036854775807", .max),
            ("-9223372036854775808", .min),
        ] as [(String, Int64)])
    func `keeps integers to the last digit`(text: String, value: Int64) throws {
        #expect(try parse(text) == .integer(value))
        #expect(try parse(text).description == text)
    }

    @Test(
        arguments: [
            ("-0", -0.0), ("1.0", 1), ("0.10", 0.1), ("1e2", 100), ("1E+2", 100), ("-2.5e-3", -0.0025),
            ("9223372036854775808", 0x1p63), ("-9223372036854775809", -0x1p63),
            ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890.0), ("1e400", .infinity),
        ] as [(String, Double)])
    func `keeps the digits of every other number`(text: String, value: Double) throws {
        let number = try parse(text)
        #expect(number.integer == nil)
        #expect(number.double == value)
        #expect(number.description == text)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u4f60\u597D""#, "你好"), (#""\ud83d\uDE00!""#, "😀!"),
        (#""\u0000""#, "\0"), ("\"你好 😀 e\u{301}\u{7F}\"", "你好 😀 e\u{301}\u{7F}"), (#""a\u0041b""#, "aAb"),
        (#""\uD7FF\uE000\uFFFF""#, "\u{D7FF}\u{E000}\u{FFFF}"), (#""\udbff\udfff""#, "\u{10FFFF}"),
    ])
    func `reads strings and their escapes`(text: String, value: String) throws {
        #expect(try parse(text) == .string(value))
    }

    @Test func `keeps the order of members`() throws {
        let object = try #require(try parse(#"{"z":1,"a":2,"m":3}"#).object)
        #expect(object.map(\.key) == ["z", "a", "m"])
        #expect(object["a"] == 2)
        #expect(object["b"] == nil)
    }

    @Test func `takes names for different whose bytes differ`() throws {
        let object = try #require(try parse("{\"\u{E9}\":1,\"e\u{301}\":2}").object)
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test func `reads a part of a buffer in place`() throws {
        let bytes = Array("xx[1,2]yy".utf8)
        #expect(try JSONValue(parsing: bytes.span.extracting(2..<7)) == [1, 2])
    }

    @Test func `reads objects of many members`() throws {
        let names = (0..<1000).map { "name\($0)" }
        let text = "{" + names.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",") + "}"
        let object = try #require(try parse(text).object)
        #expect(object.map(\.key) == names)
        #expect(object["name999"] == 999)
    }
}
