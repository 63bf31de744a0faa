import Templates
import Testing

@Suite("Values over WeChat's limits") struct OverflowTests {
    static let long = "一二三四五六七八九十一二三四五六七八九十一二三"
    static let cut = "一二三四五六七八九十一二三四五六七八九…"

    @Test func `a template cuts what says something when it is shorter`() throws {
        let template = try template(
            subscribe("thing1: '{{ x }}'\nname2: '{{ x }}'\nphrase3: '{{ x }}'", "on_overflow: truncate"))
        let payload = try template.payload(#"{"x":"\#(Self.long)"}"#)
        #expect(payload.contains(#""thing1":{"value":"\#(Self.cut)"}"#))
        #expect(payload.contains(#""name2":{"value":"一二三四五六七八九…"}"#))
        #expect(payload.contains(#""phrase3":{"value":"一二三四五"}"#))
    }

    @Test func `a number or a code is never cut`() throws {
        let template = try template(subscribe("character_string1: '{{ x }}'", "on_overflow: truncate"))
        let fault = try template.fault(#"{"x":"123456789012345678901234567890123"}"#)
        #expect(fault?.reason == .valueTooLong)
        #expect(
            fault?.description == "template t: data.character_string1.value takes at most 32 characters "
                + "(character_string), this value has 33")
    }

    @Test func `truncation is proposed only where it would help`() throws {
        let template = try template(subscribe("character_string1: '{{ x }}'"))
        #expect(
            try template.fault(#"{"x":"123456789012345678901234567890123"}"#)?.description
                == "template t: data.character_string1.value takes at most 32 characters "
                + "(character_string), this value has 33")
    }

    @Test func `a single value may be cut`() throws {
        let template = try template(subscribe("thing1: {value: '{{ x }}', on_overflow: truncate}\nthing2: '{{ y }}'"))
        #expect(try template.payload(#"{"x":"\#(Self.long)","y":"b"}"#).contains(#""thing1":{"value":"\#(Self.cut)"}"#))
        let fault = try template.fault(#"{"x":"\#(Self.long)","y":"\#(Self.long)"}"#)
        #expect(fault?.reason == .valueTooLong)
        #expect(
            fault?.description
                == "template t: data.thing2.value takes at most 20 characters (thing), this value has 23")
    }

    @Test func `a single value may be kept from being cut`() throws {
        let template = try template(
            subscribe("thing1: {value: '{{ x }}', on_overflow: reject}\nthing2: '{{ y }}'", "on_overflow: truncate"))
        #expect(try template.payload(#"{"x":"a","y":"\#(Self.long)"}"#).contains(#""thing2":{"value":"\#(Self.cut)"}"#))
        #expect(try template.fault(#"{"x":"\#(Self.long)","y":"b"}"#)?.reason == .valueTooLong)
    }

    @Test func `a one-time subscription message has limits of its own`() throws {
        let yaml =
            "t: {kind: subscribe-once, template_id: i, scene: '1', title: '{{ x }}', on_overflow: POLICY, "
            + "data: {content: {value: '{{ y }}', on_overflow: CONTENT}}}"
        func of(_ policy: String, _ content: String) throws -> MessageTemplate {
            try template(yaml.replacing("POLICY", with: policy).replacing("CONTENT", with: content))
        }
        let both = #"{"x":"\#(Self.long)","y":"\#(String(repeating: "长", count: 201))"}"#
        #expect(try of("truncate", "truncate").payload(both).contains(#""title":"一二三四五六七八九十一二三四…""#))
        #expect(
            try of("truncate", "reject").fault(both)?.description
                == "template t: data.content.value takes at most 200 characters, this value has 201")
        #expect(
            try of("reject", "truncate").fault(both)?.description
                == "template t: title takes at most 15 characters, this value has 23")
    }

    @Test func `what is constant and too long is no fault where it is cut`() throws {
        let payload = try template(subscribe("thing1: \(Self.long)", "on_overflow: truncate")).payload()
        #expect(payload.contains(#""thing1":{"value":"\#(Self.cut)"}"#))
    }

    @Test func `service accounts' templates keep their head and tail line`() throws {
        let template = try template(
            "t: {kind: template, template_id: i, on_overflow: truncate, data: {first: '{{ x }}', name: '{{ x }}', remark: '{{ x }}'}}"
        )
        #expect(
            try template.payload(#"{"x":"\#(Self.long)"}"#).contains(
                #""first":{"value":"\#(Self.long)"},"name":{"value":"\#(Self.cut)"},"remark":{"value":"\#(Self.long)"}"#
            ))
    }
}
