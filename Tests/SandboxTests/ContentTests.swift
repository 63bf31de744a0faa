import Sandbox
import Testing

@Suite("What is in a message") struct ContentTests {
    @Test(
        arguments: [
            (#"{"thing1":{"value":"123456789012345678901"}}"#, "argument invalid! data.thing1.value invalid"),
            (#"{"thing1":{"value":""}}"#, "argument invalid! data.thing1.value is emtpy"),
            (#"{"thing1":{"value":"  "}}"#, "argument invalid! data.thing1.value is emtpy"),
            (#"{"thing1":{"value":"a\nb"}}"#, "argument invalid! data.thing1.value invalid"),
            (#"{"thing1":{"value":7}}"#, "argument invalid! data.thing1.value invalid"),
            (#"{"thing1":{}}"#, "argument invalid! data.thing1.value is emtpy"),
            (#"{"thing1":"a"}"#, "argument invalid! data.thing1.value is emtpy"),
            (#"{"ok9":{"value":"x"},"number2":{"value":"12a"}}"#, "argument invalid! data.number2.value invalid"),
            (#"{"letter1":{"value":"a1"}}"#, "argument invalid! data.letter1.value invalid"),
            (#"{"symbol1":{"value":"a"}}"#, "argument invalid! data.symbol1.value invalid"),
            (#"{"character_string1":{"value":"中"}}"#, "argument invalid! data.character_string1.value invalid"),
            (#"{"time1":{"value":"25:00"}}"#, "argument invalid! data.time1.value invalid"),
            (#"{"date1":{"value":"2026-02-30"}}"#, "argument invalid! data.date1.value invalid"),
            (#"{"amount1":{"value":"abc"}}"#, "argument invalid! data.amount1.value invalid"),
            (
                #"{"phone_number1":{"value":"123456789012345678"}}"#,
                "argument invalid! data.phone_number1.value invalid"
            ),
            (#"{"car_number1":{"value":"粤A8Z88888"}}"#, "argument invalid! data.car_number1.value invalid"),
            (#"{"name1":{"value":"一二三四五六七八九十一"}}"#, "argument invalid! data.name1.value invalid"),
            (#"{"phrase1":{"value":"ab"}}"#, "argument invalid! data.phrase1.value invalid"),
            ("\"text\"", "argument invalid! data invalid"), ("", "argument invalid! data is emtpy"),
        ])
    func `of a subscription breaks a rule of its values`(data: String, message: String) {
        let answer = Rehearsal().subscribe("oAlice", ["data": data])
        #expect(answer.code == 47003)
        #expect(answer.message.hasPrefix(message + " rid: "))
    }

    @Test(
        arguments: [
            (#"{"keyword1":{"value":"\#(String(repeating: "长", count: 60))"}}"#, 0),
            (#"{"first":{"value":""},"remark":{"value":"\n"},"x":{"value":""}}"#, 0),
            (#"{"thing01":{"value":"123456789012345678901"}}"#, 47003), (#"{"const1":{"value":"a"}}"#, 0),
            (#"{"phrase1":{"value":"abc"}}"#, 47003),
        ])
    func `of a template message is checked where its keys have types`(data: String, code: Int) {
        #expect(Rehearsal().template("oAlice", ["data": data]).code == code)
    }

    private static let seed = """
        {"apps":[{"appid":"\(Rehearsal.mini)","type":"mini","pages":["pages/index","pages/order/detail"]},
                 {"appid":"\(Rehearsal.service)","type":"service","miniprograms":["\(Rehearsal.mini)"]}],
         "templates":[{"id":"T1","type":"one-time","keys":["thing1","enum2"],"enums":{"enum2":["红","绿"]}},
                      {"id":"T2","type":"service","keys":["first","keyword1"]},
                      {"id":"BANNED","errcode":43107},{"id":"LIMITED","errcode":43116}],
         "openids":["oAlice",{"openid":"oGone","follows":false},{"openid":"oBlack","errcode":43019},
                    {"openid":"oElse","app":"wxelse"}],
         "blocked_words":["彩票"]}
        """

    @Test(
        arguments: [
            ([:], 0), (["touser": "\"oMallory\""], 40003), (["touser": "\"oElse\""], 40003),
            (["touser": "\"oBlack\""], 43019), (["touser": "\"oGone\""], 0),
            (["template_id": "\"T9\""], 40037), (["template_id": ""], 40037), (["template_id": "\"T2\""], 43102),
            (["template_id": "\"BANNED\""], 43107),
            (["template_id": "\"\(String(repeating: "T", count: 65))\""], 40036),
            (["template_id": "\"fail_40037_x\""], 40037), (["touser": "\"fail_43101_x\""], 43101),
            (["data": #"{"thing1":{"value":"a"}}"#], 47003),
            (["data": #"{"thing1":{"value":"a"},"enum2":{"value":"蓝"}}"#], 47003),
            (["data": #"{"thing1":{"value":"买彩票"},"enum2":{"value":"红"}}"#], 45168),
            (["page": "\"pages/index?id=7\""], 0), (["page": "\"/pages/index\""], 0),
            (["page": "\"pages/none\""], 41030),
            (["page": "\"\""], 0), (["page": "7"], 41030),
        ] as [([String: String], Int)])
    func `of a subscription is checked against the seed`(change: [String: String], code: Int) {
        var members = ["data": #"{"thing1":{"value":"a"},"enum2":{"value":"红"}}"#]
        members.merge(change) { $1 }
        #expect(Rehearsal(seed: Self.seed).subscribe("oAlice", members).code == code)
    }

    @Test(
        arguments: [
            ([:], 0), (["touser": "\"oGone\""], 43004), (["touser": "\"oBlack\""], 43019),
            (["template_id": "\"LIMITED\""], 43116), (["template_id": "\"T1\""], 40037),
            (["data": #"{"keyword1":{"value":"彩票"}}"#], 40249), (["data": "{}"], 47003),
            (["url": "\"https://a/\(String(repeating: "x", count: 2048))\""], 40039),
            (["miniprogram": #"{"appid":"\#(Rehearsal.mini)","pagepath":"pages/index?x=1"}"#], 0),
            (["miniprogram": #"{"appid":"\#(Rehearsal.mini)","pagepath":"pages/none"}"#], 40165),
            (["miniprogram": #"{"appid":"wx00000000000000cc"}"#], 40013), (["miniprogram": #"{"appid":"x"}"#], 40166),
            (["miniprogram": "{}"], 40166), (["miniprogram": "\"x\""], 40166),
        ] as [([String: String], Int)])
    func `of a template message is checked against the seed`(change: [String: String], code: Int) {
        #expect(Rehearsal(seed: Self.seed).template("oAlice", change).code == code)
    }

    @Test(
        arguments: [
            ("text", #"{"content":"hi"}"#, 0), ("text", #"{"content":""}"#, 44004), ("text", "7", 44004),
            ("text", #"{"content":"\#(String(repeating: "长", count: 683))"}"#, 45002),
            ("text", #"{"content":"彩票"}"#, 45087), ("image", #"{"media_id":"m"}"#, 0), ("image", "{}", 41006),
            ("voice", #"{"media_id":"m"}"#, 0), ("mpnews", #"{"media_id":"m"}"#, 0),
            ("video", #"{"media_id":"m","thumb_media_id":"t"}"#, 0), ("video", #"{"media_id":"m"}"#, 41006),
            ("music", #"{"musicurl":"u","hqmusicurl":"u","thumb_media_id":"t"}"#, 0), ("music", "{}", 47003),
            ("news", #"{"articles":[{"title":"t","description":"d","url":"u","picurl":"p"}]}"#, 0),
            ("news", #"{"articles":[{"title":"t","url":"u"},{"title":"t","url":"u"}]}"#, 45008),
            ("news", #"{"articles":[]}"#, 47003), ("mpnewsarticle", #"{"article_id":"a"}"#, 0),
            ("mpnewsarticle", "{}", 47003), ("msgmenu", #"{"list":[{"id":"1","content":"a"}]}"#, 0),
            ("msgmenu", "{}", 47003), ("wxcard", #"{"card_id":"c"}"#, 0), ("wxcard", "{}", 47003),
            ("miniprogrampage", #"{"title":"t","pagepath":"p","thumb_media_id":"m"}"#, 47003),
            ("miniprogrampage", #"{"title":"t","pagepath":"p","thumb_media_id":"m","appid":"a"}"#, 0),
            ("link", #"{"title":"t","description":"d","url":"u","thumb_url":"u"}"#, 48008), ("nonsense", "{}", 40008),
        ])
    func `of a customer message is checked for each msgtype`(type: String, content: String, code: Int) {
        let rehearsal = Rehearsal(seed: Self.seed)
        #expect(rehearsal.customer("oAlice", type: type, content).code == code)
    }

    @Test(arguments: [("link", 0), ("voice", 48008)])
    func `of a customer message depends on the type of the app`(type: String, code: Int) {
        let content = #"{"title":"t","description":"d","url":"u","thumb_url":"u","media_id":"m"}"#
        let rehearsal = Rehearsal(seed: Self.seed)
        #expect(rehearsal.customer("oAlice", type: type, content, app: Rehearsal.mini).code == code)
        #expect(rehearsal.customer("oGone", app: Rehearsal.mini).code == 45015)
    }

    @Test(
        arguments: [
            (#""scene":"1","title":"a","data":{"content":{"value":"b"}}"#, 0),
            (#""scene":1,"title":"a","data":{"content":{"value":"b"}}"#, 0),
            (#""title":"a","data":{"content":{"value":"b"}}"#, 47003),
            (#""scene":"1","data":{"content":{"value":"b"}}"#, 47003),
            (#""scene":"1","title":"1234567890123456","data":{"content":{"value":"b"}}"#, 40062),
            (#""scene":"1","title":"a","data":{}"#, 47003),
            (#""scene":"1","title":"a","data":{"content":{"value":"\#(String(repeating: "b", count: 201))"}}"#, 45002),
        ])
    func `of a one-time subscription is checked`(members: String, code: Int) {
        let rehearsal = Rehearsal()
        let body = #"{"touser":"oAlice","template_id":"T",\#(members)}"#
        #expect(rehearsal.post("/cgi-bin/message/template/subscribe", body, token: rehearsal.token()).code == code)
    }

    @Test(
        arguments: [
            (#""weapp_template_msg":{"template_id":"T","form_id":"F"}"#, 0),
            (#""weapp_template_msg":{"template_id":"T","form_id":"F"},"mp_template_msg":{"appid":"x"}"#, 0),
            (#""weapp_template_msg":{"template_id":"T"}"#, 41028), (#""weapp_template_msg":7"#, 47003),
            ("\"x\":1", 47003),
            (#""mp_template_msg":{"template_id":"T","data":{}}"#, 40013), (#""mp_template_msg":{"appid":"w"}"#, 40037),
        ])
    func `of a uniform message is its half's`(members: String, code: Int) {
        let rehearsal = SendTests.rehearsal2019()
        let body = #"{"touser":"oAlice",\#(members)}"#
        #expect(
            rehearsal.post("/cgi-bin/message/wxopen/template/uniform_send", body, token: rehearsal.token()).code == code
        )
    }

    @Test(arguments: [("T2", 0), ("T1", 40037), ("T9", 40037)])
    func `of a uniform message has a template of the account that it names`(template: String, code: Int) {
        let rehearsal = Rehearsal(
            seed: """
                {"apps":[{"appid":"\(Rehearsal.mini)"},{"appid":"\(Rehearsal.service)"}],
                 "templates":[{"id":"T1","app":"\(Rehearsal.mini)"},{"id":"T2","app":"\(Rehearsal.service)"}]}
                """
        ) { $0.era = .year2019 }
        let half = #"{"appid":"\#(Rehearsal.service)","template_id":"\#(template)","data":{}}"#
        let body = #"{"touser":"oAlice","mp_template_msg":\#(half)}"#
        #expect(
            rehearsal.post("/cgi-bin/message/wxopen/template/uniform_send", body, token: rehearsal.token()).code == code
        )
    }
}
