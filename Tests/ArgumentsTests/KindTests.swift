import Arguments
import Testing

@Suite("Kinds of values") struct KindTests {
    @Test(
        arguments: [
            ("5s", .seconds(5)), ("250ms", .milliseconds(250)), ("1m30s", .seconds(90)), ("24h", .seconds(86_400)),
            ("7d", .seconds(604_800)), ("0s", .zero), ("1h1ms", .milliseconds(3_600_001)),
            ("5", nil), ("s", nil), ("", nil), ("5x", nil), ("-5s", nil), ("1.5s", nil), ("30s1m", nil), ("1s1s", nil),
            ("5 s", nil), ("٣s", nil), ("99999999999999999999s", nil), ("9223372036854775807d", nil),
            ("9223372036854775807ms1ms", nil), ("40000d", nil),
        ] as [(String, Duration?)])
    func `a time is whole numbers with their units`(text: String, duration: Duration?) {
        let line = ["send", "--timeout", text]
        guard case .run(_, let options)? = try? Sample.program.parse(line) else {
            #expect(duration == nil)
            return
        }
        #expect(options[Sample.timeout] == duration)
    }

    @Test(
        arguments: [
            ("127.0.0.1:8089", "127.0.0.1", 8089), ("localhost:0", "localhost", 0), ("[::1]:80", "::1", 80),
            ("a-b.example:65535", "a-b.example", 65_535),
        ] as [(String, String, UInt16)])
    func `a host and a port are read, and written as they were`(text: String, host: String, port: UInt16) throws {
        let place = try #require(HostPort(text))
        #expect(place.host == host && place.port == port && place.description == text)
    }

    @Test(arguments: [
        "", ":", ":80", "localhost", "localhost:", "localhost:65536", "localhost:-1", "localhost:+1", "localhost:8x",
        "::1:80", "[]:80",
        "[localhost]:80", "http://a:80", "a b:80", "a:٣",
    ])
    func `what is no host and port is refused`(text: String) {
        #expect(HostPort(text) == nil)
    }

    @Test func `a kind of one's own says what it expects`() throws {
        let even = Kind<Int>("EVEN", expecting: "an even number") { Int($0).flatMap { $0 % 2 == 0 ? $0 : nil } }
        let option = Option("even", even, default: 2, help: "A number.")
        let program = Command("try", "Try", options: [option], action: 0)
        guard case .run(_, let options) = try program.parse(["--even", "4"]) else { throw Sample.NotACommand() }
        #expect(options[option] == 4)
        let error = #expect(throws: UsageError.self) { try program.parse(["--even", "3"]) }
        #expect(error?.message == "--even is '3', but must be an even number")
    }

    @Test func `a time's limits are part of what is expected`() throws {
        let option = Option("beat", .duration(in: .seconds(1) ... .seconds(90)), help: "A beat.")
        let program = Command("try", "Try", options: [option], action: 0)
        let error = #expect(throws: UsageError.self) { try program.parse(["--beat", "999ms"]) }
        #expect(
            error?.message.hasSuffix("must be a time such as 250ms, 5s or 1m30s, at least 1s, at most 1m30s") == true)
    }
}
