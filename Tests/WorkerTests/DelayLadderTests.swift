import AMQP
import Testing

@testable import Worker

struct DelayLadderTests {
    @Test(arguments: [(0, 0), (1, 1), (255, 255), (256, 256), (257, 258), (1000, 1000), (1001, 1004), (86_400, 86_528)])
    func `long delays are rounded up a little`(seconds: Int, rounded: Int) {
        #expect(DelayLadder.rounded(.seconds(seconds)) == rounded)
    }

    @Test func `no delay is made shorter, nor longer by more than a second or a hundredth`() {
        var seconds = 1.0
        while seconds < 30 * 86_400 {
            let rounded = Double(DelayLadder.rounded(.seconds(seconds)))
            #expect(rounded >= seconds && rounded <= max(seconds + 1, seconds * 1.01), "\(seconds)")
            seconds *= 1.0137
        }
    }

    @Test func `a key has a bit for each level, highest first`() {
        #expect(DelayLadder.key(for: .seconds(5)).hasSuffix("0.1.0.1."))
        #expect(DelayLadder.key(for: .milliseconds(1)).hasSuffix("0.0.0.1."))
        #expect(DelayLadder.key(for: .seconds(-3)).allSatisfy { $0 == "0" || $0 == "." })
        #expect(DelayLadder.key(for: .seconds(10_000_000)).count == DelayLadder.levels * 2)
    }

    @Test func `the longest delay fits`() {
        #expect(DelayLadder.rounded(.seconds(Int64.max)) < 1 << DelayLadder.levels)
        #expect(
            DelayLadder(QueueNames()).queues.map(\.description).prefix(2) == ["wxpush.delay.1s", "wxpush.delay.2s"])
    }
}

struct ReplyAddressTests {
    private let names = QueueNames(prefix: "wxpush")

    @Test func `a queue of the sender's is fine`() {
        #expect(ReplyAddress("orders.replies", names: names) == .queue("orders.replies"))
        #expect(ReplyAddress("wxpushed", names: names) == .queue("wxpushed"))
        let direct: ShortString =
            "amq.rabbitmq.reply-to.g1h2AA5yZXBseUAzOTMwOTQyOAAAe/EAAAACawA3DA==.GO4FZ0/eFpILhu6aIY8dfA=="
        #expect(ReplyAddress(direct, names: names) == .direct(direct))
        #expect(ReplyAddress(nil, names: names) == .none)
        #expect(ReplyAddress("", names: names) == .none)
    }

    @Test(arguments: [
        "amq.direct", "amq.rabbitmq.trace", "wxpush.jobs", "wxpush.dead", "wxpush.results", "wxpush.delay.1s",
    ])
    func `reserved names are not`(name: String) {
        #expect(ReplyAddress(ShortString(name), names: names) == .forbidden(ShortString(name)))
    }

    @Test func `a name that is not UTF-8 is not`() {
        let name = ShortString(bytes: [0xff, 0xfe])
        #expect(ReplyAddress(name, names: names) == .forbidden(name))
    }
}
