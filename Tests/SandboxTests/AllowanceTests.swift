import JSON
import Sandbox
import Testing

@Suite("What a message uses up") struct AllowanceTests {
    @Test func `is a grant, and only when it is taken`() {
        let rehearsal = Rehearsal(
            seed: """
                {"grants":[{"openid":"oAlice","template":"T1","count":2},{"openid":"oAlice","template":"LONG"}],
                 "templates":[{"id":"T1"},{"id":"LONG","type":"long-term"}]}
                """)
        // Whether the person agrees is asked before what is in the message.
        #expect(rehearsal.subscribe("oBob", ["data": "7"]).code == 43101)
        #expect(rehearsal.subscribe("oAlice", ["data": "7"]).code == 47003)
        #expect(rehearsal.subscribe("oAlice").code == 0)
        #expect(rehearsal.subscribe("oAlice").code == 0)
        #expect(rehearsal.subscribe("oAlice").code == 43101)
        for _ in 0..<5 { #expect(rehearsal.subscribe("oAlice", ["template_id": "\"LONG\""]).code == 0) }
        func grant(_ count: Int) {
            let body = #"{"app":"\#(Rehearsal.mini)","openid":"oAlice","template":"T1","count":\#(count)}"#
            #expect(rehearsal.post("/sandbox/grants", body).reply.status == 200)
        }
        grant(3)
        #expect(rehearsal.subscribe("oAlice").code == 0)
        grant(0)
        #expect(rehearsal.subscribe("oAlice").code == 43101)
        // Another account has its own.
        #expect(rehearsal.subscribe("oAlice", app: "wxother").code == 0)
    }

    @Test func `may be one grant that everybody has of every template`() {
        let rehearsal = Rehearsal { $0.grants = 1 }
        #expect(rehearsal.subscribe("oAlice").code == 0)
        #expect(rehearsal.subscribe("oAlice").code == 43101)
        #expect(rehearsal.subscribe("oAlice", ["template_id": "\"T9\""]).code == 0)
        #expect(rehearsal.template("oAlice").code == 0)
        #expect(rehearsal.template("oAlice").code == 0)
    }

    @Test(
        arguments: [
            ("message", 5, Duration.seconds(48 * 3600)), ("enter", 2, .seconds(60)), ("menu", 3, .seconds(60)),
            ("follow", 3, .seconds(60)), ("scan", 3, .seconds(60)),
        ])
    func `is a share of what an interaction allows`(kind: String, count: Int, window: Duration) {
        let rehearsal = Rehearsal { $0.hasReplyWindows = true }
        #expect(rehearsal.customer().code == 45015)
        func interact() {
            let body = #"{"app":"\#(Rehearsal.service)","openid":"oAlice","kind":"\#(kind)"}"#
            #expect(rehearsal.post("/sandbox/interactions", body).reply.status == 200)
        }
        interact()
        for _ in 0..<count { #expect(rehearsal.customer().code == 0) }
        #expect(rehearsal.customer().code == 45047)
        interact()
        rehearsal.wait(window - .seconds(1))
        #expect(rehearsal.customer().code == 0)
        rehearsal.wait(.seconds(1))
        #expect(rehearsal.customer().code == 45015)
    }

    @Test func `is nothing after a payment`() {
        let rehearsal = Rehearsal(seed: #"{"interactions":[{"openid":"oAlice","kind":"pay"}]}"#)
        for _ in 0..<50 { #expect(rehearsal.customer().code == 0) }
        #expect(rehearsal.customer("oBob").code == 45015)
    }

    @Test func `is a formId once and a prepay_id three times, within seven days, by its owner`() {
        let rehearsal = SendTests.rehearsal2019()
        #expect(rehearsal.formMessage("f1").code == 0)
        #expect(rehearsal.formMessage("f1").code == 41029)
        for _ in 0..<3 { #expect(rehearsal.formMessage("wx201410272009395522657a690389285100").code == 0) }
        #expect(rehearsal.formMessage("wx201410272009395522657a690389285100").code == 41029)
        #expect(rehearsal.formMessage("prepay_id=1").code == 0)
        #expect(rehearsal.formMessage("prepay_id=1", to: "oBob").code == 41028)
        rehearsal.wait(.seconds(7 * 86_400))
        #expect(rehearsal.formMessage("prepay_id=1").code == 41028)
        #expect(rehearsal.formMessage("the formId is a mock one").code == 41028)
        #expect(rehearsal.formMessage("").code == 41028)
        #expect(rehearsal.formMessage("f2", to: "oAlice", #","emphasis_keyword":"first.DATA""#).code == 40138)
        #expect(rehearsal.formMessage("f2", to: "oAlice", #","emphasis_keyword":"keyword1.DATA""#).code == 0)
    }

    @Test func `is a formId of the seed, if there are any`() {
        let rehearsal = Rehearsal(seed: #"{"form_ids":[{"id":"f1","openid":"oAlice","uses":2},{"id":"f2"}]}"#) {
            $0.era = .year2019
        }
        #expect(rehearsal.formMessage("f1", to: "oBob").code == 41028)
        #expect(rehearsal.formMessage("f1").code == 0)
        #expect(rehearsal.formMessage("f1").code == 0)
        #expect(rehearsal.formMessage("f1").code == 41029)
        #expect(rehearsal.formMessage("f2", to: "oBob").code == 0)
        #expect(rehearsal.formMessage("f3").code == 41028)
    }

    @Test func `is a call within a limit`() {
        let rehearsal = Rehearsal {
            $0.limits = [
                CallLimit(2, per: .second, path: "/cgi-bin/message/subscribe/*"),
                CallLimit(3, per: .minute, path: "/cgi-bin/message/subscribe/send"),
                CallLimit(4, per: .day, path: "/cgi-bin/message/subscribe/send", app: Rehearsal.mini),
            ]
        }
        #expect(rehearsal.subscribe().code == 0)
        #expect(rehearsal.subscribe().code == 0)
        #expect(rehearsal.subscribe().code == 44990)
        rehearsal.wait(.seconds(1))
        #expect(rehearsal.subscribe().code == 0)
        #expect(rehearsal.subscribe().code == 45011)
        rehearsal.wait(.seconds(60))
        #expect(rehearsal.subscribe().code == 0)
        #expect(rehearsal.subscribe().code == 45009)
        #expect(rehearsal.subscribe(app: "wxother").code == 0)
        rehearsal.wait(.seconds(12 * 3600))
        #expect(rehearsal.subscribe().code == 0)
    }

    @Test func `is a share of WeChat's daily quota, if that is wanted`() throws {
        let rehearsal = Rehearsal { $0.hasDailyQuotas = true }
        let token = rehearsal.token(Rehearsal.service)
        func quota(_ path: String) -> Rehearsal.Answer {
            rehearsal.post("/cgi-bin/openapi/quota/get", #"{"cgi_path":"\#(path)"}"#, token: token)
        }
        #expect(rehearsal.template().code == 0)
        let answer = quota("/cgi-bin/message/template/send")
        #expect(answer.object["quota"] == ["daily_limit": 100_000, "used": 1, "remain": 99_999])
        #expect(quota("/cgi-bin/nothing").code == 76021)
        #expect(quota("/sns/jscode2session").code == 76022)
        #expect(quota("cgi-bin/token").code == 76003)
        #expect(
            quota("/cgi-bin/stable_token").object["rate_limit"] == ["call_count": 10_000, "refresh_second": 60])
        let body = #"{"touser":"oAlice","template_id":"T","data":{}}"#
        for _ in 1..<100_000 {
            _ = rehearsal.post("/cgi-bin/message/template/send", body, token: token)
        }
        #expect(rehearsal.template().code == 45009)
        #expect(rehearsal.post("/cgi-bin/clear_quota", #"{"appid":"wxwrong"}"#, token: token).code == 40013)
        for _ in 0..<10 {
            let cleared = rehearsal.post("/cgi-bin/clear_quota", #"{"appid":"\#(Rehearsal.service)"}"#, token: token)
            #expect(cleared.code == 0)
        }
        #expect(rehearsal.template().code == 0)
        let query = "appid=\(Rehearsal.service)&appsecret=x"
        #expect(rehearsal.call("POST", "/cgi-bin/clear_quota/v2", query: query).code == 48006)
        #expect(rehearsal.call("POST", "/cgi-bin/clear_quota/v2", query: "appid=a").code == 41004)
        #expect(rehearsal.call("POST", "/cgi-bin/clear_quota/v2").code == 41002)
    }

    @Test func `is nothing for typing, which has rules of its own`() {
        let rehearsal = Rehearsal { $0.hasReplyWindows = true }
        let token = rehearsal.token()
        func type(_ command: String) -> Int? {
            rehearsal.post(
                "/cgi-bin/message/custom/typing", #"{"touser":"oAlice","command":"\#(command)"}"#, token: token
            ).code
        }
        #expect(type("Typing") == 45080)
        _ = rehearsal.post("/sandbox/interactions", #"{"app":"\#(Rehearsal.mini)","openid":"oAlice"}"#)
        #expect(type("Typing") == 0)
        #expect(type("Typing") == 45081)
        #expect(type("CancelTyping") == 0)
        #expect(type("Typing") == 0)
        #expect(type("typing") == 45072)
    }
}
