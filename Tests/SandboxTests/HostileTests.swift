import Sandbox
import Testing
import WeChat

@testable import struct Sandbox.RandomSource

@Suite("Callers of ill will") struct HostileTests {
    private static let paths =
        SendTests.bodies.map(\.kind.path) + [
            "/cgi-bin/token", "/cgi-bin/stable_token", "/sns/jscode2session", "/cgi-bin/media/upload",
            "/cgi-bin/message/custom/typing", "/cgi-bin/openapi/quota/get", "/cgi-bin/openapi/rid/get",
            "/cgi-bin/clear_quota", "/cgi-bin/clear_quota/v2", "/wxaapi/newtmpl/gettemplate", "/sandbox/faults",
            "/sandbox/tokens/revoke", "/sandbox/ips", "/sandbox/grants", "/sandbox/codes", "/sandbox/messages",
        ]

    @Test(arguments: paths)
    func `get an answer to any bytes`(path: String) {
        let rehearsal = SendTests.rehearsal2019()
        let token = rehearsal.token()
        var random = RandomSource(seed: 11)
        for _ in 0..<300 {
            let body = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let query = "access_token=\(token)&" + String(decoding: body.prefix(40), as: UTF8.self)
            let reply = rehearsal.call(
                "POST", path, query: query, type: "multipart/form-data; boundary=b", body: body
            ).reply
            #expect([200, 400, 405].contains(reply.status))
        }
    }

    /// Every message that is taken, with one byte changed, left out or twice there.
    @Test(arguments: SendTests.bodies.map(\.kind))
    func `change a byte of a message`(kind: MessageKind) {
        let rehearsal = SendTests.rehearsal2019()
        let token = rehearsal.token()
        let good = Array(SendTests.body(kind, to: "oAlice").utf8)
        var random = RandomSource(seed: 5)
        for place in good.indices {
            for _ in 0..<3 {
                var bad = good
                switch random.next() % 3 {
                case 0: bad[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bad.remove(at: place)
                default: bad.insert(bad[place], at: place)
                }
                let answer = rehearsal.call("POST", kind.path, query: "access_token=\(token)", body: bad)
                #expect(answer.code != nil)
            }
        }
    }

    @Test func `send what is broken, deep or huge`() {
        let rehearsal = Rehearsal()
        let token = rehearsal.token()
        func code(_ body: [UInt8]) -> Int? {
            rehearsal.call("POST", "/cgi-bin/message/subscribe/send", query: "access_token=\(token)", body: body).code
        }
        let start = Array(#"{"touser":"oAlice","template_id":"T","data":{"thing1":{"value":""#.utf8)
        #expect(code(start + [0xC4, 0xE3, 0xBA, 0xC3] + Array(#""}}}"#.utf8)) == 40033)
        #expect(code(start + Array(#"\ud800"}}}"#.utf8)) == 40033)
        #expect(code(start + Array(#"\u4f60"}}}"#.utf8)) == 0)
        #expect(code(start + [0x0A] + Array(#""}}}"#.utf8)) == 47001)
        #expect(code([UInt8](repeating: UInt8(ascii: "["), count: 500_000)) == 47001)
        #expect(code(Array(String(repeating: #"{"a":"#, count: 100_000).utf8)) == 47001)
        #expect(code([UInt8](repeating: UInt8(ascii: " "), count: 2 << 20)) == 47001)
        #expect(code(start + [UInt8](repeating: UInt8(ascii: "a"), count: 900_000) + Array(#""}}}"#.utf8)) == 47003)
        let members = (0..<5000).map { #""k\#($0)":{"value":"a"}"# }.joined(separator: ",")
        #expect(code(Array(#"{"touser":"oAlice","template_id":"T","data":{\#(members)}}"#.utf8)) == 0)
        let key = String(repeating: "k", count: 5000) + "1"
        let long = rehearsal.subscribe("oAlice", ["data": #"{"\#(key)":{}}"#])
        #expect(long.code == 47003)
        #expect(long.message.utf8.count < 200)
    }

    @Test(arguments: ["%", "%4", "%zz", "%%41", "+%2B", "=", "&&&", "access_token", "access_token=%FF%FE", "\u{0}"])
    func `send queries that are none`(query: String) {
        #expect([41001, 40014].contains(Rehearsal().get("/cgi-bin/get_api_domain_ip", query).code))
    }

    @Test func `encode their query`() {
        let rehearsal = Rehearsal(seed: #"{"apps":[{"appid":"wx1","secret":"a b+c&d"}]}"#)
        #expect(rehearsal.classic("wx1", secret: "a+b%2bc%26d").code == 0)
        #expect(rehearsal.classic("wx1", secret: "a%20b%2Bc%26d").code == 0)
        #expect(rehearsal.classic("wx1", secret: "a%20b+c%26d").code == 40125)
    }
}
