import JSON
import Testing
import WeChat

@testable import Sandbox

@Suite("The control API") struct ControlTests {
    @Test(arguments: ["/sandbox", "/sandbox/"])
    func `tells what there is`(path: String) {
        let help = Rehearsal().get(path)
        #expect(help.reply.form == .text)
        for path in [
            "counters", "messages", "faults", "tokens/revoke", "ips", "grants", "interactions", "codes", "reset",
        ] {
            #expect(help.text.contains("/sandbox/\(path)"))
        }
    }

    @Test func `counts what was answered, by path, app and code`() {
        let rehearsal = Rehearsal()
        _ = rehearsal.subscribe()
        _ = rehearsal.subscribe("fail_43101_x")
        _ = rehearsal.subscribe("lose_x")
        _ = rehearsal.classic()
        _ = rehearsal.stable(force: true)
        _ = rehearsal.post("/cgi-bin/none", "{}")
        rehearsal.wait(.seconds(5))
        let counters = rehearsal.get("/sandbox/counters").object
        #expect(counters["accepted"] == 1)
        #expect(counters["faults"] == 2)
        #expect(counters["seconds"] == 5)
        #expect(counters["tokens"] == ["classic": 1, "stable": 1, "stable_repeated": 2, "stable_forced": 1])
        let app = JSONValue.string(Rehearsal.mini)
        let path = JSONValue.string("/cgi-bin/message/subscribe/send")
        #expect(
            counters["calls"] == [
                ["path": "/cgi-bin/token", "app": app, "errcode": 0, "count": 1],
                ["path": "/cgi-bin/stable_token", "app": app, "errcode": 0, "count": 4],
                ["path": path, "app": app, "errcode": 0, "count": 1],
                ["path": path, "app": app, "errcode": 43101, "count": 1],
                ["path": path, "app": app, "count": 1], ["path": "other", "errcode": 40066, "count": 1],
            ])
    }

    @Test func `shows what was taken, filtered`() {
        let rehearsal = Rehearsal()
        for place in 0..<5 { _ = rehearsal.subscribe("o\(place % 2)") }
        _ = rehearsal.template("o0")
        func numbers(_ query: String) -> [Int64?] {
            rehearsal.get("/sandbox/messages", query).object["messages"]?.array?.map {
                $0.object?["number"]?.integer
            } ?? []
        }
        #expect(numbers("") == [1, 2, 3, 4, 5, 6])
        #expect(numbers("openid=o1") == [2, 4])
        #expect(numbers("app=\(Rehearsal.service)") == [6])
        #expect(numbers("kind=subscribe&limit=2") == [4, 5])
        #expect(numbers("since=1&limit=2") == [2, 3])
        #expect(numbers("since=6").isEmpty)
        #expect(numbers("since=9223372036854775807").isEmpty)
        #expect(numbers("limit=0").isEmpty)
        #expect(rehearsal.get("/sandbox/messages").number("last") == 6)
        for query in ["kind=x", "since=x", "limit=-1", "since=99999999999999999999"] {
            #expect(rehearsal.get("/sandbox/messages", query).reply.status == 400, "\(query)")
        }
    }

    @Test func `never shows a token or a secret`() {
        let rehearsal = Rehearsal(seed: TokenErrorTests.seed.replacing(#","ips":["10.0.0.7"]"#, with: ""))
        let token = rehearsal.token()
        _ = rehearsal.subscribe()
        _ = rehearsal.subscribe("fail_-1_x")
        _ = rehearsal.stable(secret: "wrong")
        // Some callers put their token into the body.
        let body = #"{"access_token":"\#(token)","touser":"oAlice","template_id":"T","data":{"x":{"value":"a"}}}"#
        #expect(rehearsal.post("/cgi-bin/message/subscribe/send", body, token: token).code == 0)
        for path in ["", "counters", "messages", "faults"] {
            let text = rehearsal.get("/sandbox/\(path)").text
            #expect(!text.contains(token) && !text.contains(Rehearsal.secret))
        }
        let refused = rehearsal.post(
            "/cgi-bin/message/subscribe/send", body.replacing("oAlice", with: "!"), token: token)
        let rid = refused.message.split(separator: " ").last ?? ""
        let record = rehearsal.post("/cgi-bin/openapi/rid/get", #"{"rid":"\#(rid)"}"#, token: token)
        #expect(record.code == 0 && !record.text.contains(token))
        var shown = ""
        dump(rehearsal.engine.options.seed, to: &shown)
        #expect(shown.contains(Rehearsal.mini) && !shown.contains(Rehearsal.secret))
    }

    @Test func `goes back to the start`() {
        let rehearsal = Rehearsal(
            seed:
                #"{"grants":[{"openid":"oAlice","template":"T1"}],"faults":[{"effect":"revoke","times":1,"openid":"x"}]}"#
        )
        let token = rehearsal.token()
        #expect(rehearsal.subscribe().code == 0)
        #expect(rehearsal.subscribe().code == 43101)
        _ = rehearsal.post("/sandbox/faults", #"{"effect":"drop"}"#)
        #expect(rehearsal.post("/sandbox/reset", "").object["ok"] == true)
        #expect(rehearsal.state(of: token) == 40001)
        #expect(rehearsal.accepted == 0)
        #expect(rehearsal.get("/sandbox/messages").object["messages"] == [])
        #expect(rehearsal.get("/sandbox/faults").object["faults"]?.array?.count == 1)
        #expect(rehearsal.subscribe().code == 0)
    }

    @Test(
        arguments: [
            ("GET", "/sandbox/none", "", 404, "no such path"), ("POST", "/sandbox/none", "{}", 404, "no such path"),
            ("GET", "/sandbox/reset", "", 405, "this path takes POST"),
            ("PUT", "/sandbox/faults", "", 405, "this path takes GET and POST"),
            ("POST", "/sandbox/counters", "", 405, "this path takes GET"),
            ("POST", "/sandbox/faults", "{", 400, "the body is no JSON"),
            ("POST", "/sandbox/faults", "7", 400, "must be an object"),
            ("POST", "/sandbox/faults", #"[{"effect":"x"}]"#, 400, "[0].effect must be one of code"),
            ("POST", "/sandbox/faults", #"{"clear":1}"#, 400, "clear must be true or false"),
            ("POST", "/sandbox/tokens/revoke", "{}", 400, "app is missing"),
            ("POST", "/sandbox/tokens/revoke", #"{"app":"a b"}"#, 400, "app is not an appid"),
            ("POST", "/sandbox/tokens/revoke", #"{"app":"a","kind":"x"}"#, 400, "kind must be one of classic, stable"),
            ("POST", "/sandbox/ips", #"{"app":"a"}"#, 400, "allow is missing"),
            ("POST", "/sandbox/ips", #"{"app":"a","allow":7}"#, 400, "allow must be an array"),
            ("POST", "/sandbox/grants", #"{"app":"a","openid":"o","template":"t"}"#, 400, "grants are not looked at"),
            ("POST", "/sandbox/interactions", #"{"app":"a","openid":"o"}"#, 400, "reply windows are not looked at"),
            (
                "POST", "/sandbox/interactions", #"{"app":"a","openid":"o","kind":"wave"}"#, 400,
                "kind must be one of message"
            ),
            ("POST", "/sandbox/codes", #"{"app":"a"}"#, 400, "code is missing"),
        ])
    func `says what is wrong with a call`(method: String, path: String, body: String, status: Int, problem: String) {
        let answer = Rehearsal().call(method, path, body: Array(body.utf8))
        #expect(answer.reply.status == status)
        #expect(answer.string("error").hasPrefix(problem), "\(answer.text)")
    }

    @Test func `takes a thousand faults, but no more`() {
        let rehearsal = Rehearsal()
        let faults = (0..<600).map { _ in #"{"effect":"drop","openid":"x"}"# }.joined(separator: ",")
        #expect(rehearsal.post("/sandbox/faults", "[\(faults)]").reply.status == 200)
        let refused = rehearsal.post("/sandbox/faults", "[\(faults)]")
        #expect(refused.string("error") == "more than 1000 faults; clear them first")
        #expect(rehearsal.get("/sandbox/faults").object["faults"]?.array?.count == 600)
        #expect(rehearsal.post("/sandbox/faults", #"{"clear":true}"#).object["faults"] == [])
    }

    @Test func `shows the templates of the seed as WeChat does`() throws {
        let rehearsal = Rehearsal(
            seed: """
                {"templates":[{"id":"B","type":"long-term","title":"取件","keys":["thing1","enum2"],"enums":{"enum2":["是"]}},
                              {"id":"C","type":"service","keys":["first"]},{"id":"A","app":"wxother"}]}
                """)
        let query = "access_token=\(rehearsal.token())"
        #expect(
            rehearsal.get("/wxaapi/newtmpl/gettemplate", query).object["data"] == [
                [
                    "priTmplId": "B", "title": "取件", "content": "thing1:{{thing1.DATA}}\nenum2:{{enum2.DATA}}\n",
                    "example": "", "type": 3,
                    "keywordEnumValueList": [["keywordCode": "enum2", "enumValueList": ["是"]]],
                ]
            ])
        let list = rehearsal.get("/cgi-bin/template/get_all_private_template", query)
        #expect(list.object["errcode"] == nil)
        #expect(list.object["template_list"]?.array?.count == 1)
        #expect(list.object["template_list"]?.array?.first?.object?["template_id"] == "C")
    }
}
