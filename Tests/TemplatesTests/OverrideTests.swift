import JSON
import Templates
import Testing
import WeChat

@Suite("What a job overrides") struct OverrideTests {
    static let templates: [MessageKind: String] = [
        .subscribe: subscribe("thing1: a", "page: own"),
        .template: "t: {kind: template, template_id: x, url: own, miniprogram: {appid: own}, data: {k: v}}",
        .subscribeBiz: "t: {kind: subscribe-biz, template_id: x, page: own, data: {thing1: v}}",
        .subscribeOnce: "t: {kind: subscribe-once, template_id: x, scene: '1', title: t, url: own, data: {content: v}}",
        .miniTemplate: "t: {kind: mini-template, template_id: x, page: own, form_id: own, data: {keyword1: v}}",
        .customer: "t: {kind: customer, msgtype: text, text: {content: own}}",
        .uniform: "t: {kind: uniform, mp_template_msg: {appid: a, template_id: x, url: own, data: {k: v}}}",
    ]
    static let slots: [String: MessageSlots] = [
        "page": MessageSlots(page: "theirs"), "url": MessageSlots(url: "theirs"),
        "form_id": MessageSlots(formID: "theirs"),
        "miniprogram": MessageSlots(
            miniprogram: JSONValue(dictionaryLiteral: ("appid", "theirs"), ("pagepath", "p")).object),
    ]
    static let allowed: [MessageKind: [String]] = [
        .subscribe: ["page"], .template: ["url", "miniprogram"], .subscribeBiz: ["page", "miniprogram"],
        .subscribeOnce: ["url", "miniprogram"], .miniTemplate: ["page", "form_id"], .customer: [],
        .uniform: ["url", "miniprogram"],
    ]

    @Test(arguments: MessageKind.allCases, ["page", "url", "form_id", "miniprogram"])
    func `takes the place of the template's own, or is refused`(_ kind: MessageKind, _ name: String) throws {
        let template = try template(try #require(Self.templates[kind]))
        let slots = try #require(Self.slots[name])
        let allowed = try #require(Self.allowed[kind])
        guard allowed.contains(name) else {
            let can =
                allowed.isEmpty ? "nothing can be overridden" : "a job can override \(allowed.joined(separator: ", "))"
            let fault = try template.fault("{}", slots)
            #expect(fault?.reason == .unknownKey)
            #expect(fault?.description == "template t: a message of kind \(kind.rawValue) has no `\(name)`; \(can)")
            return
        }
        let payload = try template.payload("{}", slots)
        #expect(
            payload.contains(name == "miniprogram" ? #"{"appid":"theirs","pagepath":"p"}"# : #""\#(name)":"theirs""#))
    }

    @Test func `both halves of a uniform message take theirs`() throws {
        let template = try template(
            "t: {kind: uniform, weapp_template_msg: {template_id: i}, "
                + "mp_template_msg: {appid: a, template_id: x, data: {k: v}}}")
        #expect(
            try template.payload("{}", MessageSlots(page: "p", url: "u", formID: "f"))
                == #"{"weapp_template_msg":{"template_id":"i","page":"p","form_id":"f"},"#
                + #""mp_template_msg":{"appid":"a","template_id":"x","url":"u","data":{"k":{"value":"v"}}}}"#)
    }

    @Test func `a message with a form needs one`() throws {
        let template = try template("t: {kind: mini-template, template_id: x, data: {keyword1: v}}")
        let fault = try template.fault()
        #expect(fault?.reason == .payloadInvalid)
        #expect(fault?.description == "template t: form_id is missing; the job gives it in `form_id`")
        #expect(try template.payload("{}", MessageSlots(formID: "f")).contains(#""form_id":"f""#))
    }

    @Test func `the key against doubles is the message's own, or the job's`() throws {
        let slots = MessageSlots(clientMessageID: "job")
        let bare = try template("t: {kind: template, template_id: x, data: {k: v}}")
        #expect(try bare.payload("{}", slots).contains(#""client_msg_id":"job""#))
        let own = try template("t: {kind: template, template_id: x, client_msg_id: own, data: {k: v}}")
        #expect(try own.payload("{}", slots).contains(#""client_msg_id":"own""#))
        #expect(try template(subscribe("thing1: a")).payload("{}", slots).contains("job") == false)
    }

    @Test(arguments: [
        (#"{}"#, "template t: miniprogram.appid is missing"),
        (#"{"appid":""}"#, "template t: miniprogram.appid is missing"),
        (#"{"appid":7}"#, "template t: miniprogram.appid must be a string, found a number"),
        (#"{"appid":"a","page":"p"}"#, "template t: miniprogram takes appid and pagepath only"),
        (#"{"appid":"a","pagepath":null}"#, "template t: miniprogram.pagepath must be a string, found null"),
    ])
    func `a mini program is checked like WeChat's`(_ json: String, _ description: String) throws {
        let template = try template(try #require(Self.templates[.template]))
        let fault = try template.fault("{}", MessageSlots(miniprogram: try params(json)))
        #expect(fault?.reason == .payloadInvalid)
        #expect(fault?.description == description)
    }
}
