import AMQP
import TestSupport
import Testing

/// A value, and what it is on the wire.
private struct FieldExample: Sendable, CustomTestStringConvertible {
    let value: FieldValue
    let kind: Character
    let bytes: [UInt8]

    init(_ value: FieldValue, _ kind: Character, _ bytes: [UInt8]) {
        self.value = value
        self.kind = kind
        self.bytes = bytes
    }

    var testDescription: String { "\(kind) \(String(describing: value).prefix(60))" }

    private static let inner: [UInt8] = AMQPFrames.field("k", text: "v")

    static let all = [
        FieldExample(.bool(true), "t", [1]), FieldExample(.bool(false), "t", [0]),
        FieldExample(.int8(.min), "b", [0x80]), FieldExample(.int8(.max), "b", [0x7F]),
        FieldExample(.uint8(.max), "B", [0xFF]),
        FieldExample(.int16(.min), "s", [0x80, 0]), FieldExample(.int16(-2), "s", [0xFF, 0xFE]),
        FieldExample(.uint16(.max), "u", [0xFF, 0xFF]),
        FieldExample(.int32(.min), "I", [0x80, 0, 0, 0]), FieldExample(.int32(258), "I", [0, 0, 1, 2]),
        FieldExample(.uint32(.max), "i", [0xFF, 0xFF, 0xFF, 0xFF]),
        FieldExample(.int64(.min), "l", [0x80, 0, 0, 0, 0, 0, 0, 0]),
        FieldExample(.int64(.max), "l", [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        FieldExample(.int64(-1), "l", [UInt8](repeating: 0xFF, count: 8)),
        FieldExample(.uint64(.max), "L", [UInt8](repeating: 0xFF, count: 8)),
        FieldExample(.uint64(0), "L", [UInt8](repeating: 0, count: 8)),
        FieldExample(.float(1), "f", [0x3F, 0x80, 0, 0]), FieldExample(.float(-0.15625), "f", [0xBE, 0x20, 0, 0]),
        FieldExample(.double(1), "d", [0x3F, 0xF0, 0, 0, 0, 0, 0, 0]),
        FieldExample(.double(.greatestFiniteMagnitude), "d", [0x7F, 0xEF] + [UInt8](repeating: 0xFF, count: 6)),
        FieldExample(.double(.leastNonzeroMagnitude), "d", [0, 0, 0, 0, 0, 0, 0, 1]),
        FieldExample(.decimal(scale: 2, value: 314), "D", [2, 0, 0, 1, 0x3A]),
        FieldExample(.decimal(scale: 255, value: .max), "D", [255, 0xFF, 0xFF, 0xFF, 0xFF]),
        FieldExample(.string(""), "S", AMQPFrames.longString("")),
        FieldExample(.string("推送 💥\u{0}\n"), "S", AMQPFrames.longString("推送 💥\u{0}\n")),
        FieldExample(.stringBytes(RawProperties.notUTF8), "S", AMQPFrames.longString(RawProperties.notUTF8)),
        FieldExample(.bytes([]), "x", AMQPFrames.longString("")),
        FieldExample(.bytes(Array(0...255)), "x", AMQPFrames.longString(Array(0...255))),
        FieldExample(.timestamp(1_700_000_000), "T", AMQPFrames.longLong(1_700_000_000)),
        FieldExample(.timestamp(.max), "T", AMQPFrames.longLong(.max)),
        FieldExample(.void, "V", []),
        FieldExample([:], "F", AMQPFrames.table()), FieldExample(["k": "v"], "F", AMQPFrames.table([inner])),
        FieldExample([], "A", AMQPFrames.long(0)),
        FieldExample([[], [:], .void], "A", AMQPFrames.longString(Array("A\0\0\0\0F\0\0\0\0V".utf8))),
        // Thirty-one levels in the headers, which are the first of thirty-two.
        FieldExample(nested(31, inArrays: false), "F", AMQPFrames.nestedTable(depth: 30)),
        FieldExample(nested(31, inArrays: true), "A", AMQPFrames.nestedArray(depth: 30)),
    ]

    /// Tables, or arrays, in one another; the innermost one is empty.
    private static func nested(_ levels: Int, inArrays: Bool) -> FieldValue {
        var value: FieldValue = inArrays ? [] : [:]
        for _ in 1..<levels { value = inArrays ? [value] : ["n": value] }
        return value
    }
}

/// Bytes that do not repeat in step with frames or pieces.
private func bytes(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    let block = (0..<min(count, 65_521)).map { _ in UInt8.random(in: 0...255, using: &random) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count { bytes.append(contentsOf: block.prefix(count - bytes.count)) }
    return bytes
}

private func headers(_ table: Table) -> Properties {
    var properties = Properties()
    properties.headers = table
    return properties
}

extension Connection {
    /// A queue of the test's own.
    fileprivate func makeQueue(arguments: Table = Table()) async throws -> String {
        let name = uniqueName("messages")
        try await declare(Queue(ShortString(name), arguments: arguments))
        return name
    }

    /// Takes the one message that is in a queue.
    fileprivate func take(from queue: String) async throws -> Delivery {
        let delivery = try #require(try await fetch(ShortString(queue)))
        #expect(acknowledge(delivery))
        return delivery
    }

    /// What becomes of a message that goes through the broker.
    fileprivate func roundTrip(_ message: Message) async throws -> Delivery {
        let queue = try await makeQueue()
        try await publish(message, to: .queue(ShortString(queue)))
        let delivery = try await take(from: queue)
        #expect(delivery.exchange == "")
        #expect(delivery.routingKey == ShortString(queue))
        #expect(!delivery.isRedelivered)
        #expect(try await deleteQueue(ShortString(queue)) == 0)
        return delivery
    }
}

@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"), .timeLimit(.minutes(5)))
struct AMQPMessageTests {
    // MARK: Properties

    @Test func `all fourteen properties arrive as they were sent`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            var properties = Properties()
            properties.contentType = "application/json"
            properties.contentEncoding = "gzip"
            properties.headers = ["b": 1, "a": "two", "b": true]
            properties.deliveryMode = .persistent
            properties.priority = 255
            properties.correlationID = "correlation"
            properties.replyTo = "reply"
            properties.expiration = "600000"
            properties.messageID = "message"
            properties.timestamp = 1_700_000_000
            properties.type = "type"
            properties.userID = "guest"
            properties.appID = "app"
            properties.clusterID = "cluster"
            let delivery = try await connection.roundTrip(Message(body: Array("{}".utf8), properties: properties))
            #expect(delivery.properties == properties)
            #expect(delivery.body == Array("{}".utf8))
            #expect(delivery.fault == nil)
        }
    }

    @Test func `properties at their limits arrive as they were sent`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            let longest = ShortString(String(repeating: "推", count: 85))
            var properties = Properties()
            properties.contentType = longest
            properties.contentEncoding = longest
            properties.correlationID = longest
            properties.replyTo = longest
            properties.messageID = longest
            properties.type = longest
            properties.appID = longest
            properties.clusterID = longest
            properties.headers = [longest: 1, "": "no key"]
            properties.expiration = "4294967295"
            properties.timestamp = .max
            properties.priority = 0
            properties.deliveryMode = .transient
            let delivery = try await connection.roundTrip(Message(body: [1], properties: properties))
            #expect(delivery.properties == properties)
        }
    }

    @Test func `properties that are empty are not the same as none`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            var properties = Properties()
            properties.contentType = ""
            properties.correlationID = ""
            properties.messageID = ""
            properties.timestamp = 0
            let delivery = try await connection.roundTrip(Message(body: [1], properties: properties))
            #expect(delivery.properties == properties)
            #expect(delivery.properties.replyTo == nil)
            #expect(try await connection.roundTrip(Message(body: [1])).properties == Properties())
        }
    }

    @Test func `messages in a row do not lend one another their properties`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            let queue = try await connection.makeQueue()
            var sent: [Properties] = []
            for number in 0..<60 {
                var properties = Properties()
                if number % 2 == 0 { properties.contentType = "type \(number % 3)" }
                if number % 3 == 0 { properties.replyTo = "reply \(number % 4)" }
                if number % 5 == 0 { properties.headers = ["number": .int64(Int64(number))] }
                if number % 7 == 0 { properties.messageID = "id \(number)" }
                if number % 4 == 0 { properties.appID = ShortString(bytes: [0xFF, UInt8(number % 8)]) }
                sent.append(properties)
                try await connection.publish(
                    Message(body: [UInt8(number)], properties: properties), to: .queue("\(queue)"))
            }
            var deliveries = try await connection.consume("\(queue)", prefetch: 7).makeAsyncIterator()
            for (number, properties) in sent.enumerated() {
                let delivery = try #require(try await deliveries.next())
                #expect(delivery.properties == properties)
                #expect(delivery.body == [UInt8(number)])
                #expect(await connection.acknowledge(delivery))
            }
        }
    }

    // MARK: Headers

    @Test(arguments: FieldExample.all)
    fileprivate func `a header of each kind goes out and comes in as AMQP has it`(_ example: FieldExample) async throws
    {
        let broker = try await PrivateBroker.shared()
        let port = broker.port
        let raw = RawProperties.headers(
            AMQPFrames.table([AMQPFrames.field(Array("key".utf8), example.kind, example.bytes)]))
        try await withConnection(to: broker) { connection in
            let queue = try await connection.makeQueue()
            var properties = headers(["key": example.value])
            properties.deliveryMode = .persistent
            let message = Message(body: [1], properties: properties)

            try await connection.publish(message, to: .queue("\(queue)"))
            let onTheWire = try await RawAMQPClient.with(port: port) { try $0.get(queue) }
            #expect(onTheWire?.properties == raw)

            try await RawAMQPClient.with(port: port) { client in
                try client.selectConfirms()
                try client.publish(to: queue, properties: raw, body: [1])
            }
            #expect(try await connection.take(from: queue).properties == properties)
        }
    }

    @Test func `headers of all kinds at once keep their order and their duplicates`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            var table = Table()
            for (index, example) in FieldExample.all.enumerated() { table.append("key \(index % 20)", example.value) }
            table.append("all", .array(FieldExample.all.dropLast(2).map(\.value)))
            let delivery = try await connection.roundTrip(Message(body: [], properties: headers(table)))
            #expect(delivery.properties.headers == table)
        }
    }

    @Test func `60 kB of headers arrive`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            let many = Table((0..<600).map { ("key \($0)", .string(String(repeating: "长", count: 28))) })
            let one: Table = ["key": .bytes(bytes(60_000))]
            for table in [many, one] {
                for count in [0, 10, 40_000] {
                    let delivery = try await connection.roundTrip(
                        Message(body: bytes(count), properties: headers(table)))
                    #expect(delivery.properties.headers == table)
                    #expect(delivery.body.count == count)
                }
            }
        }
    }

    // MARK: What is not text

    @Test(arguments: [
        RawProperties.headerKeyNotUTF8, .headerValueNotUTF8, .messageIDNotUTF8,
        .headers(AMQPFrames.table(FieldExample.all.map { AMQPFrames.field([0xFF], $0.kind, $0.bytes) })),
    ])
    func `what is not UTF-8 arrives byte for byte, and goes on unchanged`(raw: RawProperties) async throws {
        let broker = try await PrivateBroker.shared()
        let port = broker.port
        try await withConnection(to: broker) { connection in
            let (first, second) = (try await connection.makeQueue(), try await connection.makeQueue())
            try await RawAMQPClient.with(port: port) { client in
                try client.selectConfirms()
                try client.publish(to: first, properties: raw, body: RawProperties.notUTF8)
            }
            let delivery = try await connection.take(from: first)
            #expect(delivery.fault == nil)
            #expect(delivery.body == RawProperties.notUTF8)
            try await connection.publish(
                Message(body: delivery.body, properties: delivery.properties), to: .queue("\(second)"))
            let again = try await RawAMQPClient.with(port: port) { try $0.get(second) }
            #expect(again?.properties == raw)
            #expect(again?.body == RawProperties.notUTF8)
        }
    }

    @Test func `what is not UTF-8 can be read as bytes`() async throws {
        let broker = try await PrivateBroker.shared()
        let port = broker.port
        try await withConnection(to: broker) { connection in
            let queue = try await connection.makeQueue()
            try await RawAMQPClient.with(port: port) { client in
                try client.selectConfirms()
                for raw in [RawProperties.headerKeyNotUTF8, .headerValueNotUTF8, .messageIDNotUTF8] {
                    try client.publish(to: queue, properties: raw)
                }
            }
            let notText = ShortString(bytes: RawProperties.notUTF8)
            #expect(try await connection.take(from: queue).properties.headers[notText] == "value")
            let value = try await connection.take(from: queue).properties.headers["key"]
            #expect(value == .stringBytes(RawProperties.notUTF8))
            #expect(value?.text == nil)
            let name = try #require(try await connection.take(from: queue).properties.messageID)
            #expect(name == notText)
            #expect(name.text == nil)
            #expect(name.bytes == RawProperties.notUTF8)
        }
    }

    @Test func `names that are not UTF-8 are refused here, for they would cost the connection`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            let queue = ShortString(try await connection.makeQueue())
            let name = ShortString(bytes: [0xFF, 0xFE])
            let refused = AMQPError.invalid("queue is not UTF-8")
            await #expect(throws: refused) { try await connection.declare(Queue(name)) }
            await #expect(throws: refused) { _ = try await connection.fetch(name) }
            await #expect(throws: refused) { _ = try await connection.consume(name, prefetch: 1) }
            await #expect(throws: refused) { try await connection.purge(name) }
            await #expect(throws: refused) { try await connection.deleteQueue(name) }
            await #expect(throws: refused) { _ = try await connection.status(of: name) }
            await #expect(throws: AMQPError.invalid("routing key is not UTF-8")) {
                try await connection.bind(queue, to: "amq.direct", routingKey: name)
            }
            await #expect(throws: AMQPError.invalid("exchange is not UTF-8")) {
                try await connection.bind(queue, to: name, routingKey: "k")
            }
            await #expect(throws: AMQPError.invalid("exchange is not UTF-8")) {
                try await connection.declare(Exchange(name, type: "direct"))
            }
            await #expect(throws: PublishError.invalid(.invalid("exchange is not UTF-8"))) {
                try await connection.publish(Message(body: []), to: Destination(exchange: name, routingKey: "k"))
            }
            try await connection.publish(Message(body: [1]), to: .queue(queue))
            #expect(try await connection.take(from: "\(queue)").body == [1])
        }
    }

    @Test func `a broker closes the connection for a name that is not UTF-8`() async throws {
        let port = try await PrivateBroker.shared().port
        let error = await #expect(throws: RawAMQPClient.Refused.self) {
            try await RawAMQPClient.with(port: port) { client in
                let name = AMQPFrames.shortString([0xFF, 0xFE])
                try client.call(.basicGet, AMQPFrames.short(0) + name + [1], answer: .basicGetEmpty)
            }
        }
        #expect(error?.code == 501)
    }

    @Test func `the key of a message may be any bytes`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            let queue = ShortString(try await connection.makeQueue())
            let exchange = ShortString(uniqueName("topic"))
            try await connection.declare(Exchange(exchange, type: "topic", deletesItself: true))
            let key = ShortString(bytes: RawProperties.notUTF8)
            let destination = Destination(exchange: exchange, routingKey: key)
            let error = await #expect(throws: PublishError.self) {
                try await connection.publish(Message(body: [1]), to: destination)
            }
            #expect(error == .unroutable(AMQPError.Closure(code: 312, text: "NO_ROUTE")))
            try await connection.bind(queue, to: exchange, routingKey: "#")
            try await connection.publish(Message(body: [2]), to: destination)
            let delivery = try await connection.take(from: "\(queue)")
            #expect(delivery.body == [2])
            #expect(delivery.routingKey == key)
            #expect(delivery.exchange == exchange)
        }
    }

    @Test func `names of many letters address queues`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { configuration in
            // A single letter to Swift, and a consumer's tag is made of it.
            configuration.name = "e" + String(repeating: "\u{301}", count: 300)
        } _: { connection in
            let queue = ShortString(uniqueName("队列 'é' e\u{301} 💥"))
            let other = ShortString(uniqueName("队列 'é' e\u{301} 💥"))
            try await connection.declare(Queue(queue))
            try await connection.bind(queue, to: "amq.topic", routingKey: other)
            let message = Message(body: [1])
            try await connection.publish(message, to: Destination(exchange: "amq.topic", routingKey: other))
            var deliveries = try await connection.consume(queue, prefetch: 1).makeAsyncIterator()
            let delivery = try #require(try await deliveries.next())
            #expect(delivery.routingKey == other)
            #expect(delivery.exchange == "amq.topic")
            #expect(await connection.acknowledge(delivery))
        }
    }

    // MARK: Poison

    @Test(arguments: [
        RawProperties.headersNested(depth: 32), .headersNested(depth: 5000), .headersNested(depth: 18_000),
        .headerArrayNested(depth: 32), .headerArrayNested(depth: 5000), .headerArrayNested(depth: 25_000),
    ])
    func `headers nested too deep do no harm, can be refused, and hold up nobody`(poison: RawProperties) async throws {
        let broker = try await PrivateBroker.shared()
        let port = broker.port
        try await withConnection(to: broker) { configuration in
            // The broker itself takes its time over such headers.
            configuration.callTimeout = .seconds(60)
        } _: { connection in
            let dead = try await connection.makeQueue()
            let queue = try await connection.makeQueue(arguments: [
                "x-dead-letter-exchange": "", "x-dead-letter-routing-key": .string(dead),
            ])
            try await RawAMQPClient.with(port: port) { client in
                try client.selectConfirms()
                for number: UInt8 in 0..<6 {
                    let isPoison = number % 2 == 0
                    try client.publish(
                        to: queue, properties: isPoison ? poison : .messageID("fine"), body: [number, number])
                }
            }
            var deliveries = try await connection.consume("\(queue)", prefetch: 2).makeAsyncIterator()
            for number: UInt8 in 0..<6 {
                let delivery = try #require(try await deliveries.next())
                if number % 2 == 0 {
                    #expect(delivery.fault == .headersTooDeep)
                    #expect(delivery.properties.headers.isEmpty)
                    #expect(delivery.properties.deliveryMode == .persistent)
                    #expect(delivery.body.isEmpty)
                    #expect(await connection.refuse(delivery, requeue: false))
                } else {
                    #expect(delivery.fault == nil)
                    #expect(delivery.properties.messageID == "fine")
                    #expect(delivery.body == [number, number])
                    #expect(await connection.acknowledge(delivery))
                }
            }
            try await connection.cancelConsumer()
            #expect(await connection.isOpen)
            #expect(try await connection.status(of: "\(queue)").readyMessages == 0)
            try await eventually("the refused messages are dead letters") {
                try await connection.status(of: "\(dead)").readyMessages == 3
            }
            for _ in 0..<3 { #expect(try await connection.take(from: dead).fault == .headersTooDeep) }
        }
    }

    @Test(arguments: [RawProperties.headersNested(depth: 31), .headerArrayNested(depth: 30)])
    func `headers nested as deep as they may are no poison, and go on unchanged`(raw: RawProperties) async throws {
        let broker = try await PrivateBroker.shared()
        let port = broker.port
        try await withConnection(to: broker) { connection in
            let (first, second) = (try await connection.makeQueue(), try await connection.makeQueue())
            try await RawAMQPClient.with(port: port) { client in
                try client.selectConfirms()
                try client.publish(to: first, properties: raw, body: [1])
            }
            let delivery = try await connection.take(from: first)
            #expect(delivery.fault == nil)
            #expect(delivery.body == [1])
            #expect(!delivery.properties.headers.isEmpty)
            let message = Message(body: [], properties: delivery.properties)
            try await connection.publish(message, to: .queue("\(second)"))
            let again = try await RawAMQPClient.with(port: port) { try $0.get(second) }
            #expect(again?.properties == raw)
        }
    }

    // MARK: Bodies

    @Test(arguments: [
        0, 1, 32_767, 32_768, 32_769, 65_536, 131_063, 131_064, 131_065, 262_128, 262_129, 3 << 20,
    ])
    func `a body of any size arrives whole`(size: Int) async throws {
        let broker = try await PrivateBroker.shared()
        let port = broker.port
        try await withConnection(to: broker) { connection in
            let body = bytes(size)
            var properties = Properties()
            properties.messageID = "whole"
            let delivery = try await connection.roundTrip(Message(body: body, properties: properties))
            let isSame = delivery.body == body
            #expect(isSame)
            #expect(delivery.properties == properties)
            #expect(delivery.fault == nil)

            // The same from a client that cuts its frames otherwise.
            let queue = try await connection.makeQueue()
            try await RawAMQPClient.with(port: port) { client in
                try client.selectConfirms()
                try client.publish(to: queue, body: body)
            }
            let other = try await connection.take(from: queue).body == body
            #expect(other)
        }
    }

    @Test func `bodies of many sizes on their way at once arrive in order`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            let queue = try await connection.makeQueue()
            let bodies = [0, 200_000, 1, 131_064, 32_768, 0, 131_065, 500, 400_000, 3].map(bytes)
            try await withThrowingTaskGroup { group in
                for body in bodies {
                    group.addTask { try await connection.publish(Message(body: body), to: .queue("\(queue)")) }
                }
                try await group.waitForAll()
            }
            var deliveries = try await connection.consume("\(queue)", prefetch: 3).makeAsyncIterator()
            for body in bodies {
                let delivery = try #require(try await deliveries.next())
                let isSame = delivery.body == body
                #expect(isSame, "\(delivery.body.count) bytes instead of \(body.count)")
                #expect(await connection.acknowledge(delivery))
            }
        }
    }

    @Test func `a body of 64 MB arrives if the limit allows it`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { configuration in
            configuration.bodyLimit = 64 << 20
            configuration.callTimeout = .seconds(60)
        } _: { connection in
            let body = bytes(64 << 20)
            let delivery = try await connection.roundTrip(Message(body: body))
            #expect(delivery.fault == nil)
            let isSame = delivery.body == body
            #expect(isSame)
            // The connection has come through it.
            #expect(try await connection.roundTrip(Message(body: [1])).body == [1])
        }
    }

    @Test(arguments: [100_001, 131_064, 131_065, 20 << 20])
    func `a body over the limit is not kept, and the connection goes on`(size: Int) async throws {
        try await withConnection(to: PrivateBroker.shared()) {
            $0.bodyLimit = 100_000
        } _: { connection in
            var properties = Properties()
            properties.messageID = "large"
            let fault = Delivery.Fault.bodyTooLarge(bytes: UInt64(size), limit: 100_000)
            let large = Message(body: bytes(size), properties: properties)

            let fetched = try await connection.roundTrip(large)
            #expect(fetched.fault == fault)
            #expect(fetched.body.isEmpty)
            #expect(fetched.properties == properties)

            let queue = try await connection.makeQueue()
            let fitting = Message(body: bytes(100_000))
            for message in [large, fitting, large, fitting] {
                try await connection.publish(message, to: .queue("\(queue)"))
            }
            var deliveries = try await connection.consume("\(queue)", prefetch: 4).makeAsyncIterator()
            for isLarge in [true, false, true, false] {
                let delivery = try #require(try await deliveries.next())
                #expect(delivery.fault == (isLarge ? fault : nil))
                let isRight = delivery.body == (isLarge ? [] : fitting.body)
                #expect(isRight)
                #expect(await connection.refuse(delivery, requeue: false))
            }
            try await connection.cancelConsumer()
            #expect(try await connection.status(of: "\(queue)").readyMessages == 0)
        }
    }

    @Test func `a limit of nothing lets empty bodies through`() async throws {
        try await withConnection(to: PrivateBroker.shared()) {
            $0.bodyLimit = 0
        } _: { connection in
            let empty = try await connection.roundTrip(Message(body: []))
            #expect(empty.fault == nil)
            let other = try await connection.roundTrip(Message(body: [1]))
            #expect(other.fault == .bodyTooLarge(bytes: 1, limit: 0))
        }
    }

    // MARK: What is refused here

    /// Messages that a broker would close the channel or the connection for, and the beginning of the complaint.
    private static func hopeless(queue: String) -> [(what: String, message: Message, destination: Destination)] {
        let long = ShortString(String(repeating: "x", count: 300))
        func message(_ change: (inout Properties) -> Void) -> Message {
            var properties = Properties()
            change(&properties)
            return Message(body: [1, 2, 3], properties: properties)
        }
        let plain = message { _ in }
        let here = Destination.queue(ShortString(queue))
        var tooDeep: FieldValue = [:]
        for _ in 0..<32 { tooDeep = ["n": tooDeep] }
        return [
            ("message_id has 300 bytes", message { $0.messageID = long }, here),
            ("correlation_id has 300 bytes", message { $0.correlationID = long }, here),
            ("routing key has 300 bytes", plain, .queue(long)),
            ("exchange has 300 bytes", plain, Destination(exchange: long, routingKey: "k")),
            ("exchange is not UTF-8", plain, Destination(exchange: ShortString(bytes: [0xFF]), routingKey: "k")),
            (
                "a key in headers has 256 bytes",
                message { $0.headers = [ShortString(String(repeating: "k", count: 256)): 1] }, here
            ),
            (
                "headers has 200",
                message { $0.headers = ["stack trace": .string(String(repeating: "x", count: 200_000))] }, here
            ),
            ("headers nest deeper than 32", message { $0.headers = ["n": tooDeep] }, here),
            ("expiration must be", message { $0.expiration = "soon" }, here),
            ("expiration must be", message { $0.expiration = "-1" }, here),
            ("expiration must be", message { $0.expiration = "" }, here),
            ("expiration must be", message { $0.expiration = "4294967296" }, here),
            ("user_id must be", message { $0.userID = "somebody" }, here),
            ("user_id must be", message { $0.userID = "" }, here),
        ]
    }

    /// The bytes that the broker has had from a connection.
    private static func bytesReceived(by broker: PrivateBroker, from name: String) async throws -> Int {
        let rows = try await broker.control("list_connections", "recv_oct", "client_properties").split(separator: "\n")
        let row = try #require(rows.first { $0.contains(name) })
        return try #require(row.split(separator: "\t").first.flatMap { Int($0) })
    }

    @Test func `a hopeless message is refused before a byte is sent`() async throws {
        let broker = try await PrivateBroker.shared()
        let name = uniqueName("hopeless")
        try await withConnection(to: broker) { configuration in
            configuration.name = name
            // Nothing but what the test sends is to be counted.
            configuration.heartbeat = .zero
        } _: { connection in
            let queue = try await connection.makeQueue()
            try await connection.publish(Message(body: [0]), to: .queue("\(queue)"))
            let before = try await Self.bytesReceived(by: broker, from: name)
            for (what, message, destination) in Self.hopeless(queue: queue) {
                let error = await #expect(throws: PublishError.self, "\(what)") {
                    try await connection.publish(message, to: destination)
                }
                guard case .invalid(let reason) = error else {
                    Issue.record("\(what): \(String(describing: error))")
                    continue
                }
                #expect(reason.description.hasPrefix(what))
            }
            #expect(try await Self.bytesReceived(by: broker, from: name) == before)
            #expect(before > 100)

            try await connection.publish(Message(body: [1]), to: .queue("\(queue)"))
            #expect(try await connection.take(from: queue).body == [0])
            #expect(try await connection.take(from: queue).body == [1])
            #expect(try await connection.fetch("\(queue)") == nil)
        }
    }

    @Test func `a hopeless message among good ones costs them nothing`() async throws {
        try await withConnection(to: PrivateBroker.shared()) { connection in
            let queue = try await connection.makeQueue()
            let hopeless = Self.hopeless(queue: queue)
            let refused = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do throws(PublishError) {
                            if number % 2 == 0 {
                                try await connection.publish(Message(body: [UInt8(number)]), to: .queue("\(queue)"))
                            } else {
                                let (_, message, destination) = hopeless[number % hopeless.count]
                                try await connection.publish(message, to: destination)
                            }
                            return false
                        } catch {
                            guard case .invalid = error else {
                                Issue.record("\(error)")
                                return false
                            }
                            return true
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused == 100)
            #expect(try await connection.status(of: "\(queue)").readyMessages == 100)
        }
    }
}
