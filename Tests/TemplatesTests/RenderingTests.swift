import JSON
import Templates
import Testing
import WeChat

@Suite("Filling in a template") struct RenderingTests {
    @Test func `a subscribe message`() throws {
        let orderPaid = try template(
            """
            order-paid:
              kind: subscribe
              app: mini
              template_id: -SvDCjf6VG7lGAITKmdhHp6ZBQx1huJdBMO9hFAgI0w
              page: pages/order/index?id={{ order_id }}
              data:
                thing1: "{{ title | truncate: 20 }}"
                amount3: "{{ amount }}元"
                time2: "{{ paid_at | date: '%Y年%m月%d日 %H:%M' }}"
              on_overflow: reject
            """)
        #expect(orderPaid.name == "order-paid")
        #expect(orderPaid.kind == .subscribe)
        #expect(orderPaid.app == "mini")
        #expect(orderPaid.templateID == "-SvDCjf6VG7lGAITKmdhHp6ZBQx1huJdBMO9hFAgI0w")
        #expect(orderPaid.variables == ["order_id", "title", "amount", "paid_at"])
        let message = try orderPaid.message(
            params(#"{"order_id":"9912","title":"手冲咖啡","amount":129.00,"paid_at":"2026-11-20T08:00:00Z"}"#))
        #expect(
            String(decoding: message.body(to: "oXyz"), as: UTF8.self)
                == #"{"touser":"oXyz","template_id":"-SvDCjf6VG7lGAITKmdhHp6ZBQx1huJdBMO9hFAgI0w","#
                + #""page":"pages/order/index?id=9912","data":{"thing1":{"value":"手冲咖啡"},"#
                + #""amount3":{"value":"129.0元"},"time2":{"value":"2026年11月20日 16:00"}},"#
                + #""miniprogram_state":"formal","lang":"zh_CN"}"#)
    }

    /// Where a text of parameters stands, and the payload with `x` in it.
    static let kinds: [(yaml: String, payload: String)] = [
        (
            "t: {kind: template, template_id: i, url: '{{ x }}', miniprogram: {appid: a, pagepath: '{{ x }}'}, "
                + "topcolor: '#000', client_msg_id: '{{ x }}', data: {first: '{{ x }}', k: {value: '{{ x }}', color: '#111'}}}",
            #"{"template_id":"i","url":"x","miniprogram":{"appid":"a","pagepath":"x"},"data":{"first":{"value":"x"},"#
                + ##""k":{"value":"x","color":"#111"}},"client_msg_id":"x","topcolor":"#000"}"##
        ),
        (
            "t: {kind: subscribe-biz, template_id: i, page: '{{ x }}', miniprogram: {appid: '{{ x }}'}, "
                + "data: {thing1: '{{ x }}'}}",
            #"{"template_id":"i","page":"x","miniprogram":{"appid":"x"},"data":{"thing1":{"value":"x"}}}"#
        ),
        (
            "t: {kind: subscribe-once, template_id: i, scene: 1000, title: '{{ x }}', data: {content: '{{ x }}'}}",
            #"{"template_id":"i","scene":"1000","title":"x","data":{"content":{"value":"x"}}}"#
        ),
        (
            "t: {kind: uniform, weapp_template_msg: {template_id: i, form_id: '{{ x }}', data: {keyword1: '{{ x }}'}}, "
                + "mp_template_msg: {appid: a, template_id: j, data: {k: '{{ x }}'}}}",
            #"{"weapp_template_msg":{"template_id":"i","form_id":"x","data":{"keyword1":{"value":"x"}}},"#
                + #""mp_template_msg":{"appid":"a","template_id":"j","data":{"k":{"value":"x"}}}}"#
        ),
        (
            "t: {kind: customer, msgtype: text, text: {content: '{{ x }}'}, aimsgcontext: {is_ai_msg: 1}, businessid: 7}",
            #"{"msgtype":"text","text":{"content":"x"},"aimsgcontext":{"is_ai_msg":1},"businessid":7}"#
        ),
        (
            "t: {kind: customer, msgtype: text, text: {content: a}, aimsgcontext: {is_ai_msg: '{{ n }}'}, businessid: '7'}",
            #"{"msgtype":"text","text":{"content":"a"},"aimsgcontext":{"is_ai_msg":0},"businessid":"7"}"#
        ),
        (
            "t: {kind: customer, msgtype: news, news: {articles: [{title: '{{ x }}', description: d, url: u, picurl: p}]}}",
            #"{"msgtype":"news","news":{"articles":[{"title":"x","description":"d","url":"u","picurl":"p"}]}}"#
        ),
    ]

    @Test(arguments: kinds) func `a message of another kind`(_ one: (yaml: String, payload: String)) throws {
        #expect(try template(one.yaml).payload(#"{"x":"x","n":0}"#) == one.payload)
    }

    @Test(arguments: [
        "{kind: customer, msgtype: image, image: {media_id: m}}",
        "{kind: customer, msgtype: link, link: {title: t, description: d, url: u, thumb_url: p}}",
        "{kind: customer, msgtype: miniprogrampage, miniprogrampage: {title: t, pagepath: p, thumb_media_id: m}}",
        "{kind: customer, msgtype: voice, voice: {media_id: m}}",
        "{kind: customer, msgtype: video, video: {media_id: m, thumb_media_id: n, title: t}}",
        "{kind: customer, msgtype: music, music: {musicurl: u, hqmusicurl: h, thumb_media_id: m}}",
        "{kind: customer, msgtype: mpnews, mpnews: {media_id: m}}",
        "{kind: customer, msgtype: mpnewsarticle, mpnewsarticle: {article_id: a}}",
        "{kind: customer, msgtype: msgmenu, msgmenu: {head_content: h, list: [{id: 1, content: yes}]}}",
        "{kind: customer, msgtype: wxcard, wxcard: {card_id: c}, customservice: {kf_account: k}}",
    ]) func `every type of customer-service message`(_ yaml: String) throws {
        let template = try template("t: \(yaml)")
        #expect(template.kind == .customer)
        #expect(template.templateID == nil)
        #expect(try template.payload().hasPrefix(#"{"msgtype":""#))
    }

    @Test func `numbers and truths of YAML are taken as their text`() throws {
        let template = try template(subscribe("number1: 1.50\nthing2: true\nthing3: 0x1F\ncharacter_string4: 007"))
        #expect(
            try template.payload().contains(
                #""number1":{"value":"1.50"},"thing2":{"value":"true"},"thing3":{"value":"0x1F"},"#
                    + #""character_string4":{"value":"007"}"#))
    }

    @Test(arguments: [
        (#""a\"b\\c""#, #"a\"b\\c"#), (#""</script>{{ y }}""#, "</script>{{ y }}"),
        (#""\",\"x\":\"""#, #"\",\"x\":\""#), (#""😀""#, "😀"), ("-0.5", "-0.5"),
        ("12345678901234567890", "12345678901234567890"),
        ("false", "false"), (#"["a","b"]"#, "ab"),
    ])
    func `no parameter breaks out of its value`(_ sent: String, _ shown: String) throws {
        let plain = try template(subscribe("thing1: '{{ x }}'"))
        let mixed = try template(subscribe("thing1: '{% if x != 1 %}{{ x }}{% endif %}'"))
        let expected = #""data":{"thing1":{"value":"\#(shown)"}},"miniprogram_state":"formal","lang":"zh_CN"}"#
        #expect(try plain.payload(#"{"x":\#(sent)}"#).hasSuffix(expected))
        #expect(try mixed.payload(#"{"x":\#(sent)}"#).hasSuffix(expected))
    }

    /// Parameters, and why there is no message.
    static let faults: [(params: String, reason: TemplateFault.Reason, description: String)] = [
        (
            "{}", .missingParam("x"),
            "template t: data.thing1.value: the variable 'x' is missing; send it, or give it a value with the filter 'default'"
        ),
        (
            #"{"x":null}"#, .missingParam("x"),
            "template t: data.thing1.value: the variable 'x' is missing; send it, or give it a value with the filter 'default'"
        ),
        (#"{"x":""}"#, .valueInvalid, "template t: data.thing1.value is empty"),
        (#"{"x":" \u200b"}"#, .valueInvalid, "template t: data.thing1.value holds nothing but blanks"),
        (#"{"x":"a\nb"}"#, .valueInvalid, "template t: data.thing1.value holds a line break or a control character"),
        (#"{"x":"a\u0000"}"#, .valueInvalid, "template t: data.thing1.value holds a line break or a control character"),
        (
            #"{"x":"123456789012345678901"}"#, .valueTooLong,
            "template t: data.thing1.value takes at most 20 characters (thing), this value has 21; "
                + "send less, or set `on_overflow: truncate` in the template"
        ),
    ]

    @Test(arguments: faults)
    func `a fault names the field and never the value`(
        _ one: (params: String, reason: TemplateFault.Reason, description: String)
    ) throws {
        let fault = try template(subscribe("thing1: '{{ x }}'")).fault(one.params)
        #expect(fault?.reason == one.reason)
        #expect(fault?.description == one.description)
    }

    @Test func `what a filter cannot work on is not shown`() throws {
        let template = try template(subscribe("number1: '{{ 8 | slice: x }}'"))
        let fault = try #require(try template.fault(#"{"x":"secret 42"}"#))
        #expect(fault.reason == .templateError)
        #expect(fault.description.hasPrefix("template t: data.number1.value: expected "))
        #expect(!fault.description.contains("secret"))
    }

    @Test func `what is very long is refused with its length`() throws {
        let fault = try template(subscribe("thing1: 'a{{ x }}'"))
            .fault(#"{"x":"\#(String(repeating: "长", count: 50_000))"}"#)
        #expect(fault?.reason == .valueTooLong)
        #expect(fault?.description.contains("this value has 50001") == true)
        #expect((fault?.description.utf8.count ?? 0) < 300)
    }

    @Test func `what is null counts as not sent, wherever it stands`() throws {
        let page = try template(subscribe("thing1: a", "page: 'p?id={{ order.id }}'"))
        #expect(try page.fault(#"{"order":{"id":null}}"#)?.reason == .missingParam("order.id"))
        #expect(try page.fault(#"{"order":null}"#)?.reason == .missingParam("order"))
        let list = try template(subscribe("thing1: '{% for o in orders %}{{ o.id }}{% endfor %}'"))
        #expect(try list.fault(#"{"orders":[{"id":1},{"id":null}]}"#)?.reason == .missingParam("o.id"))
        let choice = try template(subscribe("thing1: '{% if x %}yes{% else %}no{% endif %}'"))
        #expect(try choice.payload(#"{"x":null}"#).contains(#""value":"no""#))
    }

    @Test func `a default takes the place of what is missing`() throws {
        let template = try template(subscribe("thing1: \"{{ x | default: '无' }}\""))
        for params in ["{}", #"{"x":null}"#, #"{"x":""}"#] {
            #expect(try template.payload(params).contains(#""thing1":{"value":"无"}"#))
        }
    }

    @Test func `what comes out empty is left out where it may be`() throws {
        let message = try template(
            "t: {kind: template, template_id: i, url: \"{{ url | default: '' }}\", "
                + "client_msg_id: \"{{ id | default: '' }}\", data: {k: v}}")
        #expect(try message.payload() == #"{"template_id":"i","data":{"k":{"value":"v"}}}"#)
        let once = try template(
            "t: {kind: subscribe-once, template_id: i, scene: '1', title: t, url: \"{{ url | default: '' }}\", "
                + "data: {content: c}}")
        #expect(try once.payload().contains("url") == false)
        let link = try template(
            "t: {kind: template, template_id: i, miniprogram: {appid: '{{ app }}'}, data: {k: v}}")
        #expect(try link.fault(#"{"app":""}"#)?.description == "template t: miniprogram.appid is empty")
    }

    @Test func `a word that WeChat does not know is refused`() throws {
        let template = try template(subscribe("thing1: a", "lang: '{{ lang }}'"))
        #expect(try template.payload(#"{"lang":"en_US"}"#).hasSuffix(#""lang":"en_US"}"#))
        let fault = try #require(try template.fault(#"{"lang":"en"}"#))
        #expect(fault.reason == .payloadInvalid)
        #expect(fault.description == "template t: lang must be one of zh_CN, en_US, zh_HK, zh_TW")
    }

    @Test(arguments: [("Asia/Shanghai", "16:00"), ("UTC", "08:00"), ("Asia/Tokyo", "17:00"), ("+05:30", "13:30")])
    func `dates are shown in the template's time zone`(_ zone: String, _ time: String) throws {
        let template = try template(subscribe("time1: \"{{ at | date: '%H:%M' }}\"", "time_zone: '\(zone)'"))
        #expect(try template.payload(#"{"at":"2026-11-20T08:00:00Z"}"#).contains(#""value":"\#(time)""#))
    }
}
