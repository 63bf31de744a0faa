import JSON
import Testing
import WeChat
import Worker

struct JobReadingTests {
    private func job(_ text: String, messageID: String? = nil) -> Job {
        Job(reading: Array(text.utf8), messageID: messageID)
    }

    @Test func `a job with everything is read`() {
        let job = job(
            #"""
            {"id":"o-1","app":"mini","to":{"openid":"oX"},"template":"paid","params":{"a":1},"page":"p","url":"u",
             "miniprogram":{"appid":"wx"},"form_id":"f","not_before":"2026-11-20T08:00:00Z",
             "expires_at":"2026-11-20T09:00:00Z","meta":{"k":[1]}}
            """#)
        #expect(job.fault == nil)
        #expect(job.id == "o-1" && job.hasOwnID && job.app == "mini" && job.recipient == .openid("oX"))
        #expect(job.overrides.page == "p" && job.overrides.url == "u" && job.overrides.miniprogram?.count == 1)
        #expect(job.formID == "f" && job.meta?["k"] != nil)
        #expect(job.notBefore?.rfc3339 == "2026-11-20T08:00:00.000Z")
        #expect(job.expiresAt?.rfc3339 == "2026-11-20T09:00:00.000Z")
        guard case .template("paid", let params) = job.content else { return #expect(Bool(false), "no template") }
        #expect(params["a"]?.integer == 1)
    }

    @Test func `raw payloads and codes are read`() {
        let job = job(#"{"to":{"code":"c"},"kind":"customer","message":{"msgtype":"text","text":{"content":"x"}}}"#)
        #expect(job.fault == nil && job.recipient == .code("c"))
        guard case .message(.customer, let message) = job.content else { return #expect(Bool(false), "no message") }
        #expect(message["msgtype"]?.string == "text")
    }

    @Test func `a missing id is the message_id, or made up and of no use to recognise a copy`() {
        let body = #"{"to":"o","template":"t","params":{}}"#
        #expect(job(body, messageID: "m-1").id == "m-1")
        #expect(job(body, messageID: "m-1").hasOwnID)
        #expect(job(body).id.hasPrefix("wxpush-") && !job(body).hasOwnID)
        #expect(job(body).id != job(body).id)
    }

    static let faults: [(String, JobReason, String)] = [
        ("", .badJSON, "byte 0"), ("{", .badJSON, "byte 1"), ("[]", .badJSON, "not an object"),
        ("nul", .badJSON, "byte"),
        (#"{"to":"o","to":"p"}"#, .badJSON, "to"), ("\u{FEFF}{}", .badJSON, "byte 0"),
        (#"{"to":"o","template":"t","params":{},"parms":{}}"#, .unknownKey, "\"parms\""),
        (#"{"template":"t","params":{}}"#, .missingKey, "\"to\""), (#"{"to":"o"}"#, .missingKey, "\"template\""),
        (#"{"to":"o","template":"t"}"#, .missingKey, "\"params\""),
        (#"{"to":"o","kind":"subscribe"}"#, .missingKey, "\"message\""),
        (#"{"to":"o","message":{}}"#, .missingKey, "\"kind\""),
        (#"{"to":"o","kind":"sms","message":{}}"#, .badValue, "subscribe, template"),
        (#"{"to":"o","template":"t","params":{},"kind":"subscribe"}"#, .conflictingKeys, "either"),
        (#"{"to":"o","kind":"subscribe","message":{},"params":{}}"#, .conflictingKeys, "\"params\""),
        (#"{"to":7,"template":"t","params":{}}"#, .wrongType, "\"to\""),
        (#"{"to":{},"template":"t","params":{}}"#, .wrongType, "\"to\""),
        (#"{"to":{"unionid":"u"},"template":"t","params":{}}"#, .unknownKey, "unionid"),
        (#"{"to":"","template":"t","params":{}}"#, .badValue, "\"to\""),
        (#"{"id":"","to":"o","template":"t","params":{}}"#, .badValue, "\"id\""),
        (#"{"id":5,"to":"o","template":"t","params":{}}"#, .wrongType, "\"id\""),
        (#"{"to":"o","template":"t","params":[]}"#, .wrongType, "\"params\""),
        (#"{"to":"o","template":"t","params":{},"meta":"x"}"#, .wrongType, "\"meta\""),
        (#"{"to":"o","template":"t","params":{},"expires_at":"tomorrow"}"#, .badValue, "\"expires_at\""),
        (#"{"to":"o","template":"t","params":{},"not_before":1795161600}"#, .wrongType, "\"not_before\""),
    ]

    @Test(arguments: faults)
    func `what is wrong is named`(body: String, reason: JobReason, words: String) {
        let fault = job(body).fault
        #expect(fault?.reason == reason, "\(body)")
        #expect(fault?.detail.contains(words) == true, "\(fault?.detail ?? "no fault")")
    }

    @Test func `limits are kept`() {
        let long = String(repeating: "x", count: 129)
        #expect(job(#"{"id":"\#(long)","to":"o","template":"t","params":{}}"#).fault?.reason == .badValue)
        let meta = String(repeating: "x", count: 4096)
        #expect(job(#"{"to":"o","template":"t","params":{},"meta":{"a":"\#(meta)"}}"#).fault?.reason == .badValue)
        let huge = Job(reading: [UInt8](repeating: 0x20, count: Job.Limits.body + 1), messageID: "m")
        #expect(huge.fault?.reason == .bodyTooLarge && huge.id == "m")
    }

    @Test func `what could be read beside a fault is there for the result`() {
        let job = job(#"{"id":"o-2","meta":{"n":1},"to":"o","template":"t","params":{},"oops":1}"#, messageID: "m")
        #expect(job.fault?.reason == .unknownKey)
        #expect(job.id == "o-2" && job.meta?["n"]?.integer == 1 && job.recipient == .openid("o"))
        #expect(self.job("nonsense", messageID: "m-7").id == "m-7")
        #expect(self.job("nonsense").id.isEmpty)
    }

    @Test func `bytes of any kind end as a fault or a job`() {
        var random = SystemRandomNumberGenerator()
        let seed = Array(
            #"{"id":"o","to":{"code":"c"},"template":"t","params":{"a":[1,2.5e3,null,true,"\u4f60"]}}"#.utf8)
        for _ in 0..<5000 {
            var body = seed
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            let job = Job(reading: body)
            #expect(job.fault != nil || job.recipient != nil)
        }
    }
}
