import JSON
import Sandbox
import Testing

@Suite("Login codes") struct SessionTests {
    private func exchange(_ rehearsal: Rehearsal, _ code: String, app: String = Rehearsal.mini) -> Rehearsal.Answer {
        rehearsal.get(
            "/sns/jscode2session",
            "appid=\(app)&secret=\(Rehearsal.secret)&js_code=\(code)&grant_type=authorization_code")
    }

    @Test func `are good once and give an openid that follows from them`() {
        let rehearsal = Rehearsal()
        let first = exchange(rehearsal, "code-1")
        #expect(first.code == 0)
        #expect(first.object["errcode"] == nil)
        #expect(first.string("openid").utf8.count == 28)
        #expect(first.string("openid").hasPrefix("o"))
        #expect(!first.string("session_key").isEmpty)
        #expect(exchange(rehearsal, "code-1").code == 40163)
        rehearsal.wait(.seconds(301))
        #expect(exchange(rehearsal, "code-1").code == 40029)
        #expect(exchange(rehearsal, "code-2").string("openid") != first.string("openid"))
        #expect(exchange(Rehearsal(), "code-1").string("openid") == first.string("openid"))
        #expect(exchange(rehearsal, "code-1", app: "wxother").string("openid") != first.string("openid"))
    }

    @Test func `of a seed are all there are`() {
        let rehearsal = Rehearsal(
            seed: #"{"codes":[{"code":"c1","openid":"oAlice","unionid":"u1"},{"code":"c2"}]}"#)
        let first = exchange(rehearsal, "c1")
        #expect(first.string("openid") == "oAlice")
        #expect(first.string("unionid") == "u1")
        #expect(exchange(rehearsal, "c2").string("openid").hasPrefix("o"))
        #expect(exchange(rehearsal, "c3").code == 40029)
        _ = rehearsal.post("/sandbox/codes", #"{"app":"\#(Rehearsal.mini)","code":"c3","openid":"oBob"}"#)
        _ = rehearsal.post("/sandbox/codes", #"{"app":"\#(Rehearsal.mini)","code":"c4","openid":"oBob"}"#)
        #expect(exchange(rehearsal, "c3").string("openid") == "oBob")
        rehearsal.wait(.seconds(300))
        #expect(exchange(rehearsal, "c4").code == 40029)
    }

    @Test(arguments: [-1, 40029, 40163, 40226, 45011])
    func `ask for an error by their name`(code: Int) {
        #expect(exchange(Rehearsal(), "fail_\(code)_x").code == code)
    }

    @Test(
        arguments: [
            ("secret=S&js_code=C&grant_type=authorization_code", 41002),
            ("appid=A&js_code=C&grant_type=authorization_code", 41004),
            ("appid=A&secret=S&grant_type=authorization_code", 41008),
            ("appid=A&secret=S&js_code=C", 40002),
            ("appid=A&secret=S&js_code=C&grant_type=authorization_code", 40013),
            ("appid=\(Rehearsal.mini)&secret=S&js_code=C&grant_type=authorization_code", 40125),
            ("appid=\(Rehearsal.mini)&secret=\(Rehearsal.secret)&js_code=%20&grant_type=authorization_code", 40029),
        ])
    func `are refused with WeChat's codes`(query: String, code: Int) {
        #expect(Rehearsal(seed: TokenErrorTests.seed).get("/sns/jscode2session", query).code == code)
    }
}
