import AMQP
import BrokerSupport
import DeadLetters
import TestSupport
import Testing
import Worker

/// A look at the head of the queue, as a worker takes one every few minutes.
@Suite("The head of the dead queue", .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct HeadTests {
    @Test(
        "Looking at it changes no order, whoever has looked how far before",
        arguments: [0, 1, 7, 40])
    func order(seenBefore: Int) async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<40).map { Yard.letter("l-\($0)") })
            let queue = yard.queue()
            // Letters that have been looked at come back before the others, and in another place if they come alone.
            if seenBefore > 0 {
                try await yard.connected { connection in
                    var letters = try await connection.consume(yard.names.dead, prefetch: seenBefore)
                        .makeAsyncIterator()
                    for _ in 0..<seenBefore { _ = try await letters.next() }
                }
                try await eventually("they are back") { try await queue.count() == 40 }
            }
            for _ in 0..<4 {
                let head = try await queue.head(atMost: 40)
                #expect(head?.id == "l-0" && head?.diedAt != nil)
            }
            try await yard.bury([Yard.letter("l-40")])
            for _ in 0..<3 { #expect(try await queue.head(atMost: 1000)?.id == "l-0") }
            let ids = try await queue.ids()
            #expect(ids == (0...40).map { "l-\($0)" })
        }
    }

    @Test func `there may be none, or more than is worth it`() async throws {
        try await Yard.run { yard in
            let queue = yard.queue()
            #expect(try await queue.head(atMost: 10) == nil)
            try await yard.bury((0..<11).map { Yard.letter("l-\($0)") })
            #expect(try await queue.head(atMost: 10) == nil)
            #expect(try await queue.head(atMost: 11)?.id == "l-0")
        }
    }
}
