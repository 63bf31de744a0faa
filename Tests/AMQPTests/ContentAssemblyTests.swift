import Testing

@testable import AMQP

private let fetched = ContentAssembly.Origin.fetched(
    tag: 7, isRedelivered: true, exchange: "e", routingKey: "k", remaining: 3)
private let returned = ContentAssembly.Origin.returned(
    reason: AMQPError.Closure(code: 312, text: "NO_ROUTE"), exchange: "e", routingKey: "k")

private func delivery(_ tag: UInt64 = 1) -> ContentAssembly.Origin {
    .delivery(tag: tag, isRedelivered: false, exchange: "e", routingKey: "k")
}

private func named(_ name: ShortString) -> Properties {
    var properties = Properties()
    properties.messageID = name
    return properties
}

extension ContentAssembly {
    fileprivate mutating func header(
        _ size: UInt64, _ properties: Properties = Properties(), tooDeep: Bool = false
    ) throws -> WireEvent? {
        try header(properties: properties, headersTooDeep: tooDeep, bodySize: size)
    }

    fileprivate mutating func body(_ bytes: [UInt8]) throws -> WireEvent? {
        try bytes.withUnsafeBytes { try body($0) }
    }
}

extension WireEvent {
    fileprivate var delivery: Delivery? {
        switch self {
        case .delivery(let delivery), .reply(.fetched(let delivery, _)): delivery
        default: nil
        }
    }
}

@Suite("The assembly of a message") struct ContentAssemblyTests {
    private var assembly = ContentAssembly(bodyLimit: 1000)

    @Test mutating func `makes a delivery of a method, a header and a body`() throws {
        assembly.channel = 5
        try assembly.begin(delivery(9))
        #expect(try assembly.header(3, named("m")) == nil)
        let made = try #require(try assembly.body([1, 2, 3])?.delivery)
        #expect(made.body == [1, 2, 3])
        #expect(made.properties == named("m"))
        #expect(made.exchange == "e")
        #expect(made.routingKey == "k")
        #expect(!made.isRedelivered)
        #expect(made.fault == nil)
        #expect(made.tag == 9)
        #expect(made.channel == 5)
    }

    @Test mutating func `is complete with the header when there is no body`() throws {
        try assembly.begin(delivery())
        let made = try #require(try assembly.header(0)?.delivery)
        #expect(made.body.isEmpty)
        #expect(made.fault == nil)
        #expect(throws: AMQPError.self) { _ = try assembly.body([]) }
    }

    @Test mutating func `tells a fetched message as an answer`() throws {
        try assembly.begin(fetched)
        _ = try assembly.header(1)
        guard case .reply(.fetched(let made, let remaining)) = try assembly.body([1]) else {
            Issue.record("no answer")
            return
        }
        #expect(made.tag == 7)
        #expect(made.isRedelivered)
        #expect(remaining == 3)
    }

    @Test(arguments: [[5], [1, 4], [1, 1, 1, 1, 1], [0, 2, 0, 3], [4, 0, 1]])
    mutating func `puts a split body together`(sizes: [Int]) throws {
        try assembly.begin(delivery())
        _ = try assembly.header(5)
        var next: UInt8 = 0
        for (index, size) in sizes.enumerated() {
            let piece = (0..<size).map { next + UInt8($0) }
            next += UInt8(size)
            let event = try assembly.body(piece)
            if index < sizes.count - 1 {
                #expect(event == nil)
            } else {
                #expect(event?.delivery?.body == [0, 1, 2, 3, 4])
            }
        }
    }

    @Test mutating func `tells of a message that came back by its name, and does not keep its body`() throws {
        try assembly.begin(returned)
        #expect(try assembly.header(4, named("lost")) == nil)
        #expect(try assembly.body([1, 2]) == nil)
        guard case .returned(let back) = try assembly.body([3, 4]) else {
            Issue.record("nothing came back")
            return
        }
        #expect(back.properties.messageID == "lost")
        #expect(back.reason == AMQPError.Closure(code: 312, text: "NO_ROUTE"))
        #expect(back.exchange == "e")
        #expect(back.routingKey == "k")
        try assembly.begin(delivery())
        _ = try assembly.header(1)
        #expect(try assembly.body([9])?.delivery?.body == [9])
    }

