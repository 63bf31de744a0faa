import Testing
import WeChat

@Suite("An answer with credentials") struct CredentialAnswerTests {
    private func token(_ text: String) throws(AnswerError) -> TokenAnswer {
        try TokenAnswer(parsing: Array(text.utf8).span)
    }

    private func session(_ text: String) throws(AnswerError) -> SessionAnswer {
        try SessionAnswer(parsing: Array(text.utf8).span)
    }

    /// Everything that printing, interpolating and dumping show of a value.
    private func shown(_ value: Any) -> String {
        var text = "\(value) \(String(reflecting: value)) "
        dump(value, to: &text)
        return text
    }

    @Test(arguments: [
        #"{"access_token":"SECRET_T","expires_in":7200}"#,
        #"{"access_token":"SECRET_T","expires_in":"7200","errcode":0}"#,
    ])
    func `gives a token and its life`(text: String) throws {
        let answer = try token(text)
        #expect(answer.token == "SECRET_T")
        #expect(answer.lifetime == .seconds(7200))
    }

    @Test func `shows no token`() throws {
        let answer = try token(#"{"access_token":"SECRET_T","expires_in":7200}"#)
        #expect(!shown(answer).contains("SECRET"))
        #expect(!shown([answer]).contains("SECRET"))
        #expect(!shown(["a": (answer, Optional(answer))]).contains("SECRET"))
        #expect("\(answer)" == "a token for 7200 s")
    }

    @Test(
        arguments: [
            (#"{"errcode":40164,"errmsg":"invalid ip"}"#, .refused(Answer(code: 40164, message: "invalid ip"))),
            (#"{"expires_in":7200}"#, .invalid(field: "access_token")),
            (#"{"access_token":"","expires_in":7200}"#, .invalid(field: "access_token")),
            (#"{"access_token":7,"expires_in":7200}"#, .invalid(field: "access_token")),
            (#"{"access_token":"SECRET_T"}"#, .invalid(field: "expires_in")),
            (#"{"access_token":"SECRET_T","expires_in":0}"#, .invalid(field: "expires_in")),
            (#"{"access_token":"SECRET_T","expires_in":99999999999}"#, .invalid(field: "expires_in")),
        ] as [(String, AnswerError)])
    func `is refused without a token and its life`(text: String, error: AnswerError) {
        #expect(throws: error) { try token(text) }
        #expect(!shown(error).contains("SECRET"))
    }

    @Test func `gives the openid of a login code and drops the session key`() throws {
        let answer = try session(#"{"session_key":"SECRET_K","openid":"oA","unionid":"uA"}"#)
        #expect(answer.openid == "oA")
        #expect(answer.unionid == "uA")
        #expect(!shown(answer).contains("SECRET"))
        #expect(try session(#"{"openid":"oA","session_key":"SECRET_K","errcode":0}"#).unionid == nil)
    }

    @Test(arguments: [
        #"{"session_key":"SECRET_K"}"#, #"{"session_key":"SECRET_K","openid":1}"#,
        #"{"session_key":"SECRET_K","openid":"#,
        #"["SECRET_K"]"#, #"{"session_key":"SECRET_K","openid":"oA","errcode":40163,"errmsg":"code been used"}"#,
    ])
    func `shows no session key in an error`(text: String) {
        #expect { try session(text) } throws: { !shown($0).contains("SECRET") }
    }
}
