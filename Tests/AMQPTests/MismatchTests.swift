import Testing

@testable import AMQP

private func mismatch(_ text: String, code: Int = 406) -> Mismatch? {
    Mismatch(AMQPError.Closure(code: code, text: text))
}

@Suite("A mismatch") struct MismatchTests {
    @Test func `is read from a complaint about a value with a type`() throws {
        let found = try #require(
            mismatch(
                "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'jobs' in vhost '/': "
                    + "received the value '5' of type 'signedint' but current is none"))
        #expect(found.kind == "queue")
        #expect(found.name == "jobs")
        #expect(found.argument == "x-message-ttl")
        #expect(found.declared == "5")
        #expect(found.existing == "none")
        #expect(found.description == "queue jobs exists with another x-message-ttl: it has none, wanted is \"5\"")
    }

    @Test func `is read from a complaint about a plain value`() throws {
        let found = try #require(
            mismatch(
                "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'out' in vhost 'v': "
                    + "received 'true' but current is 'false'"))
        #expect(found.kind == "exchange")
        #expect(found.name == "out")
        #expect(found.argument == "durable")
        #expect(found.declared == "true")
        #expect(found.existing == "false")
    }

    @Test func `tells an empty value from none`() {
        let found = mismatch(
            "PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-exchange' for queue 'jobs' in vhost '/': "
                + "received the value '' of type 'longstr' but current is none")
        #expect(
            found?.description
                == "queue jobs exists with another x-dead-letter-exchange: it has none, wanted is \"\"")
    }

    @Test(arguments: [
        ("none", "none"), ("the value 'quorum' of type 'longstr'", "quorum"), ("'classic'", "classic"), ("''", ""),
        ("the value 'it's' of type 'longstr'", "it's"), ("the value '' of type 'longstr'", ""),
        ("something new", "something new"),
    ])
    func `quotes either side's value`(words: String, value: String) {
        let before = "PRECONDITION_FAILED - inequivalent arg 'a' for queue 'q' in vhost '/': "
        #expect(mismatch("\(before)received \(words) but current is none")?.declared == value)
        #expect(mismatch("\(before)received none but current is \(words)")?.existing == value)
    }

    @Test(arguments: [
        "it's", "a b", "", "'", "''", "a' in vhost", "推送", "for queue 'x'", "a.b-c_d", "received", " ", "a\tb", "\n",
        "\r\n",
        "\u{301}", "a\n' in vhost",
    ])
    func `knows a name with quotes and blanks in it`(name: String) throws {
        let found = try #require(
            mismatch(
                "PRECONDITION_FAILED - inequivalent arg 'durable' for queue '\(name)' in vhost '/': "
                    + "received 'true' but current is 'false'"))
        #expect(found.name == name)
        #expect(found.argument == "durable")
        #expect(found.existing == "false")
    }

    @Test(arguments: ["it's", "a b", "", "in vhost ''"]) func `knows a virtual host with quotes`(host: String) throws {
        let found = try #require(
            mismatch(
                "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'e' in vhost '\(host)': "
                    + "received 'topic' but current is 'direct'"))
        #expect(found.kind == "exchange")
        #expect(found.argument == "type")
        #expect(found.declared == "topic")
        #expect(found.existing == "direct")
    }

    @Test(arguments: [
        "PRECONDITION_FAILED - unknown delivery tag 1",
        "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out",
        "PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/': {value_negative,-1}",
        "PRECONDITION_FAILED - invalid expiration 'never': {leftover_string,\"never\"}", "",
        "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost",
        // What the protocol's 255 bytes leave of a complaint about a long name.
        "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq...",
    ])
    func `is not seen in another complaint`(text: String) {
        #expect(mismatch(text) == nil)
    }

    @Test(arguments: [0, 200, 403, 404, 405, 530, 541]) func `is not seen under another number`(code: Int) {
        let text =
            "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': "
            + "received 'true' but current is 'false'"
        #expect(mismatch(text, code: code) == nil)
        #expect(mismatch(text) != nil)
    }
}
