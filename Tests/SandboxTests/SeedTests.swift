import Foundation
import Sandbox
import Testing
import WeChat

@Suite("A seed file") struct SeedTests {
    private static let example = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Examples/sandbox/seed.json").standardized.path

    @Test func `that comes as an example is read and played`() throws {
        let seed = try SandboxSeed(file: Self.example)
        #expect(seed.apps?.map(\.type) == [.mini, .service])
        #expect(seed.templates?.count == 3)
        let rehearsal = Rehearsal {
            $0.seed = seed
            $0.seed.faults = []
        }
        let secret = try #require(seed.apps?.first?.secret)
        let token = rehearsal.stable("wx0000000000000001", secret: secret).string("access_token")
        let body = """
            {"touser":"oAlice-000000000000000000001","template_id":"-SvDCjf6VG7lGAITKmdhHp6ZBQx1huJdBMO9hFAgI0w",
             "page":"pages/order/index?id=7",
             "data":{"thing1":{"value":"晴天咖啡"},"amount3":{"value":"129.00元"},"time2":{"value":"2026-11-20 15:01"}}}
            """
        let codes = (0..<4).map { _ in rehearsal.post("/cgi-bin/message/subscribe/send", body, token: token).code }
        #expect(codes == [0, 0, 0, 43101])
    }

    @Test(
        arguments: [
            ("{\n\"apps\":[\n}", "seed.json: line 3: expected a value, found '}'"),
            ("[]", "seed.json: must be an object, found an array"),
            (#"{"app":[]}"#, #"seed.json: has no member "app"; its members are apps, templates,"#),
            (#"{"apps":{}}"#, "seed.json: apps must be an array, found an object"),
            (#"{"apps":[{}]}"#, "seed.json: apps[0].appid is missing"),
            (#"{"apps":[{"appid":""}]}"#, "seed.json: apps[0].appid must not be empty"),
            (#"{"apps":[{"appid":7}]}"#, "seed.json: apps[0].appid must be a string, found a number"),
            (
                #"{"apps":[{"appid":"a","type":"web"}]}"#,
                #"seed.json: apps[0].type must be one of mini, service, found "web""#
            ),
            (
                #"{"apps":[{"appid":"a","pages":["x",7]}]}"#,
                "seed.json: apps[0].pages[1] must be a string, found a number"
            ),
            (
                #"{"templates":[{"id":"T","type":"once"}]}"#,
                "seed.json: templates[0].type must be one of one-time, long-term, service"
            ),
            (
                #"{"templates":[{"id":"T","keys":["enum1"],"enums":{"enum2":[]}}]}"#,
                #"seed.json: templates[0].enums has no member "enum2""#
            ),
            (
                #"{"openids":["a",{"openid":"b","follows":1}]}"#,
                "seed.json: openids[1].follows must be true or false, found a number"
            ),
            (
                #"{"grants":[{"openid":"a","template":"t","count":-1}]}"#,
                "seed.json: grants[0].count must be a whole number from 0 to"
            ),
            (
                #"{"form_ids":[{"id":"f","uses":0}]}"#,
                "seed.json: form_ids[0].uses must be a whole number from 1 to 1000"
            ),
            (
                #"{"limits":[{"count":1,"per":"hour"}]}"#,
                #"seed.json: limits[0].per must be one of second, minute, day, found "hour""#
            ),
            (
                #"{"faults":[{"effect":"delay","time":"soon"}]}"#,
                "seed.json: faults[0].time must be a time such as 50ms"
            ),
            (
                #"{"interactions":[{"openid":"o","kind":"x"}]}"#,
                "seed.json: interactions[0].kind must be one of message, enter"
            ),
        ])
    func `that is wrong is refused with its place and what would be right`(text: String, message: String) {
        let error = #expect(throws: SeedError.self) { try SandboxSeed(parsing: Array(text.utf8), file: "seed.json") }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func `that is not there is named`() {
        let error = #expect(throws: SeedError.self) { try SandboxSeed(file: "/nowhere/seed.json") }
        #expect(error?.description == "/nowhere/seed.json: cannot be read: No such file or directory")
    }

    @Test(
        arguments: [
            ("200/second", CallLimit(200, per: .second)),
            ("/cgi-bin/message/*=5/minute", CallLimit(5, per: .minute, path: "/cgi-bin/message/*")),
            ("/cgi-bin/token=0/day", CallLimit(0, per: .day, path: "/cgi-bin/token")), ("5", nil), ("5/hour", nil),
            ("-1/day", nil), ("x=5/day", nil), ("", nil), ("/a=5/day/day", nil),
        ])
    func `gives limits that flags give too`(text: String, limit: CallLimit?) {
        #expect(CallLimit(text) == limit)
    }
}
