import AMQP
import Testing

@testable import Worker

/// Headers of a job are written by anybody.
struct HostileHeaderTests {
    @Test(arguments: [
        (FieldValue.int64(.max), 1_000_000), (.int64(.min), 0), (.int64(-1), 0), (.int64(3), 3), (.uint64(.max), 0),
        (.string("9"), 0),
        (.double(1e300), 0),
    ])
    func `attempts are held to what can be counted on`(value: FieldValue, attempts: Int) {
        #expect(JobHeaders(["x-wxpush-attempts": value]).attempts == attempts)
    }

    @Test func `only true sends again on purpose, and an openid has its length`() {
        #expect(JobHeaders(["x-wxpush-resent": true]).isResent)
        #expect(!JobHeaders(["x-wxpush-resent": false]).isResent)
        #expect(!JobHeaders(["x-wxpush-resent": "yes"]).isResent)
        #expect(JobHeaders(["x-wxpush-openid": .string(String(repeating: "o", count: 129))]).openid == nil)
        #expect(JobHeaders(["x-wxpush-openid": "oX"]).openid == "oX")
    }

    @Test func `orders to the broker and the record of deaths are not passed on`() {
        var properties = Properties()
        properties.headers = [
            "CC": ["wxpush.jobs"], "BCC": ["x"], "x-death": [], "x-first-death-queue": "q", "traceparent": "t",
            "own": 1,
        ]
        properties.expiration = "5"
        properties.userID = "guest"
        let passed = properties.passedOn()
        #expect(passed.headers.map(\.key) == ["traceparent", "own"])
        #expect(passed.expiration == nil && passed.userID == nil && passed.deliveryMode == .persistent)
    }

    @Test func `what is too much to go on is left behind, also under our own prefix`() {
        var properties = Properties()
        let large = FieldValue.string(String(repeating: "x", count: 70_000))
        properties.headers = [
            "x-wxpush-junk": large, "x-wxpush-openid": large, "foreign": "y", "x-wxpush-id": "j",
            "x-wxpush-attempts": 2,
        ]
        let letter = Letters.withoutForeignHeaders(Letter(body: [], properties: properties))
        #expect(letter.properties.headers.map(\.key) == ["x-wxpush-id", "x-wxpush-attempts"])
    }

    @Test func `the id of a body that must not be read is found in the open`() {
        func id(_ text: String, _ messageID: String? = nil) -> String {
            Job(unread: Array(text.utf8), messageID: messageID).id
        }
        #expect(id(#"{"a":1, "id" : "o-1","to":"x"}"#, "m") == "o-1")
        #expect(id(#"{"id":"o\u0031"}"#, "m") == "m")
        #expect(id(#"{"id":7}"#, "m") == "m")
        #expect(id(#"{"id":""#) == "")
        #expect(id("garbage", "m") == "m")
    }
}
