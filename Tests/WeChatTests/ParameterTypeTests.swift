import Testing
import WeChat

@Suite("A parameter's type") struct ParameterTypeTests {
    @Test(
        arguments: [
            ("thing1", .thing), ("thing01", .thing), ("number2", .number), ("letter3", .letter), ("symbol4", .symbol),
            ("character_string5", .characterString), ("time6", .time), ("date7", .date), ("amount14", .amount),
            ("phone_number8", .phoneNumber), ("car_number9", .carNumber), ("name10", .name), ("phrase11", .phrase),
            ("enum12", .enumeration), ("short_thing13", .shortThing), ("const14", .constant), ("keyword1", .keyword),
            ("first", .unknown), ("remark", .unknown), ("content", .unknown), ("thing", .unknown), ("1", .unknown),
            ("", .unknown), ("Thing1", .unknown), ("thing1a", .unknown), ("thing_1", .unknown), ("thing１", .unknown),
            ("unknown1", .unknown),
        ] as [(String, ParameterType)])
    func `is read from its key`(key: String, type: ParameterType) {
        #expect(ParameterType(key: key) == type)
    }

    @Test(arguments: ParameterType.allCases) func `takes nothing that cannot be seen`(type: ParameterType) {
        for value in ["", " ", "\u{3000}", "\u{A0}\t", "\n", "\u{200B}", "\u{FEFF}\u{200E} "] {
            #expect(type.check(value)?.rule == .notBlank, "\(value.debugDescription)")
        }
        #expect(type.check("")?.found == 0)
    }

    @Test(arguments: ParameterType.allCases) func `takes one line only`(type: ParameterType) {
        for value in [
            "a\nb", "a\rb", "a\r\nb", "a\tb", "a\0", "a\u{1B}[1m", "a\u{7F}", "a\u{85}b", "a\u{2028}b", "a\u{2029}",
        ] {
            #expect(type.check(value)?.rule == .oneLine, "\(value.debugDescription)")
        }
    }

    @Test(
        arguments: [
            (.thing, "字", 20), (.thing, "a", 20), (.thing, "1", 20), (.shortThing, "字", 5), (.keyword, "字", 20),
            (.constant, "字", 20), (.number, "1", 32), (.number, "9", 32), (.letter, "z", 32), (.symbol, "!", 5),
            (.characterString, "~", 32), (.phoneNumber, "8", 17), (.carNumber, "A", 8), (.name, "张", 10),
            (.name, "a", 20),
            (.phrase, "字", 5),
        ] as [(ParameterType, Character, Int)])
    func `takes as many characters as its limit and not one more`(type: ParameterType, character: Character, limit: Int)
    {
        #expect(type.check(String(repeating: character, count: 1)) == nil)
        #expect(type.check(String(repeating: character, count: limit)) == nil)
        #expect(
            type.check(String(repeating: character, count: limit + 1))
                == Violation(type: type, rule: .length, limit: limit, found: limit + 1))
    }

    @Test(arguments: [
        ("一二三四五六七八九十一二三四五六七八九十", 20, true), ("一二三四五六七八九十一二三四五六七八九😀", 21, false),
        ("😀😀😀😀😀😀😀😀😀😀", 20, true), ("😀😀😀😀😀😀😀😀😀😀!", 21, false), ("👨‍👩‍👧‍👦", 11, true), ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 22, false),
        ("🇨🇳🇨🇳🇨🇳🇨🇳🇨🇳", 20, true), ("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", 10, true), ("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", 20, true),
        ("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", 22, false), ("ＡＢＣ１２３", 6, true),
    ])
    func `counts what WeChat may count at most`(value: String, count: Int, fits: Bool) {
        #expect(value.weChatCount == count)
        #expect((ParameterType.thing.check(value) == nil) == fits)
    }
}
