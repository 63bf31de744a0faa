import JSON
import Testing
import WeChat

@Suite("A message's body") struct MessageBodyTests {
    private static let data = TemplateData([
        .init(key: "thing1", value: "双肩包 <23L>/\"轻\""), .init(key: "amount3", value: "129.00元"),
    ])

    @Test func `of a subscribe message says build and language always`() {
        let plain = Message.subscribe(SubscribeMessage(templateID: "T", data: Self.data))
        #expect(
            text(plain.body(to: "oA"))
                == #"{"touser":"oA","template_id":"T","data":{"thing1":{"value":"双肩包 <23L>/\"轻\""},"#
                + #""amount3":{"value":"129.00元"}},"miniprogram_state":"formal","lang":"zh_CN"}"#)
        let full = Message.subscribe(
            SubscribeMessage(
                templateID: "T", page: "pages/order/index?id=7&a=b", data: TemplateData(), build: .trial,
                language: .hongKong))
        #expect(
            text(full.body(to: "oA"))
                == #"{"touser":"oA","template_id":"T","page":"pages/order/index?id=7&a=b","data":{},"#
                + #""miniprogram_state":"trial","lang":"zh_HK"}"#)
    }

    private static let samples: [(MessageKind, String)] = [
        (.template, #"{"template_id":"T","data":{}}"#),
        (
            .template,
            #"""
            {"template_id":"T","url":"https://a/?b=c&d","miniprogram":{"appid":"wx1","pagepath":"p?a=b"},\#
            "data":{"keyword1":{"value":"","color":"#173177"}},"client_msg_id":"order-1","topcolor":"#FF0000"}
            """#
        ),
        (.miniTemplate, #"{"template_id":"T","form_id":"F"}"#),
        (
            .miniTemplate,
            #"""
            {"template_id":"T","form_id":"F","page":"p","data":{"keyword1":{"value":"v"}},\#
            "emphasis_keyword":"keyword1.DATA"}
            """#
        ),
        (
            .uniform,
            #"""
            {"weapp_template_msg":{"template_id":"T","page":"p","form_id":"F","data":{"keyword1":{"value":"v"}},\#
            "emphasis_keyword":"keyword1.DATA"},"mp_template_msg":{"appid":"wx2","template_id":"U",\#
            "url":"https://a","miniprogram":{"appid":"wx1"},"data":{"first":{"value":"v"}}}}
            """#
        ),
        (.uniform, #"{"mp_template_msg":{"appid":"wx2","template_id":"U","data":{}}}"#),
        (.uniform, #"{"weapp_template_msg":{"template_id":"T","form_id":"F"}}"#),
        (.subscribeBiz, #"{"template_id":"T","data":{"thing1":{"value":"v"}}}"#),
        (
            .subscribeBiz,
            #"{"template_id":"T","page":"https://a","miniprogram":{"appid":"wx1","pagepath":"p"},"data":{}}"#
        ),
        (.subscribeOnce, #"{"template_id":"T","scene":"7","title":"题","data":{"content":{"value":"文"}}}"#),
        (
            .subscribeOnce,
            #"""
            {"template_id":"T","scene":"7","title":"题","data":{"content":{"value":"文","color":"#173177"}},\#
            "url":"https://a","miniprogram":{"appid":"wx1","pagepath":"p"}}
            """#
        ),
    ]

    @Test(arguments: samples)
    func `is what was read, behind the recipient`(kind: MessageKind, json: String) throws {
        let message = try message(kind, json)
        #expect(message.kind == kind)
        #expect(text(message.json) == json)
        #expect(text(message.body(to: "o\"A")) == #"{"touser":"o\"A","# + json.dropFirst())
    }

    @Test func `has its fields in WeChat's order, however they were written`() throws {
        let message = try message(
            .subscribe, #"{"lang":"en_US","data":{"b1":{"value":"2"},"a1":{"value":"1"}},"page":"p","template_id":"T"}"#
        )
        #expect(
            text(message.json)
                == #"{"template_id":"T","page":"p","data":{"b1":{"value":"2"},"a1":{"value":"1"}},"#
                + #""miniprogram_state":"formal","lang":"en_US"}"#)
    }

    @Test func `names its template`() throws {
        #expect(try message(.subscribe, #"{"template_id":"T","data":{}}"#).templateID == "T")
        #expect(
            try message(.uniform, #"{"mp_template_msg":{"appid":"w","template_id":"U","data":{}}}"#).templateID == "U")
        #expect(try message(.customer, #"{"msgtype":"text","text":{"content":"v"}}"#).templateID == nil)
    }

    @Test func `holds each parameter once`() {
        var data = TemplateData([
            .init(key: "a1", value: "1"), .init(key: "b1", value: "2"), .init(key: "a1", value: "3"),
        ])
        #expect(data.parameters.map(\.key) == ["a1", "b1"])
        #expect(data["a1"] == "3")
        data.set(.init(key: "c1", value: "4"))
        #expect(data["c1"] == "4")
        #expect(data["d1"] == nil)
    }
}
