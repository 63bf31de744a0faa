import JSON
import Sandbox
import Testing

@Suite("Faults") struct FaultTests {
    private func add(_ rehearsal: Rehearsal, _ fault: String) {
        #expect(rehearsal.post("/sandbox/faults", fault).reply.status == 200)
    }

    @Test(
        arguments: [
            ("drop_x", Reply.Manner.never(.zero), 200, 1), ("lose_x", .never(.zero), 200, 0),
            ("hang_x", .never(.seconds(30)), 200, 1), ("hang_90s_x", .never(.seconds(90)), 200, 1),
            ("html_x", .whole, 200, 0), ("http500_x", .whole, 500, 0), ("http503_x", .whole, 503, 0),
            ("cut_x", .cut, 200, 1), ("slow_x", .slow(.seconds(3)), 200, 1),
            ("slow_250ms_x", .slow(.milliseconds(250)), 200, 1),
            ("dropper", .whole, 200, 1), ("http42_x", .whole, 200, 1), ("fail__x", .whole, 200, 1),
            ("oAlice", .whole, 200, 1), ("drop", .whole, 200, 1), ("fail_0_x", .whole, 200, 1),
        ])
    func `are asked for by an openid's name`(openid: String, manner: Reply.Manner, status: Int, accepted: Int64) {
        let rehearsal = Rehearsal()
        let reply = rehearsal.subscribe(openid).reply
        #expect(reply.manner == manner)
        #expect(reply.status == status)
        #expect((reply.form == .html) == openid.hasPrefix("ht") && openid != "http42_x" || reply.form == .json)
        #expect(rehearsal.accepted == accepted)
    }

    @Test func `asked for by a name may be over after some times`() {
        let rehearsal = Rehearsal()
        #expect((0..<4).map { _ in rehearsal.subscribe("fail_-1_x2_a").code } == [-1, -1, 0, 0])
        #expect((0..<3).map { _ in rehearsal.subscribe("fail_-1_x2_b").code } == [-1, -1, 0])
        #expect(rehearsal.subscribe("slow_2s_x1_b").reply.manner == .slow(.seconds(2)))
        #expect(rehearsal.subscribe("slow_2s_x1_b").reply.manner == .whole)
        #expect(rehearsal.subscribe("delay_300ms_b").reply.delay == .milliseconds(300))
    }

