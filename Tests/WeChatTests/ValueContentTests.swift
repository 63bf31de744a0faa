import Testing
import WeChat

@Suite("A value's content") struct ValueContentTests {
    private static func expect(
        _ type: ParameterType, _ shape: Violation.Shape, takes good: [String], refuses bad: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for value in good { #expect(type.check(value) == nil, "\(value)", sourceLocation: sourceLocation) }
        for value in bad {
            #expect(type.check(value)?.rule == .content(shape), "\(value)", sourceLocation: sourceLocation)
        }
    }

    @Test func `of a number is digits with decimals`() {
        Self.expect(
            .number, .number, takes: ["0", "007", "12.5", "0.00"],
            refuses: ["-1", "+1", "1.", ".5", "1.2.3", "1,000", "１２", "1 ", "1e3", "一", "١"])
    }

    @Test func `of letters is A to Z`() {
        Self.expect(.letter, .letters, takes: ["a", "AbZ"], refuses: ["a1", "a b", "é", "Ａ", "字", "a-b", "e\u{301}"])
    }

    @Test func `of symbols is symbols`() {
        Self.expect(
            .symbol, .symbols, takes: ["!", "★☆", "￥%", "，。", "😀"], refuses: ["a!", "1", "！字", "①", "! !", "Ａ", "１"])
    }

    @Test func `of a character string is printable ASCII`() {
        Self.expect(
            .characterString, .ascii, takes: ["2026-A/1_#", "a b", "~"],
            refuses: ["单号1", "１２", "a—b", "é", "a😀", "￥1"])
    }

    @Test func `of a phrase is Chinese`() {
        Self.expect(
            .phrase, .chinese, takes: ["已发货", "𠮷", "々", "〇"],
            refuses: ["已发货!", "已 发", "OK", "1", "かな", "ㄅ", "。", "已😀"])
        #expect(ParameterType.phrase.check("𠮷𠮷𠮷")?.rule == .length)
    }

    @Test func `of a telephone number is digits and symbols`() {
        Self.expect(
            .phoneNumber, .phoneNumber, takes: ["+86-0766-66888866", "13800138000", "(010) 123*4"],
            refuses: ["1380013800a", "电话1", "１３８", "1—2"])
    }

    @Test func `of a number plate has Chinese at its ends at most`() {
        Self.expect(
            .carNumber, .carNumber, takes: ["粤A8Z888挂", "粤B12345D", "A1", "京", "7", "WJ京"],
            refuses: ["粤京A123", "粤A·1234", "粤A 123", "粤A1-", "-A1"])
    }

    @Test func `of a name decides about its limit`() {
        #expect(ParameterType.name.check("阿卜杜拉·买买提江") == nil)
        #expect(ParameterType.name.check("张Maximilian") == Violation(type: .name, rule: .length, limit: 10, found: 11))
        #expect(ParameterType.name.check("Jean-Luc O'Neill-Sm.") == nil)
        #expect(ParameterType.name.check("Jean-Luc O'Neill-Smi.")?.limit == 20)
    }

    @Test func `of an amount is digits with a currency and decimals`() {
        Self.expect(
            .amount, .amount,
            takes: ["0", "129.00", "¥129", "￥129.5元", "$1", "€1", "£1234567890", "1234567890.123元"],
            refuses: [
                "12345678901", "¥", "元", "-1", "1,299", "1.", ".5", "¥¥1", "1元元", "1 元", "１２", "100块", "元1", "US$1",
            ])
    }

    @Test func `of an enum or a const is one of the listed`() {
        for type in [ParameterType.enumeration, .constant] {
            #expect(type.check("已支付", listed: ["未支付", "已支付"]) == nil)
            #expect(type.check("已支付 ", listed: ["未支付", "已支付"])?.rule == .listed)
            #expect(type.check("e\u{301}", listed: ["\u{E9}"])?.rule == .listed)
            #expect(type.check("a", listed: [])?.rule == .listed)
            #expect(type.check("已支付") == nil)
        }
        #expect(ParameterType.thing.check("x", listed: ["y"]) == nil)
    }

    @Test func `has violations that tell rule, limit and length, and never the value`() {
        let value = "这是一个超过二十个字的非常非常非常长的标题啊啊"
        let violation = ParameterType.thing.check(value)
        #expect(violation?.description == "takes at most 20 characters (thing), this value has 23")
        #expect(ParameterType.thing.check(" ")?.description == "holds nothing but blanks")
        #expect(ParameterType.thing.check("")?.description == "is empty")
        #expect(ParameterType.number.check("x")?.description == "takes digits, with decimals at most (number)")
        #expect(ParameterType.thing.check(value)?.isTooLong == true)
        #expect(ParameterType.number.check("secret")?.isTooLong == false)
        for type in ParameterType.allCases {
            #expect(type.check("secret\u{7}\nsecret").map { !"\($0)".contains("secret") } == true)
        }
    }
}
