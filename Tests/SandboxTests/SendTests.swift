import JSON
import Sandbox
import Testing
import WeChat

@Suite("Messages") struct SendTests {
    /// A message of each kind that is taken.
    static let bodies: [(kind: MessageKind, body: String)] = [
        (.subscribe, #""template_id":"T","data":{"thing1":{"value":"a"}}"#),
        (.template, #""template_id":"T","data":{"first":{"value":""},"keyword1":{"value":"a"}}"#),
        (.miniTemplate, #""template_id":"T","form_id":"F"#),
        (.uniform, #""mp_template_msg":{"appid":"wx1","template_id":"T","data":{}}"#),
        (.customer, #""msgtype":"text","text":{"content":"hi"}"#),
        (.subscribeBiz, #""template_id":"T","data":{"thing1":{"value":"a"}}"#),
        (.subscribeOnce, #""template_id":"T","scene":"1","title":"a","data":{"content":{"value":"b"}}"#),
    ]

    /// A body of a kind to somebody; form ids are good once, so each has its own.
    static func body(_ kind: MessageKind, to openid: String) -> String {
        let rest = bodies.first { $0.kind == kind }?.body ?? ""
        return #"{"touser":"\#(openid)",\#(rest)"# + (kind == .miniTemplate ? "\(openid)\"}" : "}")
    }

    static func rehearsal2019() -> Rehearsal { Rehearsal { $0.era = .year2019 } }

    @Test(arguments: MessageKind.allCases)
    func `of every kind are taken, with an id where WeChat gives one`(kind: MessageKind) {
        let rehearsal = Self.rehearsal2019()
        let answer = rehearsal.post(kind.path, Self.body(kind, to: "oAlice"), token: rehearsal.token())
        #expect(answer.code == 0)
        #expect(answer.message == "ok")
        #expect(answer.object["errcode"] == 0)
        #expect((answer.number("msgid") > 1 << 53) == kind.answersMessageID)
        #expect(rehearsal.accepted == 1)
        let logged = rehearsal.get("/sandbox/messages").object["messages"]?.array?.first?.object
        #expect(logged?["kind"] == .string(kind.rawValue))
        #expect(logged?["openid"] == "oAlice")
        #expect(logged?["message"]?.object?["touser"] == "oAlice")
    }

    @Test func `get ids that only grow`() {
        let rehearsal = Rehearsal()
        var ids: [Int64] = []
        for place in 0..<100 { ids.append(rehearsal.subscribe("o\(place)").number("msgid")) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 100)
    }

    @Test(arguments: [(MessageKind.miniTemplate, 46101), (.uniform, 45109)])
    func `of withdrawn kinds are refused today`(kind: MessageKind, code: Int) {
        let rehearsal = Rehearsal()
        #expect(rehearsal.post(kind.path, Self.body(kind, to: "oAlice"), token: rehearsal.token()).code == code)
        #expect(rehearsal.accepted == 0)
    }

    /// The codes of the table that no state of a sandbox leads to, and those that one does: all can be asked for by name.
    @Test(arguments: MessageKind.allCases)
    func `meet every code of the error table by an openid's name`(kind: MessageKind) {
        let rehearsal = Self.rehearsal2019()
        let token = rehearsal.token()
        var count = 0
        for code in ErrorTable.rows.flatMap({ [$0.codes.lowerBound, $0.codes.upperBound] }) where code != 0 {
            let answer = rehearsal.post(kind.path, Self.body(kind, to: "fail_\(code)_x"), token: token)
            #expect(answer.code == code)
            #expect(!answer.message.hasPrefix(" "))
            #expect(answer.object["msgid"] == nil)
            count += 1
        }
        #expect(count > 150)
        #expect(rehearsal.accepted == 0)
        #expect(rehearsal.post(kind.path, Self.body(kind, to: "fail_x"), token: token).code == 0)
    }

    @Test func `that fail carry a rid that can be looked up, without the token`() throws {
        let rehearsal = Rehearsal()
        let token = rehearsal.token()
        let body = Self.body(.subscribe, to: "fail_43101_x")
        let refused = rehearsal.post("/cgi-bin/message/subscribe/send", body, token: token)
        let rid = try #require(refused.message.split(separator: " ").last.map(String.init))
        #expect(rid.split(separator: "-").map(\.utf8.count) == [8, 8, 8])
        #expect(refused.message == "user refuse to accept the msg rid: \(rid)")
        let found = rehearsal.post("/cgi-bin/openapi/rid/get", #"{"rid":"\#(rid)"}"#, token: token)
        #expect(found.object["request"]?.object?["request_body"]?.string == body)
        #expect(found.object["request"]?.object?["response_body"]?.string == refused.text)
        #expect(!found.text.contains(token))
        #expect(rehearsal.post("/cgi-bin/openapi/rid/get", #"{"rid":"1-2-3"}"#, token: token).code == 76001)
        #expect(rehearsal.post("/cgi-bin/openapi/rid/get", "{}", token: token).code == 76003)
    }

    @Test func `want POST, a token and JSON, in this order`() {
        let rehearsal = Rehearsal()
        let path = MessageKind.subscribe.path
        #expect(rehearsal.get(path).code == 43002)
        #expect(rehearsal.call("PUT", path).code == 43002)
        #expect(rehearsal.call("DELETE", "/cgi-bin/token").code == 43001)
        #expect(rehearsal.post(path, "{").code == 41001)
        let token = rehearsal.token()
        #expect(rehearsal.post(path, "{", token: token).code == 47001)
        #expect(rehearsal.post(path, "[]", token: token).code == 47001)
        #expect(rehearsal.post(path, "", token: token).code == 44002)
        #expect(rehearsal.post(path, "{}", token: token).code == 41009)
        #expect(rehearsal.post(path, #"{"touser":"o","touser":"p"}"#, token: token).code == 47001)
        rehearsal.wait(.seconds(7200))
        #expect(rehearsal.post(path, "{", token: token).code == 42001)
    }

    @Test(
        arguments: [
            (MessageKind.subscribe, 0, 45103), (.template, 48001, 0), (.subscribeBiz, 45103, 0),
            (.subscribeOnce, 48001, 0), (.customer, 0, 0), (.miniTemplate, 0, 48001), (.uniform, 0, 48001),
        ])
    func `want a token of the right type of account`(kind: MessageKind, mini: Int, service: Int) {
        let rehearsal = Rehearsal(
            seed: """
                {"apps":[{"appid":"\(Rehearsal.mini)","type":"mini"},{"appid":"\(Rehearsal.service)","type":"service"},
                         {"appid":"wx1"}]}
                """
        ) { $0.era = .year2019 }
        let body = Self.body(kind, to: "oAlice")
        #expect(rehearsal.post(kind.path, body, token: rehearsal.token()).code == mini)
        #expect(rehearsal.post(kind.path, body, token: rehearsal.token(Rehearsal.service)).code == service)
        #expect(rehearsal.classic("wxunknown").code == 40013)
    }

    @Test(arguments: ["a b", "你好", "", String(repeating: "o", count: 129), "o!", "o\\u0000"])
    func `want an openid that can be one`(openid: String) {
        #expect(Rehearsal().subscribe(openid).code == 40003)
    }

    @Test func `want an openid that is text`() {
        #expect(Rehearsal().subscribe("oAlice", ["touser": "7"]).code == 40003)
        #expect(Rehearsal().subscribe("oAlice", ["touser": ""]).code == 41009)
    }

    @Test func `of service accounts are recognised by their client_msg_id for ten minutes`() {
        let rehearsal = Rehearsal()
        let key = ["client_msg_id": "\"k1\""]
        let first = rehearsal.template("oAlice", key)
        #expect(rehearsal.template("oAlice", key).number("msgid") == first.number("msgid"))
        rehearsal.wait(.seconds(599))
        #expect(rehearsal.template("oAlice", key).number("msgid") == first.number("msgid"))
        #expect(rehearsal.accepted == 1)
        #expect(rehearsal.get("/sandbox/counters").number("duplicates") == 2)
        #expect(rehearsal.template("oBob", key).number("msgid") != first.number("msgid"))
        #expect(rehearsal.template("oAlice", ["client_msg_id": "\"k2\""]).number("msgid") != first.number("msgid"))
        rehearsal.wait(.seconds(1))
        #expect(rehearsal.template("oAlice", key).number("msgid") != first.number("msgid"))
        // Other kinds have no such key.
        let other = rehearsal.subscribe("oAlice", key)
        #expect(rehearsal.subscribe("oAlice", key).number("msgid") != other.number("msgid"))
    }

    @Test func `that were taken but never answered are recognised too`() {
        let rehearsal = Rehearsal()
        let key = ["client_msg_id": "\"k1\""]
        #expect(rehearsal.template("drop_x1_a", key).reply.manner == .never(.zero))
        #expect(rehearsal.template("drop_x1_a", key).code == 0)
        #expect(rehearsal.accepted == 1)
    }

    @Test func `to one person at the same moment are refused`() {
        let rehearsal = Rehearsal { $0.latency = .fixed(.milliseconds(200)) }
        #expect(rehearsal.subscribe("oAlice").reply.delay == .milliseconds(200))
        #expect(rehearsal.subscribe("oAlice").code == 43108)
        #expect(rehearsal.subscribe("oBob").code == 0)
        rehearsal.wait(.milliseconds(199))
        #expect(rehearsal.subscribe("oAlice").code == 43108)
        rehearsal.wait(.milliseconds(1))
        #expect(rehearsal.subscribe("oAlice").code == 0)
        let easy = Rehearsal {
            $0.latency = .fixed(.milliseconds(200))
            $0.refusesConcurrentSends = false
        }
        #expect(easy.subscribe("oAlice").code == 0)
        #expect(easy.subscribe("oAlice").code == 0)
    }

    @Test(arguments: ["/cgi-bin/nothing", "/wxaapi/x", "/sns/x", "/wxa/x"])
    func `to paths that there are not`(path: String) {
        #expect(Rehearsal().post(path, "{}").code == 40066)
        let other = Rehearsal().post("/else", "{}").reply
        #expect(other.status == 404)
        #expect(other.form == .html)
    }
}
