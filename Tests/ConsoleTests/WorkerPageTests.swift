import Foundation
import JSON
import TestSupport
import Testing

@Suite(
    "The page of a real worker", .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"),
    .timeLimit(.minutes(10)))
struct WorkerPageTests {
    @Test func `numbers go up as jobs finish, in the answer and in the events`() async throws {
        try await PageSite.run { site in
            let server = try await site.worker()
            let peer = try Peer.connect(port: server.port, limit: 60)
            defer { peer.close() }
            let head =
                "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(PageSite.token)\r\n\r\n"
            try peer.write(Array(head.utf8))
            try await site.send((0..<20).map { "oS\($0)" } + ["fail_43101_a", "fail_47003_b"], ids: "j")
            let now = try await server.await("all have ended") { now in
                now.at("totals.sent")?.integer == 20 && now.at("totals.refused")?.integer == 1
                    && now.at("totals.failed")?.integer == 1
            }
            #expect(now["phase"]?.string == "working" && now["causes"] == .array([]))
            #expect(now["in_flight"]?.integer == 0 && now["in_flight_limit"]?.integer == 50)
            #expect("\(now["lanes"] ?? .null)" == #"[{"name":"worker-0","consumer":"ready","publisher":"ready"}]"#)
            let reasons = now["reasons"]?.array?.compactMap { $0.object?["reason"]?.string } ?? []
            #expect(reasons.contains("recipient_refused") && reasons.count == 2)
            #expect(now.at("apps.0.totals.sent")?.integer == 20)
            #expect(now.at("apps.0.rate")?.string == "200/s" && now.at("apps.0.token.source")?.string == "stable")
            // What is asked around for comes a little later.
            let later = try await server.await("queues and tokens are known") { now in
                now.at("queues.2.messages")?.integer == 1
                    && now.at("apps.0.token.remaining_seconds")?.integer ?? 0 > 6000
            }
            #expect(
                later["queues"]?.array?.compactMap { $0.object?["role"]?.string } == [
                    "jobs", "results", "dead", "delay",
                ])
            #expect(later.at("queues.2.name")?.string == "\(site.prefix).dead")
            #expect(later.at("queues.0.consumers")?.integer == 1)
            #expect(later.at("apps.0.token.refreshes_left")?.integer == 20)

            let events = try await peer.read(#""totals":{"sent":20,"refused":1,"failed":1,"#)
            #expect(events.contains("Content-Type: text/event-stream"))
            // A second is taken down when it is over.
            try await eventually("the history has it too") {
                let (_, text) = try await server.get("/api/overview")
                let history = try JSONValue(parsing: Array(text.utf8)).object?.at("history.series")?.object
                return history?["sent"]?.array?.compactMap(\.integer).reduce(0, +) == 20
                    && history?["dead"]?.array?.last?.integer == 1
            }
        }
    }

    @Test func `dead letters are shown by the apps of the configuration in force`() async throws {
        try await PageSite.run { site in
            let worker = try await site.worker()
            // With one app alone, a job need not name it.
            _ = try await site.command("send", "--to", "oA", "--template", "gone")
            func letter() async throws -> JSONObject? {
                let (_, text) = try await worker.get("/api/dead")
                return try JSONValue(parsing: Array(text.utf8)).object?.at("letters.0")?.object
            }
            try await eventually("the letter is there") { try await letter()?["app"]?.string == "mini" }
            try site.configure(withSecondApp: true)
            worker.process.signalGroup(SIGHUP)
            try await eventually("nobody knows its app any more") {
                guard let letter = try await letter() else { return false }
                return letter["app"] == nil
            }
        }
    }

    @Test func `whoever logs out hears nothing more`() async throws {
        try await PageSite.run { site in
            let page = try await site.serve()
            let (cookie, proof) = try await page.logIn()
            let peer = try Peer.connect(port: page.port, limit: 60)
            defer { peer.close() }
            try peer.write(Array("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: \(cookie)\r\n\r\n".utf8))
            _ = try await peer.read("event: now", times: 2)
            try await page.logOut(cookie, proof)
            try await peer.awaitEnd()
        }
    }

