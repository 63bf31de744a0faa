import Testing
import WeChat

@Suite("Cutting a value") struct ValueCutTests {
    @Test(
        arguments: [
            (.thing, "一二三四五六七八九十一二三四五六七八九十", "一二三四五六七八九十一二三四五六七八九十"),
            (.thing, "一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…"),
            (.keyword, "abcdefghijklmnopqrstu", "abcdefghijklmnopqrs…"), (.shortThing, "一二三四五六", "一二三四…"),
            (.name, "一二三四五六七八九十一", "一二三四五六七八九…"), (.name, "abcdefghijklmnopqrstu", "abcdefghijklmnopqrs…"),
            (.phrase, "已经发货完成啦", "已经发货完"), (.thing, "😀😀😀😀😀😀😀😀😀😀😀", "😀😀😀😀😀😀😀😀😀…"),
            (.thing, "一二三四五六七八九十一二三四五六七八😀十一", "一二三四五六七八九十一二三四五六七八…"),
            (.thing, "一二三四五六七八九十一👨‍👩‍👧‍👦尾", "一二三四五六七八九十一…"), (.thing, "abcdefghijklmnop    xyz", "abcdefghijklmnop…"),
            (.thing, "", ""),
        ] as [(ParameterType, String, String)])
    func `leaves what fits and marks what it cuts`(type: ParameterType, value: String, cut: String) {
        #expect(type.cut(value) == cut)
    }

    @Test func `falls between characters as people see them, where they are not longer than the limit`() {
        #expect(
            ParameterType.thing.cut(String(repeating: "e\u{301}", count: 11)) == String(repeating: "e\u{301}", count: 9)
                + "…")
        let pile = "e" + String(repeating: "\u{301}", count: 100)
        let cut = ParameterType.thing.cut(pile)
        #expect(cut.weChatCount == 20)
        #expect(ParameterType.thing.check(cut) == nil)
    }

    @Test(arguments: [ParameterType.thing, .shortThing, .keyword, .name, .phrase])
    func `ends within the limit, whatever the value`(type: ParameterType) {
        let parts = ["字", "a", "😀", "👨‍👩‍👧‍👦", "e\u{301}", " ", "𠮷", "🇨🇳", "\u{301}", "\r\n"]
        for first in parts {
            for second in parts {
                for count in [1, 2, 3, 5, 9, 10, 11, 21] {
                    let value = String(repeating: first + second, count: count)
                    let cut = type.cut(value)
                    #expect(type.check(cut)?.rule != .length)
                    #expect(value.weChatCount > cut.weChatCount || cut == value)
                }
            }
        }
    }

    @Test(arguments: [
        ParameterType.number, .letter, .symbol, .characterString, .time, .date, .amount, .phoneNumber, .carNumber,
        .enumeration, .constant, .unknown,
    ])
    func `leaves what would become another value`(type: ParameterType) {
        let value = String(repeating: "1", count: 99)
        #expect(type.cut(value) == value)
    }
}
