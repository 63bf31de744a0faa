import AMQP
import BrokerSupport
import JSON
import TestSupport
import Testing
import Worker

@testable import DeadLetters

/// When a run takes the next letter.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct PaceTests {
    @Test func `a run with many letters out goes on when half of them have come back`() async throws {
        try await Yard.run { yard in
            try await yard.connected { desk in
                var plan = RequeuePlan(author: "me")
                plan.waits = true
                let run = RequeueRun(plan, of: 300, yard.names, desk, on: yard.lane) { _ in }
                for number in 0..<200 {
                    #expect(await run.admit() == .taken)
                    let message = Yard.letter("p-\(number)")
                    #expect(await run.carry(DeadLetter(body: message.body, properties: message.properties)))
                }
                let marks = try await yard.content(of: yard.names.jobs).compactMap(\.properties.correlationID)
                try #require(marks.count == 200)
                var result = JSONObject()
                result["status"] = "sent"
                for mark in marks.prefix(99) { _ = await run.take(mark, result) }
                #expect(await run.admit() == .later)
                _ = await run.take(marks[99], result)
                for _ in 0..<100 { #expect(await run.admit() == .taken) }
            }
        }
    }

    @Test func `a letter waits in hand for a slow pace rather than for another walk`() async throws {
        try await Yard.run { yard in
            try await yard.connected { desk in
                var plan = RequeuePlan(author: "me")
                plan.rate = 20 / 60
                let run = RequeueRun(plan, of: 3, yard.names, desk, on: yard.lane) { _ in }
                for _ in 0..<3 { #expect(await run.admit() == .taken) }
            }
        }
    }
}
