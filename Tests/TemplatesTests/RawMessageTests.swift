import JSON
import Templates
import Testing
import WeChat

@Suite("WeChat's own payload in a job") struct RawMessageTests {
    private func message(
        _ kind: MessageKind, _ json: String, _ slots: MessageSlots = MessageSlots(), sender: AppType? = nil
    ) throws -> Result<String, TemplateFault> {
        let object = try params(json)
        return Result { () throws(TemplateFault) in
            String(decoding: try Message(kind, object, slots, sender: sender).json, as: UTF8.self)
        }
    }

    @Test func `is sent as it is, with what the job overrides`() throws {
        #expect(
            try message(
                .subscribe, #"{"template_id":"i","page":"a","data":{"thing1":{"value":"v"}}}"#, MessageSlots(page: "b"))
                == .success(
                    #"{"template_id":"i","page":"b","data":{"thing1":{"value":"v"}},"miniprogram_state":"formal","lang":"zh_CN"}"#
                ))
        #expect(
            try message(.miniTemplate, #"{"template_id":"i"}"#, MessageSlots(formID: "f"))
                == .success(#"{"template_id":"i","form_id":"f"}"#))
        #expect(
            try message(.template, #"{"template_id":"i","data":{}}"#, MessageSlots(clientMessageID: "c"))
                == .success(#"{"template_id":"i","data":{},"client_msg_id":"c"}"#))
    }

    static let refused: [(kind: MessageKind, json: String, reason: TemplateFault.Reason, description: String)] = [
        (.subscribe, "{}", .payloadInvalid, "message: template_id is missing; data is missing"),
        (
            .subscribe, #"{"template_id":"i","data":{},"pgae":""}"#, .payloadInvalid,
            "message: pgae is not a field of this message"
        ),
        (
            .subscribe, #"{"template_id":"i","data":{"thing1":{"value":"123456789012345678901"}}}"#, .valueTooLong,
            "message: data.thing1.value takes at most 20 characters (thing), this value has 21"
        ),
        (
            .subscribe, #"{"template_id":"i","data":{"number1":{"value":"x"}}}"#, .valueInvalid,
            "message: data.number1.value takes digits, with decimals at most (number)"
        ),
        (
            .miniTemplate, #"{"template_id":"i"}"#, .payloadInvalid,
            "message: form_id is missing; the job gives it in `form_id`"
        ),
    ]

    @Test(arguments: refused)
    func `is refused where WeChat would`(
        _ one: (kind: MessageKind, json: String, reason: TemplateFault.Reason, description: String)
    ) throws {
        guard case .failure(let fault) = try message(one.kind, one.json) else {
            Issue.record("taken")
            return
        }
        #expect(fault.reason == one.reason)
        #expect(fault.description == one.description)
    }

    @Test func `what the sender's type of app cannot send is refused`() throws {
        let voice = #"{"msgtype":"voice","voice":{"media_id":"m"}}"#
        #expect(try message(.customer, voice, sender: .service) == .success(voice))
        #expect(throws: TemplateFault.self) { try message(.customer, voice, sender: .mini).get() }
    }
}
