import JSON
import Lane
import TestSupport
import Testing

@testable import Console
@testable import Worker

@Suite("Live events of the page", .timeLimit(.minutes(5))) struct OverviewEventTests {
    private static func nows(in text: String) throws -> [JSONObject] {
        try text.split(separator: "event: now\ndata: ").dropFirst().compactMap { part in
            guard let end = part.firstRange(of: "\n\n") else { return nil }
            return try JSONValue(parsing: Array(part[..<end.lowerBound].utf8)).object
        }
    }

    @Test func `come at once and then every second, with numbers that go up`() async throws {
        try await OverviewStand.run { stand in
            let peer = try stand.listen()
            defer { peer.close() }
            var text = try await peer.read("\n\n", times: 3)
            #expect(text.contains("Content-Type: text/event-stream\r\n") && text.contains("retry: 2000\n\n"))
            #expect(try Self.nows(in: text).first?.at("totals.sent")?.integer == 0)
            stand.count("mini", .sent, times: 9)
            text = try await peer.read("event: now", times: 5, after: text)
            text = try await peer.read("\n\n", after: text)
            let nows = try Self.nows(in: text)
            let times = nows.compactMap { $0["at"]?.integer }
            #expect(nows.last?.at("totals.sent")?.integer == 9)
            #expect(nows.contains { $0.at("rates.sent")?.integer == 9 } == true)
            // The first comes when somebody listens, the others by the clock, a second apart.
            for (one, next) in zip(times.dropFirst(), times.dropFirst(2)) { #expect(next - one >= 500) }
        }
    }

    @Test func `of other things come in between, as they are published`() async throws {
        try await OverviewStand.run { stand in
            let (one, two) = (try stand.listen(), try stand.listen())
            defer { for peer in [one, two] { peer.close() } }
            try await eventually("both listen") { await stand.hub.count == 2 }
            await stand.hub.publish("run", Array(#"{"run":"a","text":"line\nline"}"#.utf8), about: "a")
            for peer in [one, two] {
                let text = try await peer.read("event: run\ndata: {\"run\":\"a\",\"text\":\"line\\nline\"}\n\n")
                #expect(text.contains("event: now"))
            }
        }
    }

    @Test func `are for 32 at once; one more is told so, until somebody leaves`() async throws {
        try await OverviewStand.run { stand in
            let peers = try (0..<32).map { _ in try stand.listen() }
            defer { for peer in peers { peer.close() } }
            try await eventually("all listen") { await stand.hub.count == 32 }
            let (status, json) = try await stand.get("/api/events")
            #expect(status == 503 && json.at("error.code")?.string == "busy")
            peers[0].close()
            try await eventually("there is room again") { await stand.hub.count == 31 }
            let late = try stand.listen()
            defer { late.close() }
            _ = try await late.read("event: now")
        }
    }

    @Test func `a listener that does not read is let go, and nobody else waits for it`() async throws {
        try await OverviewStand.run(patience: .seconds(2)) { stand in
            let (deaf, keen) = (try stand.listen(), try stand.listen())
            defer { for peer in [deaf, keen] { peer.close() } }
            try await eventually("both listen") { await stand.hub.count == 2 }
            let reading = Task { try await keen.skip(to: "the last one") }
            // The kernel takes some megabytes for whoever does not read.
            let large = #"{"text":""#.utf8 + [UInt8](repeating: 65, count: 1 << 20) + #""}"#.utf8
            try await eventually("it is let go", within: .seconds(60), every: .milliseconds(50)) {
                await stand.hub.publish("run", Array(large), about: nil)
                return await stand.hub.count == 1
            }
            await stand.hub.publish("run", Array("\"the last one\"".utf8))
            try await reading.value
            // Its connection goes with it, though it still reads nothing.
            try await eventually("the connection is gone", within: .seconds(60)) { await stand.connections == 1 }
        }
    }

    @Test func `a listener that is late gets the newest of each thing only`() {
        func event(_ name: String, _ subject: String?) -> ServerEvent { ServerEvent(name, [], about: subject) }
        for (old, new, isOutdated) in [
            (event("now", "now"), event("now", "now"), true), (event("run", "a"), event("run", "a"), true),
            (event("run", "a"), event("run", "b"), false), (event("run", nil), event("run", nil), false),
            (event("now", "a"), event("run", "a"), false),
        ] { #expect(old.isOutdated(by: new) == isOutdated) }
    }

    @Test func `end for those who may not listen any more`() async throws {
        try await OverviewStand.run { stand in
            let peer = try stand.listen()
            defer { peer.close() }
            _ = try await peer.read("event: now")
            stand.isWelcome.change { $0 = false }
            try await peer.awaitEnd()
            #expect(await stand.hub.count == 0)
        }
    }

    @Test func `end when the page is closed down`() async throws {
        let listening = Shared<Peer?>(nil)
        try await OverviewStand.run { stand in
            let peer = try stand.listen()
            _ = try await peer.read("event: now")
            listening.change { $0 = peer }
        }
        let peer = try #require(listening.value)
        try await peer.awaitEnd()
        peer.close()
    }
}
