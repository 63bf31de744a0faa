import HTTPServer
import JSON
import Lane
import Operations
import TestSupport
import Testing

@testable import Console
@testable import Worker

@Suite("The overview of the page", .timeLimit(.minutes(5))) struct OverviewTests {
    @Test func `says everything that is known, and null where nothing is`() async throws {
        try await OverviewStand.run { stand in
            stand.known.change { facts in
                facts.phase = "working"
                facts.isReady = false
                facts.causes = [.init("broker", "gone \"away\"\n<b>")]
                facts.queues = .init(
                    at: .now,
                    [
                        .init(role: "jobs", name: "p.jobs", messages: 7, consumers: 2),
                        .init(role: "delay", name: "p.delay.*", messages: 1, consumers: nil),
                    ])
                var app = OverviewFacts.App(
                    name: "mini", type: "mini", appid: "wx1", rate: "200/s", tokenSource: "stable")
                app.tokenRemaining = .milliseconds(5_999_900)
                app.refreshesLeft = 20
                app.pauses = [
                    .init(scope: "api", what: "message/subscribe/send", cause: "45009", remaining: .seconds(30)),
                    .init(scope: "app", what: nil, cause: "secret wrong", remaining: .seconds(61)),
                ]
                facts.apps = [
                    app, .init(name: "shop", type: "service", appid: "wx2", rate: nil, tokenSource: "holder"),
                ]
                facts.lanes = [.init(name: "worker-0", consumer: "ready", publisher: "blocked")]
            }
            stand.count("mini", .sent, times: 4)
            stand.count("mini", .duplicate, "duplicate")
            stand.count("", .failed, "bad_json", times: 2)
            try await eventually("it is counted") {
                try await stand.get("/api/overview").json.at("now.totals.sent")?.integer == 4
            }
            let (status, json) = try await stand.get("/api/overview")
            #expect(status == 200)
            func text(_ path: String) -> String? { json.at(path).map { "\($0)" } }
            for (path, value) in [
                ("now.mode", "\"worker\""), ("now.phase", "\"working\""), ("now.ready", "false"),
                ("now.causes", #"[{"part":"broker","detail":"gone \"away\"\n<b>"}]"#),
                ("now.in_flight", "0"), ("now.in_flight_limit", "0"), ("now.oldest_seconds", "0.0"),
                ("now.totals", #"{"sent":4,"refused":0,"failed":2,"unknown":0,"expired":0,"duplicate":1}"#),
                ("now.queues.0", #"{"role":"jobs","name":"p.jobs","messages":7,"consumers":2}"#),
                ("now.queues.1", #"{"role":"delay","name":"p.delay.*","messages":1,"consumers":null}"#),
                ("now.apps.0.token", #"{"source":"stable","remaining_seconds":5999,"refreshes_left":20}"#),
                ("now.apps.0.rate", "\"200/s\""), ("now.apps.0.appid", "\"wx1\""),
                (
                    "now.apps.0.pauses.0",
                    #"{"scope":"api","what":"message/subscribe/send","cause":"45009","remaining_seconds":30}"#
                ),
                ("now.apps.0.pauses.1.what", "null"),
                ("now.apps.0.totals", #"{"sent":4,"refused":0,"failed":0,"unknown":0}"#),
                ("now.apps.1.token", #"{"source":"holder","remaining_seconds":null,"refreshes_left":null}"#),
                ("now.apps.1.rate", "null"), ("now.apps.1.pauses", "[]"),
                ("now.apps.1.totals", #"{"sent":0,"refused":0,"failed":0,"unknown":0}"#),
                ("now.lanes", #"[{"name":"worker-0","consumer":"ready","publisher":"blocked"}]"#),
                ("history.step_ms", "1000"),
            ] { #expect(text(path) == value, "\(path)") }
            let reasons = try #require(json.at("now.reasons")?.array?.compactMap { $0.object })
            #expect(reasons.map { $0["reason"]?.string } == ["bad_json", "duplicate"])
            #expect(reasons.map { $0["count"]?.integer } == [2, 1])
            #expect(json.at("now.process.memory_bytes")?.integer ?? 0 > 1_000_000)
            #expect(json.at("now.process.uptime_seconds")?.double ?? 0 > 0)
            let (at, queuesAt) = (json.at("now.at")?.integer ?? 0, json.at("now.queues_at")?.integer ?? 0)
            #expect(at - queuesAt >= 0 && at - queuesAt < 600_000 && at > 1_700_000_000_000)
        }
    }

    @Test func `says null for everything that only a worker has`() async throws {
        try await OverviewStand.run(.serve) { stand in
            stand.known.change {
                $0.apps = [.init(name: "mini", type: "mini", appid: "wx1", rate: nil, tokenSource: "stable")]
            }
            let json = try await stand.get("/api/overview").json
            #expect(json.at("now.mode")?.string == "serve")
            for key in [
                "phase", "ready", "in_flight", "in_flight_limit", "oldest_seconds", "rates", "totals", "queues_at",
                "apps.0.totals",
            ] { #expect(json.at("now.\(key)") == .null, "\(key)") }
            for key in ["causes", "reasons", "queues", "lanes"] { #expect(json.at("now.\(key)") == .array([])) }
        }
    }

    @Test func `tells the twenty most frequent reasons`() async throws {
        try await OverviewStand.run { stand in
            for number in 1...30 { stand.count("mini", .failed, "reason_\(number)", times: UInt64(number)) }
            stand.count("mini", .sent, times: 1000)
            try await eventually("they are counted") {
                try await stand.get("/api/overview").json.at("now.reasons")?.array?.isEmpty == false
            }
            let json = try await stand.get("/api/overview").json
            let reasons = try #require(json.at("now.reasons")?.array).compactMap { $0.object?["reason"]?.string }
            #expect(reasons == (11...30).reversed().map { "reason_\($0)" })
        }
    }
}
