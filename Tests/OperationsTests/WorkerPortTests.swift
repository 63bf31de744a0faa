import AMQP
import Foundation
import Glibc
import TestSupport
import Testing

/// A real worker's port: what it counts, whether it can work, and what it tells systemd.
@Suite("A worker's port", .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct WorkerPortTests {
    private static let promtool = "/usr/bin/promtool"

    @Test func `what has become of jobs adds up`() async throws {
        try await Site.run { site in
            try site.startWorker()
            try await site.awaitReadiness(true)
            let now = UInt64(time(nil))
            try await site.send((0..<20).map { (id: "s-\($0)", to: "oS\($0)") }) { $0.timestamp = now }
            try await site.send([(id: "r-1", to: "fail_43101_a"), (id: "f-1", to: "fail_47003_b")])
            try await site.send([(id: "t-1", to: "fail_-1_x1_c"), (id: "t-2", to: "fail_-1_d")])
            try await site.send(["{not json", #"{"id":"x","to":"o","app":"forged","template":"made-up","params":{}}"#])
            let notice = #"app="mini",kind="subscribe",template="notice""#
            try await site.await("wxpush_jobs_total{\(notice),status=\"sent\",reason=\"\"}", 21)
            try await site.send([(id: "s-1", to: "oS1")])
            try await site.await("wxpush_jobs_total{\(notice),status=\"duplicate\",reason=\"duplicate\"}", 1)
            try await site.await("wxpush_jobs_total{\(notice),status=\"refused\",reason=\"recipient_refused\"}", 1)
            try await site.await("wxpush_jobs_total{\(notice),status=\"failed\",reason=\"retries_exhausted\"}", 1)
            let nameless = #"app="",kind="",template="",status="failed""#
            try await site.await("wxpush_jobs_total{\(nameless),reason=\"bad_json\"}", 1)
            // What a job makes up gets into no label.
            try await site.await("wxpush_jobs_total{\(nameless),reason=\"unknown_template\"}", 1)
            try await site.await("wxpush_postponed_total{app=\"mini\",cause=\"retry\"}", 2)
            try await site.await("wxpush_ledger_hits_total{hit=\"duplicate\"}", 1)

            let numbers = try await site.numbers()
            func answers(_ code: String) -> Double? {
                numbers["wxpush_wechat_answers_total{app=\"mini\",kind=\"subscribe\",errcode=\"\(code)\"}"]
            }
            #expect(answers("0") == 21 && answers("43101") == 1 && answers("47003") == 1 && answers("-1") == 3)
            let jobs = numbers.filter { $0.key.hasPrefix("wxpush_jobs_total{") }.values.reduce(0, +)
            #expect(jobs == 27)
            for (name, count) in [
                // Each try is a rendering and a call; a duplicate gets as far as the ledger.
                ("render", 26), ("wechat", 26), ("confirm", 25), ("job", 25),
            ] {
                #expect(numbers["wxpush_\(name)_seconds_count{kind=\"subscribe\"}"] == Double(count), "\(name)")
            }
            let claims = try #require(numbers["wxpush_claim_seconds_count{kind=\"subscribe\"}"])
            #expect(claims >= 22)
            #expect(numbers["wxpush_queue_wait_seconds_count{kind=\"subscribe\"}"] == 20)
            #expect(numbers["wxpush_token_wait_seconds_count{app=\"mini\"}"] ?? 0 > 0)
            #expect(numbers["wxpush_jobs_in_flight"] == 0 && numbers["wxpush_jobs_in_flight_limit"] == 50)
            #expect(
                numbers["wxpush_token_refreshes_total{app=\"mini\",cause=\"missing\",forced=\"false\"}"] == 1)
            #expect(numbers["wxpush_ready"] == 1 && numbers["wxpush_build_info{version=\"0.1.0\"}"] == 1)
            #expect(numbers["process_resident_memory_bytes"] ?? 0 > 1e6)
            try await site.await("wxpush_oldest_job_seconds{lane=\"worker-0\"}", 0)
        }
    }

    @Test func `queues and tokens are asked for beside the work`() async throws {
        try await Site.run { site in
            // Waits in the dead queue, in the results and in a waiting room, before the worker comes.
            let worker = try site.startWorker("w0")
            try await site.awaitReadiness(true)
            try await site.send(["{not json"])
            try await site.send([
                #"{"id":"late","to":"o","template":"notice","params":{"title":"x"},"not_before":"2999-01-01T00:00:00Z"}"#
            ])
            try await site.send([(id: "s", to: "oS")])
            try await site.await("wxpush_postponed_total{app=\"mini\",cause=\"not_before\"}", 1)
            try await eventually("a job is sent", within: .seconds(60)) {
                try await site.numbers().contains { $0.key.contains("status=\"sent\"") && $0.value == 1 }
            }
            worker.signalGroup(SIGTERM)
            #expect(await worker.exit() == 0)
            try site.startWorker()
            try await site.awaitReadiness(true)
            try await site.await("wxpush_queue_messages{queue=\"dead\"}", 1)
            let numbers = try await site.numbers()
            #expect(numbers["wxpush_queue_messages{queue=\"delay\"}"] == 1)
            #expect(numbers["wxpush_queue_messages{queue=\"results\"}"] == 2)
            #expect(numbers["wxpush_queue_messages{queue=\"jobs\"}"] == 0)
            try await eventually("the token's life is known", within: .seconds(60)) {
                let numbers = try await site.numbers()
                let life = numbers["wxpush_token_remaining_seconds{app=\"mini\"}"] ?? 0
                return life > 6000 && life <= 7200 && numbers["wxpush_token_refreshes_left{app=\"mini\"}"] == 20
            }
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: promtool), "promtool is not installed"))
    func `Prometheus' own tool has nothing to say against the text`() async throws {
        try await Site.run { site in
            try site.startWorker()
            try await site.awaitReadiness(true)
            try await site.send([(id: "s-1", to: "oS"), (id: "f-1", to: "fail_47003_b")])
            try await eventually("both are finished", within: .seconds(60)) {
                try await site.numbers().filter { $0.key.hasPrefix("wxpush_jobs_total{") }.values.reduce(0, +) == 2
            }
            let file = site.directory.url.appending(component: "metrics.txt")
            try await site.ask("/metrics").text.write(to: file, atomically: true, encoding: .utf8)
            var setting = ChildProcess.Setting("/bin/sh", ["-c", "\(Self.promtool) check metrics < '\(file.path)'"])
            setting.environment = ["PATH": "/usr/bin:/bin"]
            let output = try await ChildProcess.run(setting, scratch: site.directory.url)
            #expect(output.isEmpty, "\(output)")
        }
    }

    @Test func `a broker that is away is named until it is back`() async throws {
        let broker = try await PrivateBroker.start()
        var options = Site.Options()
        options.broker = broker
        do {
            try await Site.run(options) { site in
                try site.startWorker()
                try await site.awaitReadiness(true)
                try await broker.kill()
                try await site.awaitReadiness(false, naming: "broker")
                #expect(try await site.ask("/healthz").status == 200)
                let numbers = try await site.numbers()
                #expect(numbers.contains { $0.key.hasPrefix("wxpush_reconnects_total{link=\"consumer\"") })
                try await broker.restart()
                try await site.awaitReadiness(true)
                // Only a connection that publishes is told of an alarm: a job that goes round does.
                try await site.control("/sandbox/ips", #"{"app":"wxmini","allow":["203.0.113.1"]}"#)
                try await site.send([(id: "round", to: "oR")])
                try await broker.raiseMemoryAlarm()
                try await site.awaitReadiness(false, naming: "broker")
                try await eventually("the time is counted", within: .seconds(60)) {
                    try await site.numbers()["wxpush_broker_blocked_seconds_total{link=\"publisher\"}"] ?? 0 >= 1
                }
                try await broker.clearMemoryAlarm()
                try await site.control("/sandbox/ips", #"{"app":"wxmini","allow":null}"#)
                try await site.awaitReadiness(true)
            }
        } catch {
            await broker.stop()
            throw error
        }
        await broker.stop()
    }

    @Test func `a cache that is away is named until it is back`() async throws {
        try await RedisServer.with { redis in
            var options = Site.Options()
            options.cache = "redis://127.0.0.1:\(redis.port)/0"
            try await Site.run(options) { site in
                try site.startWorker()
                try await site.awaitReadiness(true)
                await redis.kill()
                try await site.awaitReadiness(false, naming: "cache")
                #expect(try await site.numbers()["wxpush_cache_failures_total{reason=\"away\"}"] ?? 0 > 0)
                try await redis.start()
                try await site.awaitReadiness(true)
            }
        }
    }

    @Test func `a worker whose apps are all paused is not ready`() async throws {
        try await Site.run { site in
            try await site.control("/sandbox/ips", #"{"app":"wxmini","allow":["203.0.113.1"]}"#)
            try site.startWorker()
            try await site.awaitReadiness(true)
            try await site.send([(id: "p-1", to: "oP")])
            try await site.awaitReadiness(false, naming: "apps")
            #expect(try await site.numbers()["wxpush_app_paused{app=\"mini\"}"] != nil)
            try await site.control("/sandbox/ips", #"{"app":"wxmini","allow":null}"#)
            try await site.awaitReadiness(true)
            let notice = #"app="mini",kind="subscribe",template="notice""#
            try await site.await("wxpush_jobs_total{\(notice),status=\"sent\",reason=\"\"}", 1)
            #expect(try await site.numbers().contains { $0.key.hasPrefix("wxpush_pauses_total{app=\"mini\"") })
        }
    }

    @Test func `a port in use is one line and status 3, and nothing is begun`() async throws {
        try await Site.run { site in
            let first = try site.startWorker("w1")
            try await site.awaitReadiness(true)
            let second = try site.startWorker("w2")
            #expect(await second.exit() == 3)
            let lines = site.log(of: "w2").split(separator: "\n")
            #expect(lines.count == 1, "\(lines)")
            #expect(lines.first?.contains("127.0.0.1:\(site.port): the port is in use") == true)
            #expect(first.isRunning)
        }
    }

    @Test func `a port for others wants its token, and a port that is off is not there`() async throws {
        let port = try FreePorts.take(1)[0]
        var options = Site.Options()
        options.ops = "{listen: \"0.0.0.0:\(port)\", token: secret-of-ops}"
        try await Site.run(options) { site in
            try site.startWorker()
            let health = "http://127.0.0.1:\(port)/healthz"
            try await eventually("the port is open", within: .seconds(60)) {
                try await site.status(of: health) == 200
            }
            #expect(try await site.status(of: "http://127.0.0.1:\(port)/metrics") == 401)
            #expect(try await site.status(of: "http://127.0.0.1:\(port)/metrics", token: "secret-of-ops") == 200)
            #expect(!site.log().contains("secret-of-ops"))
        }
        options.ops = "{listen: off}"
        try await Site.run(options) { site in
            let worker = try site.startWorker()
            try await eventually("it is up", within: .seconds(60)) { site.log().contains("broker connected") }
            #expect(!site.log().contains("operations port"))
            worker.signalGroup(SIGTERM)
            #expect(await worker.exit() == 0)
        }
    }

    @Test func `systemd learns of the start, a reload, the life and the end`() async throws {
        let socket = try ManagerSocket(isAbstract: true)
        let heard = Shared<[String]>([])
        let name = socket.name
        let reader = Task {
            while !Task.isCancelled {
                heard.change { [socket] in $0 += socket.messages() }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { reader.cancel() }
        try await Site.run { site in
            let worker = try site.startWorker(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "400000"])
            try await eventually("it is ready and lives", within: .seconds(60)) {
                let said = heard.value
                return said.contains("READY=1") && said.count { $0 == "WATCHDOG=1" } > 2
                    && said.contains("STATUS=ready")
            }
            try await site.awaitReadiness(true)
            worker.signalGroup(SIGHUP)
            try await eventually("it reloads", within: .seconds(60)) {
                let said = heard.value
                guard let reload = said.firstIndex(where: { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") }) else {
                    return false
                }
                return said[reload...].contains("READY=1")
            }
            // A job that takes a second to be answered keeps the worker from ending at once.
            try await site.send([(id: "slow", to: "slow_1500_a")])
            worker.signalGroup(SIGTERM)
            #expect(await worker.exit() == 0)
            try await eventually("it says that it stops") {
                heard.value.contains { $0.hasPrefix("STOPPING=1\nEXTEND_TIMEOUT_USEC=") }
            }
        }
    }

    @Test func `a worker that stops says so while it finishes what is in flight`() async throws {
        try await Site.run { site in
            let worker = try site.startWorker()
            try await site.awaitReadiness(true)
            try await site.send([(id: "warm", to: "oW")])
            try await site.send([(id: "slow", to: "hang_1s_a")])
            try await site.await("wxpush_jobs_in_flight", 1)
            worker.signalGroup(SIGTERM)
            try await site.awaitReadiness(false, naming: "stop")
            #expect(try await site.ask("/healthz").status == 200)
            #expect(await worker.exit() == 0)
            let log = site.log()
            let stopping = try #require(log.range(of: "stopping: finishes"))
            let finished = try #require(log.range(of: "\"id\":\"slow\""))
            let stopped = try #require(log.range(of: "\"stopped\""))
            #expect(stopping.lowerBound < finished.lowerBound && finished.lowerBound < stopped.lowerBound)
        }
    }
}

extension Site {
    /// The status of an address; nil while nobody listens.
    fileprivate func status(of url: String, token: String? = nil) async throws -> Int? {
        try? await askAnywhere(url, token: token)
    }
}
