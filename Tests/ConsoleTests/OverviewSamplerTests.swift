import JSON
import Lane
import Telemetry
import TestSupport
import Testing

@testable import Console
@testable import Worker

@Suite("What the overview remembers") struct OverviewSamplerTests {
    /// Looks at a stand's numbers without a clock.
    private func sampling(
        _ mode: ConsoleMode = .worker,
        _ body: @escaping @Sendable (OverviewStand, inout OverviewSampler) throws -> Void
    ) async throws {
        try await OverviewStand.run(mode) { stand in
            var sampler = OverviewSampler(stand)
            try body(stand, &sampler)
        }
    }

    private static func series(_ sampler: OverviewSampler) throws -> JSONObject {
        var json = JSONWriter()
        json.object { sampler.history.write(into: &$0) }
        return try #require(try JSONValue(parsing: json.bytes).object)
    }

    private static func values(_ sampler: OverviewSampler, _ name: String) throws -> [Int64?] {
        try #require(try series(sampler).at("series.\(name)")?.array).map(\.integer)
    }

    private static func expect(_ sampler: OverviewSampler, _ name: String, _ values: [Int64?]) throws {
        let found = try Self.values(sampler, name)
        #expect(found == values, "\(name)")
    }

    @Test func `each second has what was counted in it, the first one nothing that is known`() async throws {
        try await sampling { stand, sampler in
            stand.count("mini", .sent, times: 7)
            sampler.sample(stand, second: 0)
            stand.count("mini", .sent, times: 3)
            stand.count("shop", .sent)
            stand.count("mini", .failed, "value_too_long", times: 2)
            sampler.sample(stand, second: 1)
            sampler.sample(stand, second: 2)
            try Self.expect(sampler, "sent", [nil, 4, 0])
            try Self.expect(sampler, "failed", [nil, 2, 0])
            try Self.expect(sampler, "in_flight", [0, 0, 0])
            try Self.expect(sampler, "dead", [nil, nil, nil])
            #expect(sampler.totalsByStatus == [11, 0, 2, 0, 0, 0])
        }
    }

    @Test func `seconds that were slept through are unknown, and so is what was counted in them`() async throws {
        try await sampling { stand, sampler in
            sampler.sample(stand, second: 0)
            stand.count("mini", .sent, times: 50)
            sampler.sample(stand, second: 4)
            stand.count("mini", .sent, times: 2)
            sampler.sample(stand, second: 5)
            // A clock that seems to stand still adds nothing.
            sampler.sample(stand, second: 5)
            try Self.expect(sampler, "sent", [nil, nil, nil, nil, nil, 2])
            #expect(sampler.totalsByStatus[0] == 52)
        }
    }

    @Test func `a quarter of an hour is kept, and all series are equally long`() async throws {
        try await sampling { stand, sampler in
            for second in 0..<1000 {
                stand.count("mini", .sent, times: UInt64(second))
                sampler.sample(stand, second: second)
            }
            let sent = try Self.values(sampler, "sent")
            #expect(sent == (100..<1000).map { Int64($0) })
            let all = try #require(try Self.series(sampler).at("series")?.object)
            #expect(
                all.map(\.key) == [
                    "sent", "refused", "failed", "unknown", "expired", "duplicate", "in_flight", "jobs", "dead",
                    "delay",
                ])
            #expect(all.allSatisfy { $0.value.array?.count == 900 })
            // A sleep of a day leaves nothing known but the moment.
            sampler.sample(stand, second: 90_000)
            try Self.expect(sampler, "sent", Array(repeating: nil, count: 900))
            let inFlight = try Self.values(sampler, "in_flight")
            #expect(inFlight.last == 0)
        }
    }

    @Test func `what became of jobs within a minute is told apart from all before`() async throws {
        try await sampling { stand, sampler in
            stand.count("mini", .failed, "value_too_long", times: 5)
            sampler.sample(stand, second: 0)
            #expect(sampler.lastMinute(0) == 0)
            for second in 1...90 {
                stand.count("mini", .failed, "value_too_long")
                if second == 80 { stand.count("mini", .refused, "recipient_refused", times: 3) }
                sampler.sample(stand, second: second)
            }
            #expect(sampler.tally?.endings.counts == [95, 3])
            #expect(sampler.lastMinute(0) == 60 && sampler.lastMinute(1) == 3)
            #expect(sampler.lastMinute(7) == 0)
        }
    }

    @Test func `without a worker there are queues alone`() async throws {
        try await sampling(.serve) { stand, sampler in
            stand.known.change { facts in
                facts.queues = .init(
                    at: .now, [.init(role: "dead", name: "p.dead", messages: 12, consumers: 0)])
            }
            sampler.sample(stand, second: 0)
            sampler.sample(stand, second: 1)
            try Self.expect(sampler, "dead", [12, 12])
            try Self.expect(sampler, "sent", [nil, nil])
            try Self.expect(sampler, "in_flight", [nil, nil])
        }
    }
}
