import Telemetry
import Testing

@Suite("What a log leaves out") struct LogRedactionTests {
    @Test(arguments: [
        (
            "https://api.weixin.qq.com/cgi-bin/message?access_token=57_abc",
            "https://api.weixin.qq.com/cgi-bin/message?…"
        ),
        ("GET /cgi-bin/token?appid=wx1&secret=s,e(c'r failed", "GET /cgi-bin/token?… failed"),
        ("see <https://a/b?c=d> or \"https://e?f=g\"", "see <https://a/b?…> or \"https://e?…\""),
        ("amqp://guest:pa:ss@broker:5672/%2f", "amqp://…@broker:5672/%2f"),
        ("redis://:p?a@ss@host:1/0 amqps://u@h", "redis://…@host:1/0 amqps://…@h"),
        ("/sns?js_code=x?y=z", "/sns?…"), ("?&access_token=x", "?…"), ("a??token=x", "a??…"),
        ("what? a=b", "what? a=b"), ("who?", "who?"), ("a@b.example", "a@b.example"), ("?=x", "?=x"), ("", ""),
        ("://@", "://…@"),
        ("你好?键=值 后", "你好?… 后"),
    ])
    func `is queries and passwords of addresses`(text: String, logged: String) throws {
        #expect(text.withoutQueries == logged)
        let lines = try Stream.lines { $0.info("told", ["text": text]) }
        if text != logged { #expect(!lines[0].contains("access_token") && !lines[0].contains("pa:ss")) }
    }

    @Test(arguments: [
        ("oABCD1234567890123456789wxyz", "oABCD1…xyz"), ("1234567890123", "123456…123"), ("user-1", "user-1"), ("", ""),
    ])
    func `is the middle of an openid`(id: String, shortened: String) {
        #expect(id.shortenedID == shortened)
    }

    @Test func `is found in time that grows with the text alone`() {
        let text = String(repeating: "?a", count: 200_000) + String(repeating: "://", count: 200_000)
        #expect(text.withoutQueries == text)
    }
}
