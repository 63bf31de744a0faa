import AMQP
import Foundation
import Glibc
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// Suites that load the machine, one test after the other.
@Suite(.serialized, .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed")) enum HeavyTests {}

extension HeavyTests {
    /// Nothing lost and nothing doubled, whatever is killed, cut off or restarted.
    struct SafetyTests {
        @Test func `twenty thousand jobs survive killed workers, a killed broker and a cache that is away`()
            async throws
        {
            let broker = try await PrivateBroker.start()
            let result = await Result { try await Self.survive(broker) }
            await broker.stop()
            try result.get()
        }

        private static func survive(_ broker: PrivateBroker) async throws {
            try await RedisServer.with { redis in
                var options = Stage.Options()
                options.broker = broker
                options.cache = "redis://127.0.0.1:\(redis.port)/0"
                options.wechat = ["timeout: 2s"]
                options.retry = "{attempts: 8, first: 1s, max: 5s}"
                options.sandbox.latency = .uniform(.milliseconds(2)...(.milliseconds(30)))
                options.sandbox.logCapacity = 100_000
                options.sandbox.logBytes = 1 << 30
                try await Stage.run(options) { stage in
                    let jobs = 20_000
                    let isOver = Shared(false)
                    let chaos = Task {
                        var round = 0
                        var crew = try (0..<4).map { try stage.startWorker("w\($0)") }
                        while !isOver.value {
                            try await Task.sleep(for: .seconds(1))
                            let victim = round % crew.count
                            crew[victim].signalGroup(SIGKILL)
                            _ = await crew[victim].exit()
                            crew[victim] = try stage.startWorker("w\(victim)")
                            round += 1
                            if round == 4 || round == 9 { try await broker.restart() }
                            if round == 6 {
                                await redis.kill()
                                try await Task.sleep(for: .seconds(10))
                                try await redis.start()
                            }
                        }
                        return round
                    }
                    do {
                        try await Self.enqueue(jobs, to: stage)
                        try await stage.awaitResults(jobs, within: .seconds(300))
                    } catch {
                        isOver.change { $0 = true }
                        _ = try? await chaos.value
                        throw error
                    }
                    isOver.change { $0 = true }
                    let kills = try await chaos.value
                    #expect(kills >= 5)
                    try await stage.checkNothingIsDoubled(jobs)
                }
            }
        }

        @Test func `on one machine with a file for a cache, too`() async throws {
            var options = Stage.Options()
            options.wechat = ["timeout: 2s"]
            options.sandbox.latency = .uniform(.milliseconds(2)...(.milliseconds(30)))
            options.sandbox.logCapacity = 20_000
            try await Stage.run(options) { stage in
                let jobs = 4000
                var crew = try (0..<3).map { try stage.startWorker("w\($0)") }
                try await Self.enqueue(jobs, to: stage)
                for victim in [0, 1, 2, 0, 1, 2] {
                    try await Task.sleep(for: .milliseconds(400))
                    crew[victim].signalGroup(SIGKILL)
                    _ = await crew[victim].exit()
                    crew[victim] = try stage.startWorker("w\(victim)")
                }
                try await stage.awaitResults(jobs, within: .seconds(120))
                try await stage.checkNothingIsDoubled(jobs)
            }
        }

        @Test func `a job that brings workers down takes none of those beside it along`() async throws {
            try await Stage.run { stage in
                try await stage.send(Stage.job("poison-1", to: "oPoison")) { $0.messageID = "poison-1" }
                try await Self.enqueue(500, to: stage)
                var crashes = 0
                while stage.results(of: "poison-1").isEmpty {
                    let worker = try stage.startWorker(environment: [
                        "WXPUSH_CRASH_ON": "poison-1", "SWIFT_BACKTRACE": "enable=no",
                    ])
                    try await eventually("a crash or a result; \(stage.logs().suffix(800))", within: .seconds(60)) {
                        !worker.isRunning || !stage.results(of: "poison-1").isEmpty
                    }
                    if !worker.isRunning {
                        crashes += 1
                        let status = await worker.exit()
                        #expect(status > 128, "\(stage.logs().suffix(500))")
                        try #require(crashes < 10)
                    }
                }
                let result = try await stage.result(of: "poison-1")
                #expect(result["status"]?.string == "failed" && result["reason"]?.string == "poisoned")
                #expect(crashes == 4, "one as a fresh job, three under watch")
                #expect(
                    try await stage.deadLetter(of: "poison-1").body == Array(Stage.job("poison-1", to: "oPoison").utf8))
                try await stage.awaitResults(500, within: .seconds(60))
                for number in 0..<500 {
                    #expect(stage.results(of: "j-\(number)").map { $0["status"]?.string } == ["sent"])
                }
                try await stage.checkNothingIsDoubled(500)
                #expect(try await stage.accepted(by: "oPoison").isEmpty)
            }
        }

        @Test func `a worker that is told to stop under load finishes what it has, and loses nothing`() async throws {
            var options = Stage.Options()
            options.sandbox.latency = .uniform(.milliseconds(5)...(.milliseconds(80)))
            options.sandbox.logCapacity = 20_000
            try await Stage.run(options) { stage in
                let jobs = 5000
                try await Self.enqueue(jobs, to: stage)
                for number in 0..<3 {
                    let worker = try stage.startWorker("w\(number)")
                    let before = stage.results.value.count
                    try await eventually("it is at work") { stage.results.value.count > before + 300 }
                    worker.signalGroup(SIGTERM)
                    #expect(await worker.exit() == 0)
                }
                try stage.startWorker("last")
                try await stage.awaitResults(jobs, within: .seconds(60))
                // Nobody crashed: one result for each, and nothing unknown.
                #expect(stage.results.value.count == jobs)
                #expect(stage.results.value.allSatisfy { $0.body.starts(with: Array(#"{"id":"j-"#.utf8)) })
                try await stage.checkNothingIsDoubled(jobs)
                let statuses = Set(stage.results.value.compactMap { $0.json?["status"]?.string })
                #expect(statuses == ["sent"])
            }
        }

        private static func enqueue(_ count: Int, to stage: Stage) async throws {
            try await withThrowingTaskGroup { group in
                for part in 0..<10 {
                    group.addTask(executorPreference: stage.lane) {
                        for number in stride(from: part, to: count, by: 10) {
                            try await stage.send(Stage.job("j-\(number)", to: "oJob\(number)"))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

extension Stage {
    /// Waits until every job `j-0`, `j-1`, … has a result.
    func awaitResults(_ count: Int, within limit: Duration) async throws {
        try await eventually(
            "a result for each of \(count); \(logs().suffix(1000))", within: limit, every: .milliseconds(200)
        ) {
            Set(self.results.value.compactMap { $0.properties.messageID?.text }.filter { $0.hasPrefix("j-") }).count
                == count
        }
    }

    /// Checks that WeChat has accepted each job once, unless its result leaves that open.
    func checkNothingIsDoubled(_ count: Int) async throws {
        var statuses: [String: Set<String>] = [:]
        for result in results.value {
            guard let id = result.properties.messageID?.text, let status = result.json?["status"]?.string else {
                continue
            }
            statuses[id, default: []].insert(status)
        }
        let messages = try await control("/sandbox/messages?limit=1000000")["messages"]?.array ?? []
        var accepted: [String: Int] = [:]
        for message in messages {
            if let openid = message.object?["openid"]?.string { accepted[openid, default: 0] += 1 }
        }
        var unknown = 0
        for number in 0..<count {
            let (status, times) = (statuses["j-\(number)"] ?? [], accepted["oJob\(number)"] ?? 0)
            if status.contains("unknown") {
                unknown += 1
                #expect(times <= 1, "j-\(number) was sent \(times) times")
            } else {
                #expect(times == 1, "j-\(number) \(status) was sent \(times) times")
                #expect(!status.isDisjoint(with: ["sent", "duplicate"]), "j-\(number): \(status)")
            }
        }
        // A few dozen at each crash at most: those that were with WeChat at that moment.
        #expect(unknown <= count / 10, "\(unknown) of \(count) are unknown")
    }
}

extension Delivery {
    /// The body, if it is a JSON object.
    var json: JSONObject? { (try? JSONValue(parsing: body))?.object }
}

extension Result where Failure == any Error {
    /// What a body comes to.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
