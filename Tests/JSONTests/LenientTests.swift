import JSON
import Testing

@Suite("Lenient JSON") struct LenientTests {
    @Test func `may hold raw control characters in strings`() throws {
        #expect(try parse("{\"a\":\"x\ny\t\u{0}\"}", .lenient) == ["a": "x\ny\t\0"])
        #expect(try parse("\"\\n\n\"", .lenient) == "\n\n")
    }

    @Test func `may start with a byte order mark`() throws {
        #expect(try parse("\u{FEFF} {}", .lenient) == [:])
        #expect(fault(in: " \u{FEFF}{}", .lenient)?.offset == 1)
        #expect(fault(in: "\u{FEFF}", .lenient)?.offset == 3)
    }

    @Test(arguments: [2, 16, 17, 30]) func `counts the last of two equal keys, in the place of the first`(count: Int)
        throws
    {
        for twin in 0..<count {
            let members = (0..<count).map { "\"k\($0)\":0" } + ["\"k\(twin)\":\"new\""]
            let object = try #require(try parse("{\(members.joined(separator: ","))}", .lenient).object)
            #expect(object.count == count)
            #expect(object[twin] == JSONObject.Member(key: "k\(twin)", value: "new"))
        }
    }

    @Test func `may be cut in the middle of a character`() throws {
        let value = try JSONValue(parsing: Array("\"a".utf8) + [0xE4, 0xBD, 0x22], .lenient)
        #expect(value == "a\u{FFFD}")
        #expect(try parse(#""\ud800x\udc00""#, .lenient) == "\u{FFFD}x\u{FFFD}")
    }

    @Test(arguments: ["[1,]", "01", "{a:1}", "NaN", "\"a", "[1]]", "<html>", #"{"errcode":}"#])
    func `has to be JSON otherwise`(text: String) {
        #expect(fault(in: text, .lenient) != nil)
    }
}
