import JSON
import Templates
import Testing
import WeChat

@Suite("Trying templates out") struct CheckingTests {
    @Test func `a preview shows the payload and everything that is wrong with it`() throws {
        let template = try template(subscribe("thing1: '{{ a }}'\nnumber2: '{{ b }}'\nthing3: '{{ c }}'"))
        let good = template.preview(try params(#"{"a":"x","b":1,"c":"y"}"#))
        #expect(good.faults == [])
        #expect(
            good.payload.map { String(decoding: $0, as: UTF8.self) }
                == #"{"template_id":"x","data":{"thing1":{"value":"x"},"number2":{"value":"1"},"thing3":{"value":"y"}},"#
                + #""miniprogram_state":"formal","lang":"zh_CN"}"#)
        let bad = template.preview(try params(#"{"a":"123456789012345678901","b":"x","c":""}"#))
        #expect(bad.payload != nil)
        #expect(
            bad.faults.map(\.description) == [
                "template t: data.thing1.value takes at most 20 characters (thing), this value has 21; "
                    + "send less, or set `on_overflow: truncate` in the template",
                "template t: data.number2.value takes digits, with decimals at most (number)",
                "template t: data.thing3.value is empty",
            ])
        let missing = template.preview(JSONObject())
        #expect(missing.payload == nil)
        #expect(missing.faults.map(\.reason) == [.missingParam("a"), .missingParam("b"), .missingParam("c")])
    }

    @Test func `a preview shows what a job brings as a stand-in`() throws {
        let template = try template("t: {kind: mini-template, template_id: x, data: {keyword1: v}}")
        let preview = template.preview(JSONObject())
        #expect(preview.faults == [])
        #expect(preview.payload.map { String(decoding: $0, as: UTF8.self) }?.contains(#""form_id":"FORM_ID""#) == true)
    }

    @Test func `an example is checked`() throws {
        #expect(try template(subscribe("thing1: a")).exampleFaults == nil)
        #expect(try template(subscribe("thing1: '{{ a }}'", "example: {a: b}")).exampleFaults == [])
        let missing = try template(subscribe("thing1: '{{ a }}'", "example: {b: c}"))
        #expect(missing.exampleFaults?.map(\.reason) == [.missingParam("a")])
    }

    @Test func `differences from WeChat's list are named`() throws {
        let listed = ListedTemplate(
            id: "x", title: "订单", keys: ["thing1", "enum2", "time3"], values: ["enum2": ["已支付", "已退款"]])
        let same = try template(subscribe("thing1: a\nenum2: 已支付\ntime3: '{{ at }}'"))
        #expect(same.differences(from: [listed]) == [])
        #expect(
            same.differences(from: []).map { $0.map(\.description) }
                == [
                    #"template_id "x" is not among this account's templates; add it to them, or correct the id"#
                ])
        let other = try template(subscribe("thing1: a\nenum2: 支付\ntime4: '{{ at }}'\nthing9: b"))
        #expect(
            other.differences(from: [listed])?.map(\.description) == [
                "data.time3 is missing: WeChat's template has it and refuses a message without it; add it",
                "data.enum2 takes one of 已支付, 已退款",
                #"data.time4 is not in WeChat's template, did you mean "time3"?"#,
                "data.thing9 is not in WeChat's template; take it out, or correct the key",
            ])
        // What depends on parameters is not known before.
        #expect(
            try template(subscribe("thing1: a\nenum2: '{{ s }}'\ntime3: '{{ at }}'")).differences(from: [listed]) == [])
        #expect(
            try template("t: {kind: customer, msgtype: text, text: {content: a}}").differences(from: [listed]) == nil)
        let old = try template(
            "t: {kind: template, template_id: x, data: {first: a, thing1: b, enum2: 已支付, time3: '15:01'}}")
        #expect(old.differences(from: [listed]) == [])
    }

    @Test func `what an app's type cannot send is said`() throws {
        let card =
            "t: {kind: customer, msgtype: miniprogrampage, miniprogrampage: {title: t, pagepath: '{{ p }}', thumb_media_id: m}}"
        #expect(try template(card).faults(sentBy: .mini) == [])
        #expect(try template(card).faults(sentBy: .service) == ["miniprogrampage.appid is missing"])
        let plain = try template(subscribe("thing1: a"))
        #expect(plain.faults(sentBy: .mini) == [])
        #expect(
            plain.faults(sentBy: .service) == [
                "a message of kind subscribe is sent by an app of type mini, not service"
            ])
        let legacy = try template("t: {kind: mini-template, template_id: x, data: {keyword1: v}}")
        #expect(legacy.faults(sentBy: .mini) == [])
    }

    @Test(arguments: [
        ("{{ a | upcase }}", #"{"a":"x"}"#, "X", "X"), ("[{{ a }}]", "{}", "[]", nil),
        ("[{{ a | default: 'b' }}]", "null", "[b]", "[b]"), ("[{{ a }}]", #"{"a":null}"#, "[]", "[]"),
        ("{{ 1700000000 | date: '%H:%M %Z' }}", "{}", "22:13 UTC", "22:13 UTC"),
        ("{{ '2026-11-20 08:00 +0800' | date: '%H:%M' }}", "{}", "08:00", "08:00"),
    ])
    func `a text is evaluated in standard Liquid`(_ text: String, _ data: String, _ loose: String, _ strict: String?)
        throws
    {
        let data = try JSONValue(parsing: Array(data.utf8))
        #expect(evaluate(template: text, data: data, strict: false) == .success(loose))
        let result = evaluate(template: text, data: data, strict: true)
        if let strict {
            #expect(result == .success(strict))
        } else {
            #expect(throws: EvaluationFault.self) { try result.get() }
        }
    }

    @Test func `what cannot be evaluated says where`() throws {
        guard case .failure(let fault) = evaluate(template: "a\n{{ b | nope }}", data: JSONValue.null, strict: false)
        else {
            Issue.record("evaluated")
            return
        }
        #expect(fault.message == "template:2:8: there is no filter 'nope'")
        guard case .failure(let list) = evaluate(template: "a", data: JSONValue.array([]), strict: false) else {
            Issue.record("evaluated")
            return
        }
        #expect(list.message == "data must be an object, found an array")
    }
}
