import Testing
import WeChat

@Suite("An answer") struct AnswerTests {
    private func answer(_ text: String) throws(AnswerError) -> Answer { try Answer(parsing: Array(text.utf8).span) }

    @Test(
        arguments: [
            (#"{"errcode":0,"errmsg":"ok","msgid":1988810812324364291}"#, 0, "ok", 1_988_810_812_324_364_291),
            (#"{"errcode":"0","errmsg":"ok","msgid":"1988810812324364291"}"#, 0, "ok", 1_988_810_812_324_364_291),
            (#"{"errcode":43101,"errmsg":"user refuse"}"#, 43101, "user refuse", nil),
            (#"{"errcode":"40001"}"#, 40001, "", nil),
            (#"{"errcode":-1,"errmsg":"system error"}"#, -1, "system error", nil),
            ("{}", 0, "", nil), (#"{"msgid":1}"#, 0, "", 1),
            ("\u{FEFF}{\"errcode\":0,\"errmsg\":\"a\nb\"}", 0, "a\nb", nil),
            (#"{"errcode":1,"errcode":2}"#, 2, "", nil),
            (#"{"errcode":0,"errmsg":null,"msgid":1.5,"more":[{}]}"#, 0, "", nil),
            (#"{"msgid":99999999999999999999}"#, 0, "", nil),
        ] as [(String, Int, String, Int64?)])
    func `is read as WeChat writes it`(text: String, code: Int, message: String, id: Int64?) throws {
        #expect(try answer(text) == Answer(code: code, message: message, messageID: id))
    }

    @Test(
        arguments: [
            (#"{"errcode":null}"#, .invalid(field: "errcode")), (#"{"errcode":"x"}"#, .invalid(field: "errcode")),
            (#"{"errcode":1.5}"#, .invalid(field: "errcode")), (#"{"errcode":[]}"#, .invalid(field: "errcode")),
            ("[]", .notAnObject), ("null", .notAnObject),
        ] as [(String, AnswerError)])
    func `is refused where it says nothing`(text: String, error: AnswerError) {
        #expect(throws: error) { try answer(text) }
    }

    @Test(arguments: ["", "<html><body>502</body></html>", #"{"errcode":0"#, "ok"])
    func `is refused where it is no JSON`(text: String) {
        #expect { try answer(text) } throws: { error in
            if case .unreadable? = error as? AnswerError { true } else { false }
        }
    }

    @Test(
        arguments: [
            ("invalid openid rid: 6a3ba761-6ef7535a-33c60a10", "6a3ba761-6ef7535a-33c60a10"),
            ("ok rid:6a3ba761", "6a3ba761"), ("grid: x rid: 6a3b-01 more", "6a3b-01"), ("hint: [abc]", nil),
            ("rid: ", nil),
            ("", nil),
        ] as [(String, String?)])
    func `carries the request's id`(message: String, rid: String?) {
        #expect(Answer(code: 40003, message: message).rid == rid)
    }

    @Test(
        arguments: [
            ("argument invalid! data.thing1.value is emtpy rid: 6a3b", "thing1"),
            ("argument invalid! data.character_string12.value invalid", "character_string12"),
            ("argument invalid! data.time2", "time2"), ("argument invalid! data. thing3", "thing3"),
            ("argument invalid! data.数", nil), ("argument invalid!", nil),
        ] as [(String, String?)])
    func `names the parameter that is wrong`(message: String, field: String?) {
        #expect(Answer(code: 47003, message: message).field == field)
    }

    @Test(
        arguments: [
            ("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 6a3ba761-6ef7535a", "203.0.113.7"),
            ("invalid ip 203.0.113.7, not in whitelist hint: [a.b]", "203.0.113.7"),
            ("invalid ip 2001:db8::1:ff, not in whitelist", "2001:db8::1:ff"),
            ("invalid ip ::ffff:203.0.113.7 not in whitelist", "::ffff:203.0.113.7"),
            ("invalid ip 1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("invalid ip 300.1.1.1, rid: 6a3b-1", nil),
            ("invalid ip 1.2.3, 1.2.3.4.5, 12:30:15, not in whitelist", nil), ("", nil),
        ] as [(String, String?)])
    func `names the address that is not allowed`(message: String, address: String?) {
        #expect(Answer(code: 40164, message: message).address == address)
    }
}