    @Test func `happen where and as often as they are told`() {
        let rehearsal = Rehearsal()
        add(
            rehearsal,
            """
            [{"effect":"code","errcode":45009,"path":"/cgi-bin/message/subscribe/*","times":2},
             {"effect":"code","errcode":45011,"app":"wxother"},{"effect":"code","errcode":43004,"openid":"oGone*"}]
            """)
        #expect(rehearsal.template().code == 0)
        #expect((0..<3).map { _ in rehearsal.subscribe().code } == [45009, 45009, 0])
        #expect(rehearsal.stable("wxother").code == 45011)
        #expect(rehearsal.template("oGone-1").code == 43004)
        #expect(rehearsal.template("oGon").code == 0)
        let list = rehearsal.get("/sandbox/faults").object["faults"]?.array
        #expect(list?.map { $0.object?["hits"]?.integer } == [2, 1, 1])
        #expect(list?.map { $0.object?["over"]?.bool } == [true, false, false])
        add(rehearsal, #"{"remove":3}"#)
        #expect(rehearsal.template("oGone-1").code == 0)
        #expect(rehearsal.post("/sandbox/faults", #"{"remove":3}"#).reply.status == 400)
        add(rehearsal, #"{"clear":true}"#)
        #expect(rehearsal.get("/sandbox/faults").object["faults"] == [])
    }

    @Test func `happen as likely as they are told, and alike from the same seed`() {
        func run() -> [Int] {
            let rehearsal = Rehearsal { $0.faults = [try? Fault("-1 p=0.2")].compactMap(\.self) }
            var codes: [Int] = []
            var token = ""
            while token.isEmpty { token = rehearsal.token() }
            for place in 0..<2000 {
                let body = #"{"touser":"o\#(place)","template_id":"T","data":{"thing1":{"value":"a"}}}"#
                codes.append(rehearsal.post("/cgi-bin/message/subscribe/send", body, token: token).code ?? 0)
            }
            return codes
        }
        let codes = run()
        #expect((300...500).contains(codes.count { $0 == -1 }))
        #expect(codes == run())
    }

    @Test func `may hit after a message was taken`() {
        let rehearsal = Rehearsal()
        _ = rehearsal.token()
        add(rehearsal, #"{"effect":"http","status":502,"accepted":true,"times":1}"#)
        #expect(rehearsal.stable().reply.status == 502)
        add(rehearsal, #"{"effect":"code","errcode":-1,"accepted":true,"path":"/cgi-bin/message/*"}"#)
        #expect(rehearsal.subscribe().code == -1)
        #expect(rehearsal.accepted == 1)
        let logged = rehearsal.get("/sandbox/messages").object["messages"]?.array?.first?.object
        #expect(logged?["fault"] == "code")
    }

    @Test func `that take a token away do it in the middle`() {
        let rehearsal = Rehearsal()
        let token = rehearsal.token()
        #expect(rehearsal.subscribe("revoke_x1_a").code == 40001)
        #expect(rehearsal.state(of: token) == 40001)
        #expect(rehearsal.token() != token)
        #expect(rehearsal.subscribe("revoke_x1_a").code == 0)
    }

    @Test func `may be delays, which add up with the latency of all calls and with other faults`() {
        let rehearsal = Rehearsal { $0.latency = .fixed(.milliseconds(10)) }
        add(rehearsal, #"[{"effect":"delay","time":"20ms"},{"effect":"drop","openid":"oDrop"}]"#)
        #expect(rehearsal.subscribe().reply.delay == .milliseconds(30))
        let dropped = rehearsal.subscribe("oDrop").reply
        #expect(dropped.delay == .milliseconds(30))
        #expect(dropped.manner == .never(.zero))
    }

    @Test(
        arguments: [
            (
                "45009 p=0.01 path=/cgi-bin/message/*",
                #"{"effect":"code","errcode":45009,"path":"/cgi-bin/message/*","probability":0.01}"#
            ),
            ("drop", #"{"effect":"drop"}"#), ("http=503 times=3", #"{"effect":"http","status":503,"times":3}"#),
            ("html accepted=true", #"{"effect":"html","accepted":true}"#),
            ("slow=5s openid=oTest*", #"{"effect":"slow","time":"5s","openid":"oTest*"}"#),
            ("delay=10ms..80ms app=wx1", #"{"effect":"delay","time":"10ms..80ms","app":"wx1"}"#),
            ("delay=p50=1s,p99=8s", #"{"effect":"delay","time":"p50=1s,p99=8s"}"#),
            ("hang=1500ms", #"{"effect":"hang","time":"1500ms"}"#), ("code=-1", #"{"effect":"code","errcode":-1}"#),
            ("revoke", #"{"effect":"revoke"}"#), ("lose", #"{"effect":"lose"}"#), ("cut", #"{"effect":"cut"}"#),
        ])
    func `read alike from flags and from JSON, and are shown as they are read`(flag: String, json: String) throws {
        let value = try JSONValue(parsing: Array(json.utf8))
        let fault = try Fault(value)
        #expect(try Fault(flag) == fault)
        let rehearsal = Rehearsal { $0.faults = [fault] }
        var shown = try #require(rehearsal.get("/sandbox/faults").object["faults"]?.array?.first?.object)
        for key in ["number", "hits", "over"] { shown[key] = nil }
        #expect(try Fault(.object(shown)) == fault)
    }

    @Test(
        arguments: [
            ("nonsense", "effect must be one of"), ("code", "errcode is missing"),
            ("code=x", "errcode must be a whole number"),
            ("http=99", "status must be a whole number from 200 to 599"), ("", "effect is missing"),
            ("drop p=2", "probability must be a number from 0.0 to 1.0"), ("drop p=x", "probability must be a number"),
            ("drop times=0", "times must be a whole number of at least 1"),
            ("drop x", "x must be written as name=value"),
            ("drop y=1", "has no member \"y\""), ("slow=fast", "time must be a time such as"),
            ("delay", "time is missing"), ("delay=9", "time must be a time such as 50ms, a range such as"),
            ("drop accepted=7", "accepted must be true or false, found a number"),
        ])
    func `that make no sense are refused with what would be right`(flag: String, problem: String) {
        let error = #expect(throws: SeedError.self) { try Fault(flag) }
        #expect(error?.description.hasPrefix(problem) == true, "\(error?.description ?? "")")
    }
}
