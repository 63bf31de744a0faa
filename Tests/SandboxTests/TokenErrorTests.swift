import JSON
import Sandbox
import Testing

@Suite("Calls for a token") struct TokenErrorTests {
    static let seed = """
        {"apps":[{"appid":"\(Rehearsal.mini)","secret":"\(Rehearsal.secret)","type":"mini","ips":["10.0.0.7"]},
                 {"appid":"\(Rehearsal.service)","secret":"another","type":"service"}]}
        """

    @Test(
        arguments: [
            ("appid=A&secret=B", 40002), ("grant_type=authorization_code&appid=A&secret=B", 40002),
            ("grant_type=client_credential&secret=B", 41002), ("", 41002),
            ("grant_type=client_credential&appid=A", 41004),
            ("grant_type=client_credential&appid=A&secret=", 41004),
            ("grant_type=client_credential&appid=A&secret=B", 40013),
            ("grant_type=client_credential&appid=\(Rehearsal.mini)&secret=wrong", 40125),
            ("grant_type=client_credential&appid=\(Rehearsal.mini)&secret=another", 40001),
            ("grant_type=client_credential&appid=\(Rehearsal.mini)&secret=\(Rehearsal.secret)", 40164),
        ])
    func `are refused with WeChat's codes`(query: String, code: Int) throws {
        let rehearsal = Rehearsal(seed: Self.seed)
        #expect(rehearsal.get("/cgi-bin/token", query).code == code)
        #expect(rehearsal.call("POST", "/cgi-bin/token", query: query).code == code)
        var object = JSONObject()
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=").map(String.init)
            object[parts[0]] = .string(parts.count > 1 ? parts[1] : "")
        }
        #expect(rehearsal.post("/cgi-bin/stable_token", JSONValue.object(object).description).code == code)
    }

    @Test(arguments: [-1, 40243, 45011, 50004, 50007, 61004, 45035, 89503, 89506, 89507])
    func `meet what nobody can seed by a fault or by an appid's name`(code: Int) {
        let rehearsal = Rehearsal()
        #expect(rehearsal.classic("fail_\(code)_app").code == code)
        #expect(rehearsal.stable("refuse_\(code)_app").code == code)
        #expect(rehearsal.stable("fail_\(code)_x1_app").code == code)
        #expect(rehearsal.stable("fail_\(code)_x1_app").code == 0)
        _ = rehearsal.post("/sandbox/faults", #"{"effect":"code","errcode":\#(code),"path":"/cgi-bin/token"}"#)
        #expect(rehearsal.classic().code == code)
        #expect(rehearsal.stable().code == 0)
    }

    @Test func `for a stable one want POST and JSON`() {
        let rehearsal = Rehearsal()
        #expect(rehearsal.get("/cgi-bin/stable_token").code == 43002)
        #expect(rehearsal.post("/cgi-bin/stable_token", "{").code == 47001)
        #expect(rehearsal.post("/cgi-bin/stable_token", "").code == 44002)
    }

    @Test func `name the address that is not in the list, which can change`() {
        let rehearsal = Rehearsal(seed: Self.seed)
        let refused = rehearsal.classic(peer: "203.0.113.9")
        #expect(refused.code == 40164)
        #expect(refused.message.hasPrefix("invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: "))
        #expect(rehearsal.classic(peer: "10.0.0.7").code == 0)
        _ = rehearsal.post("/sandbox/ips", #"{"app":"\#(Rehearsal.mini)","allow":["203.0.113.9"]}"#)
        #expect(rehearsal.classic(peer: "203.0.113.9").code == 0)
        #expect(rehearsal.classic(peer: "10.0.0.7").code == 40164)
        _ = rehearsal.post("/sandbox/ips", #"{"app":"\#(Rehearsal.mini)","allow":null}"#)
        #expect(rehearsal.classic().code == 0)
    }

    @Test func `run out as they do at WeChat, until the quota is cleared`() {
        let rehearsal = Rehearsal()
        for _ in 0..<2000 { #expect(rehearsal.classic().code == 0) }
        let refused = rehearsal.classic()
        #expect(refused.code == 45009)
        #expect(refused.message.contains("getStableAccessToken"))
        let query = "appid=\(Rehearsal.mini)&appsecret=\(Rehearsal.secret)"
        #expect(rehearsal.call("POST", "/cgi-bin/clear_quota/v2", query: query).code == 0)
        #expect(rehearsal.classic().code == 0)
        for _ in 0..<10_000 { _ = rehearsal.stable() }
        #expect(rehearsal.stable().code == 45011)
        rehearsal.wait(.seconds(60))
        #expect(rehearsal.stable().code == 0)
    }
}
