import JSON
import Testing

@Suite("Broken JSON") struct RefusalTests {
    @Test(
        arguments: [
            ("", 0, .value), ("  ", 2, .value), ("x", 0, .value), ("tru", 0, .value), ("nulL", 0, .value),
            ("NaN", 0, .value), ("Infinity", 0, .value), ("'a'", 0, .value), ("+1", 0, .value), (".5", 0, .value),
            ("-", 1, .digit), ("-x", 1, .digit), ("1.", 2, .digit), ("1.e3", 2, .digit), ("1e", 2, .digit),
            ("1e+", 3, .digit), ("01", 1, .noLeadingZero), ("-007", 2, .noLeadingZero), ("0x10", 1, .end),
            ("1 2", 2, .end), ("{}}", 2, .end), ("nullx", 4, .end), ("\u{FEFF}1", 0, .value), ("[", 1, .value),
            ("[1", 2, .commaOrBracket), ("[1 2]", 3, .commaOrBracket), ("[1,]", 3, .value), ("[,1]", 1, .value),
            ("[1}", 2, .commaOrBracket), ("[1,,2]", 3, .value), ("{", 1, .keyOrBrace), ("{1:2}", 1, .keyOrBrace),
            ("{a:2}", 1, .keyOrBrace), (#"{"a"}"#, 4, .colon), (#"{"a" 1}"#, 5, .colon), (#"{"a":}"#, 5, .value),
            (#"{"a":1"#, 6, .commaOrBrace), (#"{"a":1]"#, 6, .commaOrBrace), (#"{"a":1,}"#, 7, .key),
            (#"{"a":1,,"b":2}"#, 7, .key), (#"{"a":1 "b":2}"#, 7, .commaOrBrace), ("\"", 1, .quote),
            ("\"ab", 3, .quote),
            (#""ab\"#, 4, .escape), (#""\x""#, 2, .escape), (#""\u12"#, 5, .hexDigit), (#""\u12G4""#, 5, .hexDigit),
            (#""\u１２34""#, 3, .hexDigit), (#"[1,"a\"]"#, 8, .quote), ("/* */ 1", 0, .value), ("1 // a", 2, .end),
            ("[1]\0", 3, .end), ("\u{A0}1", 0, .value),
        ] as [(String, Int, JSONError.Expectation)])
    func `is refused with the place and what was expected`(
        text: String, offset: Int, expectation: JSONError.Expectation
    ) {
        let bytes = Array(text.utf8)
        let found = offset < bytes.count ? bytes[offset] : nil
        #expect(fault(in: text) == JSONError(offset: offset, fault: .expected(expectation, found: found)))
    }

    @Test(arguments: [0x00, 0x09, 0x0A, 0x0D, 0x1F] as [UInt8])
    func `has control characters in strings`(byte: UInt8) {
        #expect(fault(in: [0x22, 0x61, byte, 0x22]) == JSONError(offset: 2, fault: .controlCharacter(byte)))
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC3], [0xE4, 0xBD], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88],
            [0xFF],
        ] as [[UInt8]])
    func `has strings that are not UTF-8`(bytes: [UInt8]) {
        #expect(fault(in: Array("[\"ab".utf8) + bytes + Array("\"]".utf8)) == JSONError(offset: 4, fault: .invalidUTF8))
        // The same behind an escape, which is longer than what it stands for.
        #expect(
            fault(in: Array(#"["\u0041b"#.utf8) + bytes + Array("\"]".utf8))
                == JSONError(offset: 9, fault: .invalidUTF8))
    }

    @Test(arguments: [
        (#""\ud800""#, 1), (#""a\udc00""#, 2), (#""\ud800\u0041""#, 1), (#""\ud800\ud800""#, 1), (#""\ud83dx""#, 1),
        (#""\ude00\ud83d""#, 1),
    ])
    func `has halves of surrogate pairs`(text: String, offset: Int) {
        #expect(fault(in: text) == JSONError(offset: offset, fault: .loneSurrogate))
    }

    @Test func `has a key twice`() {
        #expect(fault(in: #"{"a":1, "a":2}"#) == JSONError(offset: 8, fault: .duplicateKey("a")))
        #expect(fault(in: #"{"a":{"b":1},"c":{"b":1,"b":1}}"#) == JSONError(offset: 24, fault: .duplicateKey("b")))
        #expect(fault(in: #"{"a":1,"\u0061":2}"#)?.fault == .duplicateKey("a"))
        #expect(fault(in: #"{"a":1,"a":broken}"#)?.fault == .duplicateKey("a"))
    }

    @Test(arguments: [1, 15, 16, 17, 18, 40]) func `has a key twice among many`(count: Int) {
        for twin in 0..<count {
            let members = (0..<count).map { "\"k\($0)\":0" } + ["\"k\(twin)\":1"]
            #expect(fault(in: "{\(members.joined(separator: ","))}")?.fault == .duplicateKey("k\(twin)"))
        }
    }

    @Test func `says in words what is wrong`() throws {
        #expect(try #require(fault(in: "[1,]")).description == "byte 3: expected a value, found ']'")
        #expect(try #require(fault(in: "[1,")).description == "byte 3: expected a value, but the text ends")
        #expect(try #require(fault(in: "[1]\u{1}")).description == "byte 3: expected the end, found byte 0x01")
        #expect(
            try #require(fault(in: "{\"a\nb\":1}".replacing("\n", with: "\\n") + "x")).description
                == "byte 10: expected the end, found 'x'")
        #expect(
            try #require(fault(in: #"{"a\n":1,"a\n":1}"#)).description
                == #"byte 9: the key "a\n" stands here a second time"#)
        let long = String(repeating: "k", count: 9000)
        #expect(try #require(fault(in: "{\"\(long)\":1,\"\(long)\":1}")).description.utf8.count < 120)
    }
}