    @Test func `a pause shows with its cause, at the worker and beside it, and goes again`() async throws {
        try await PageSite.run { site in
            try await site.control("/sandbox/ips", #"{"app":"wxmini","allow":["203.0.113.1"]}"#)
            let worker = try await site.worker()
            let page = try await site.serve()
            try await site.send(["oP"], ids: "p")
            let paused = try await worker.await("the pause shows") { $0.at("apps.0.pauses.0.scope")?.string == "app" }
            #expect(paused.at("apps.0.pauses.0.what") == .null)
            #expect(paused.at("apps.0.pauses.0.cause")?.string?.contains("203.0.113.1") == false)
            #expect(paused.at("apps.0.pauses.0.remaining_seconds")?.integer ?? -1 >= 0)
            try await worker.await("the worker is not ready") { now in
                now["ready"]?.bool == false && now.at("causes.0.part")?.string == "apps"
            }
            let beside = try await page.await("the pause shows beside it") { now in
                now.at("apps.0.pauses.0.scope")?.string == "app"
            }
            #expect(beside["mode"]?.string == "serve" && beside["ready"] == .null && beside["phase"] == .null)
            try await site.control("/sandbox/ips", #"{"app":"wxmini","allow":null}"#)
            try await worker.await("the job goes out and the pause is over") { now in
                now.at("totals.sent")?.integer == 1 && now.at("apps.0.pauses") == .array([])
                    && now["ready"]?.bool == true
            }
            try await page.await("it is over there too") { $0.at("apps.0.pauses") == .array([]) }
        }
    }

    @Test func `a limit of an API shows which one it is`() async throws {
        try await PageSite.run { site in
            let worker = try await site.worker()
            try await site.send(["fail_45009_a"], ids: "l")
            let now = try await worker.await("the pause shows") { $0.at("apps.0.pauses.0.scope")?.string == "api" }
            #expect(now.at("apps.0.pauses.0.what")?.string == "message/subscribe/send")
            #expect(now.at("apps.0.pauses.0.cause")?.string?.contains("rate_limited") == true)
        }
    }

    @Test func `templates change under the page, and a fault in them is told`() async throws {
        try await PageSite.run { site in
            try site.write(template: "broken", isFaulty: true)
            // Without a worker the page starts even so, and goes on once it is mended.
            let page = try await site.serve()
            try await Self.await(page, "the fault is told") { $0["fault"]?.string?.contains("carrier-pigeon") == true }
            try FileManager.default.removeItem(at: site.templates.appending(component: "broken.yaml"))
            try await Self.await(page, "it is mended") { $0.at("templates.0.name")?.string == "notice" }
            let worker = try await site.worker()
            for server in [worker, page] {
                try await Self.await(server, "the templates are there") { now in
                    now["templates"]?.array?.count == 1 && now["fault"] == .null
                }
            }
            try site.write(template: "other")
            for server in [worker, page] {
                try await Self.await(server, "the new one is there") { $0.at("templates.1.name")?.string == "other" }
            }
            try site.write(template: "other", isFaulty: true)
            for server in [worker, page] {
                try await Self.await(server, "the fault is told") {
                    $0["fault"]?.string?.contains("other.yaml") == true
                }
                let body = #"{"template":"other","params":{"title":"Tea"}}"#
                let (status, text) = try await server.post("/api/templates/render", body)
                #expect(status == 200 && text.contains(#""payload_text":"{"#) && text.contains("TPL-other"))
            }
        }
    }

    private static func await(
        _ server: PageSite.Server, _ what: String, _ condition: (JSONObject) -> Bool
    ) async throws {
        try await eventually(what, within: .seconds(60), every: .milliseconds(100)) {
            let (status, text) = try await server.get("/api/templates")
            #expect(status == 200)
            return condition(try #require(try JSONValue(parsing: Array(text.utf8)).object))
        }
    }

    @Test func `what WeChat allows is asked on demand, and its refusal is passed on without a secret`() async throws {
        try await PageSite.run { site in
            let (worker, page) = (try await site.worker(), try await site.serve())
            for server in [worker, page] {
                let (status, text) = try await server.post("/api/quota", #"{"app":"mini"}"#)
                #expect(status == 200, "\(text)")
                let answer = try JSONValue(parsing: Array(text.utf8)).object
                #expect(answer?.at("quota.0.api")?.string == "/cgi-bin/message/subscribe/send")
                #expect(answer?.at("quota.0.daily_limit")?.integer ?? 0 > 0)
                #expect(try await server.post("/api/quota", #"{"app":"nobody"}"#).status == 404)
            }
            try await site.control("/sandbox/ips", #"{"app":"wxmini","allow":["203.0.113.1"]}"#)
            for server in [worker, page] {
                let (status, text) = try await server.post("/api/quota", #"{"app":"mini"}"#)
                #expect(status == 502 && text.contains(#""code":"wechat""#) && text.contains("40164"), "\(text)")
                #expect(!text.contains(PageSite.secret) && !text.contains("access_token"))
            }
        }
    }

    @Test func `nothing is told without the token, and no secret with it`() async throws {
        try await PageSite.run { site in
            let (worker, page) = (try await site.worker(), try await site.serve())
            try await site.send(["oS"], ids: "s")
            try await worker.await("it is sent") { $0.at("totals.sent")?.integer == 1 }
            for server in [worker, page] {
                for path in ["/api/overview", "/api/events", "/api/templates"] {
                    let (status, text) = try await server.get(path, token: nil)
                    #expect(status == 401 && text.contains(#""code":"login""#), "\(path): \(text)")
                }
                for path in ["/api/quota", "/api/templates/render"] {
                    #expect(try await server.post(path, #"{"app":"mini"}"#, token: nil).status == 401)
                }
                for path in ["/api/overview", "/api/templates"] {
                    let (status, text) = try await server.get(path)
                    #expect(status == 200)
                    for secret in [PageSite.secret, PageSite.token, "access_token"] { #expect(!text.contains(secret)) }
                }
            }
        }
    }

    @Test func `without broker and cache the page says what is away`() async throws {
        try await PageSite.run { site in
            let ports = try FreePorts.take(2)
            try site.configure(
                broker: "amqp://guest:broker-password@127.0.0.1:\(ports[0])/",
                cache: "redis://:cache-password@127.0.0.1:\(ports[1])/0")
            let page = try await site.serve()
            let now = try await page.await("both are away") { now in
                now.at("causes.0.part")?.string == "broker" && now.at("causes.1.part")?.string == "cache"
            }
            let (status, _) = try await page.get("/api/templates")
            #expect(status == 200)
            #expect(now["queues"] == .array([]) && now["queues_at"] == .null)
            #expect(!JSONValue.object(now).description.contains("-password"))
            #expect(now.at("apps.0.name")?.string == "mini")
            page.process.signalGroup(SIGTERM)
            #expect(await page.process.exit() == 0)
        }
    }
}