    @Test mutating func `refuses what comes out of order`() throws {
        func expectMalformed(_ body: () throws -> Void) {
            let error = #expect(throws: AMQPError.self) { try body() }
            guard case .malformed = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        var assembly = assembly
        expectMalformed { _ = try assembly.header(1) }
        expectMalformed { _ = try assembly.body([1]) }
        try assembly.begin(delivery())
        expectMalformed { try assembly.begin(delivery(2)) }
        expectMalformed { _ = try assembly.body([1]) }
        _ = try assembly.header(2)
        expectMalformed { _ = try assembly.header(2) }
        expectMalformed { try assembly.begin(delivery(2)) }
        _ = try assembly.body([1])
        expectMalformed { _ = try assembly.body([2, 3]) }
    }

    @Test(arguments: [UInt64(1), 999, 1000]) mutating func `keeps a body up to the limit`(size: UInt64) throws {
        try assembly.begin(delivery())
        _ = try assembly.header(size)
        let made = try #require(try assembly.body([UInt8](repeating: 1, count: Int(size)))?.delivery)
        #expect(made.body.count == Int(size))
        #expect(made.fault == nil)
    }

    @Test mutating func `does not keep a body beyond the limit, but its properties`() throws {
        try assembly.begin(delivery())
        _ = try assembly.header(1001, named("large"))
        #expect(try assembly.body([UInt8](repeating: 1, count: 1000)) == nil)
        let made = try #require(try assembly.body([1])?.delivery)
        #expect(made.body.isEmpty)
        #expect(made.fault == .bodyTooLarge(bytes: 1001, limit: 1000))
        #expect(made.properties.messageID == "large")
        // The fault is that message's own.
        try assembly.begin(delivery(2))
        #expect(try assembly.header(0)?.delivery?.fault == nil)
    }

    @Test(arguments: [0, -1, Int.min]) func `keeps nothing under a limit of nothing`(limit: Int) throws {
        var assembly = ContentAssembly(bodyLimit: limit)
        try assembly.begin(delivery())
        #expect(try assembly.header(0)?.delivery?.fault == nil)
        try assembly.begin(delivery(2))
        _ = try assembly.header(1)
        #expect(try assembly.body([1])?.delivery?.fault == .bodyTooLarge(bytes: 1, limit: limit))
    }

    @Test mutating func `takes any promised size without making room for it`() throws {
        try assembly.begin(delivery())
        #expect(try assembly.header(.max) == nil)
        #expect(try assembly.body([1, 2, 3]) == nil)
        assembly.reset()
        try assembly.begin(delivery(2))
        #expect(try assembly.header(0)?.delivery?.tag == 2)
    }

    @Test(arguments: [UInt64(0), 3]) mutating func `tells of headers that nest too deep`(size: UInt64) throws {
        try assembly.begin(delivery())
        var event = try assembly.header(size, named("deep"), tooDeep: true)
        if size > 0 {
            #expect(event == nil)
            event = try assembly.body([1, 2, 3])
        }
        let made = try #require(event?.delivery)
        #expect(made.fault == .headersTooDeep)
        #expect(made.body.isEmpty)
        #expect(made.properties == named("deep"))
        try assembly.begin(delivery(2))
        #expect(try assembly.header(0)?.delivery?.fault == nil)
    }

    @Test mutating func `forgets a message that was cut off`() throws {
        try assembly.begin(delivery())
        _ = try assembly.header(4, named("cut"))
        _ = try assembly.body([1, 2])
        assembly.reset()
        #expect(throws: AMQPError.self) { _ = try assembly.body([3, 4]) }
        try assembly.begin(delivery(2))
        _ = try assembly.header(2)
        let made = try #require(try assembly.body([5, 6])?.delivery)
        #expect(made.body == [5, 6])
        #expect(made.properties == Properties())
    }
}
