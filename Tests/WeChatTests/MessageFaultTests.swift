import Testing
import WeChat

@Suite("A message with faults") struct MessageFaultTests {
    @Test(
        arguments: [
            (.subscribe, "{}", ["template_id is missing", "data is missing"]),
            (.subscribe, #"{"template_id":"","data":{}}"#, ["template_id is empty"]),
            (
                .subscribe, #"{"template_id":7,"data":[]}"#,
                ["template_id must be a string, found a number", "data must be an object, found an array"]
            ),
            (
                .subscribe, #"{"template_id":null,"data":"{}"}"#,
                ["template_id must be a string, found null", "data must be an object, found a string"]
            ),
            (
                .subscribe,
                #"{"template_id":"T","data":{"thing1":"v","thing2":{"value":1},"thing3":{},"thing4":{"value":"v","color":"x"}}}"#,
                [
                    "data.thing1 must be an object, found a string",
                    "data.thing2.value must be a string, found a number",
                    "data.thing3.value is missing", "data.thing4.color is not a field of this message",
                ]
            ),
            (
                .subscribe, #"{"template_id":"T","data":{},"miniprogram_state":"release","lang":"zh"}"#,
                [
                    "miniprogram_state must be one of developer, trial, formal",
                    "lang must be one of zh_CN, en_US, zh_HK, zh_TW",
                ]
            ),
            (
                .subscribe, #"{"touser":"o","template_id":"T","data":{},"url":"u","Page":"p"}"#,
                [
                    "touser does not belong into the message: the job's `to` names the recipient",
                    "url is not a field of this message", "Page is not a field of this message",
                ]
            ),
            (
                .template,
                #"{"template_id":"T","data":{"a":{"value":"v","touser":"o"}},"miniprogram":{"pagepath":"p","path":"q"}}"#,
                [
                    "miniprogram.appid is missing", "miniprogram.path is not a field of this message",
                    "data.a.touser is not a field of this message",
                ]
            ),
            (
                .miniTemplate, #"{"template_id":"T","page":1}"#,
                ["form_id is missing", "page must be a string, found a number"]
            ),
            (.uniform, "{}", ["mp_template_msg is missing"]),
            (
                .uniform, #"{"mp_template_msg":{"data":{}},"weapp_template_msg":7}"#,
                [
                    "weapp_template_msg must be an object, found a number", "mp_template_msg.appid is missing",
                    "mp_template_msg.template_id is missing",
                ]
            ),
            (.subscribeBiz, #"{"template_id":"T","data":{},"lang":"zh_CN"}"#, ["lang is not a field of this message"]),
            (
                .subscribeOnce, #"{"template_id":"T","scene":7,"data":{"content":{"color":"c"},"more":{}}}"#,
                [
                    "scene must be a string, found a number", "title is missing", "data.content.value is missing",
                    "data.more is not a field of this message",
                ]
            ),
        ] as [(MessageKind, String, [String])])
    func `is refused with all of them, each with its place`(kind: MessageKind, json: String, expected: [String]) throws
    {
        #expect(try faults(kind, json) == expected)
    }

    @Test func `is told in one short line, whatever its keys`() throws {
        let keys = (0..<5000).map { #""\#(String(repeating: "键", count: 90))\n\#($0)":1"# }.joined(separator: ",")
        do {
            _ = try message(.subscribe, #"{"template_id":"T","data":{\#(keys)}}"#)
            Issue.record("the message was read")
        } catch let faults as PayloadFaults {
            #expect(faults.faults.count == 5000)
            #expect(faults.description.hasSuffix("; and 4992 more"))
            #expect(faults.description.utf8.count < 3000)
        }
        #expect(
            try faults(.subscribe, #"{"template_id":"T","data":{},"a\n\u001b[1m":1}"#)
                == ["a\u{FFFD}\u{FFFD}[1m is not a field of this message"])
    }

    @Test func `is told in one line`() throws {
        do {
            _ = try message(.subscribe, "{}")
            Issue.record("the message was read")
        } catch let faults as PayloadFaults {
            #expect(faults.description == "template_id is missing; data is missing")
        }
    }
}

@Suite("A message's values") struct MessageValueTests {
    private static let long = String(repeating: "字", count: 21)
    private static let cut = String(repeating: "字", count: 19) + "…"

    @Test(arguments: [MessageKind.subscribe, .subscribeBiz])
    func `are checked by the type that their key names`(kind: MessageKind) throws {
        let message = try message(
            kind,
            #"{"template_id":"T","data":{"thing1":{"value":"\#(Self.long)"},"number2":{"value":"x"},"enum3":{"value":"a"},"#
                + #""foo":{"value":"\#(Self.long)"},"bar":{"value":""}}}"#)
        #expect(
            message.violations(listed: ["enum3": ["b"]]).map(\.description) == [
                "data.thing1.value takes at most 20 characters (thing), this value has 21",
                "data.number2.value takes digits, with decimals at most (number)",
                "data.enum3.value takes only the values listed with the template (enum)", "data.bar.value is empty",
            ])
        let shorter = message.cutToLimits.violations()
        #expect(shorter.map(\.path) == ["data.number2.value", "data.bar.value"])
        #expect(text(message.cutToLimits.json).contains(#""thing1":{"value":"\#(Self.cut)"}"#))
    }

    @Test func `of a template message are 20 characters under any key, head and tail line aside`() throws {
        let message = try message(
            .template,
            #"{"template_id":"T","data":{"first":{"value":"\#(Self.long)\n"},"keyword1":{"value":"\#(Self.long)"},"#
                + #""orderNo":{"value":"\#(Self.long)"},"character_string4":{"value":"单"},"remark":{"value":""}}}"#)
        #expect(
            message.violations().map(\.path) == [
                "data.keyword1.value", "data.orderNo.value", "data.character_string4.value",
            ])
        #expect(message.cutToLimits.violations().map(\.path) == ["data.character_string4.value"])
    }

    @Test func `of a one-time message are a title of 15 and a text of 200`() throws {
        func once(_ title: Int, _ content: Int) throws -> Message {
            let (title, content) = (String(repeating: "题", count: title), String(repeating: "文", count: content))
            return try message(
                .subscribeOnce,
                #"{"template_id":"T","scene":"7","title":"\#(title)","data":{"content":{"value":"\#(content)"}}}"#)
        }
        #expect(try once(15, 200).violations().isEmpty)
        #expect(
            try once(16, 201).violations().map(\.description) == [
                "title takes at most 15 characters, this value has 16",
                "data.content.value takes at most 200 characters, this value has 201",
            ])
        #expect(try once(16, 201).cutToLimits.violations().isEmpty)
        #expect(try once(15, 200).cutToLimits == once(15, 200))
    }

    @Test(
        arguments: [
            (.miniTemplate, #"{"template_id":"T","form_id":"F","data":{"keyword1":{"value":"\n"}}}"#),
            (.uniform, #"{"mp_template_msg":{"appid":"w","template_id":"T","data":{"thing1":{"value":""}}}}"#),
            (.customer, #"{"msgtype":"text","text":{"content":"\n"}}"#),
        ] as [(MessageKind, String)])
    func `of other kinds have no rules`(kind: MessageKind, json: String) throws {
        let message = try message(kind, json)
        #expect(message.violations().isEmpty)
        #expect(message.cutToLimits == message)
    }
}
