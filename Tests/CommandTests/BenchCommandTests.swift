import AMQP
import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// `wxpush bench`: small numbers, and nothing said about time; one after the other, as each wants the whole machine.
@Suite(.serialized, .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct BenchCommandTests {
    @Test func `every job goes the whole way, and nothing is left behind`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            let run = try await bench.wxpush(
                "bench", "--jobs", "250", "--in-flight", "20", "--lanes", "2", "--latency", "1ms", "--size", "3000",
                "--json")
            #expect(run.status == 0 && run.errors == "", "\(run)")
            let report = try #require(run.json.first)
            #expect(run.json.count == 1 && report["jobs"]?.integer == 250)
            for key in ["elapsed_us", "jobs_per_second", "worker_cpu_us_per_job", "worker_peak_memory_bytes"] {
                #expect(try #require(report[key]?.integer) > 0, "\(key)")
            }
            let latency = try #require(report["latency"]?.object)
            let shares = try ["p50_us", "p90_us", "p99_us"].map { try #require(latency[$0]?.integer) }
            // The stand-in for WeChat takes a millisecond, so no job is quicker.
            #expect(latency["jobs"]?.integer == 100 && shares == shares.sorted() && shares[0] >= 1000)
            let conditions = try #require(report["with"]?.object)
            #expect(conditions["lanes"]?.integer == 2 && conditions["in_flight"]?.integer == 20)
            #expect(conditions["job_bytes"]?.integer == 3000 && conditions["idempotency"]?.bool == true)
            #expect(conditions["wechat_latency"]?.string == "1ms")
            #expect(report["machine"]?.object?["broker_is_here"]?.bool == true)
            try await expectNothing(of: bench)
        }
    }

    @Test func `people get sentences, and the installation's own numbers hold`() async throws {
        let options = try await Bench.withBroker { $0.extra = ["idempotency: 0"] }
        try await Bench.run(options) { bench in
            let run = try await bench.wxpush("bench", "-n", "30", "--latency", "0ms")
            #expect(run.status == 0 && run.errors == "", "\(run)")
            for words in ["30 jobs", "all sent", "1 lane, 500 in flight", "ids not remembered", "SQLite", "p99"] {
                #expect(run.output.contains(words), "\(words)\n\(run)")
            }
            // What the installation has is not touched.
            #expect(!FileManager.default.fileExists(atPath: bench.path("cache.db")))
            try await expectNothing(of: bench)
        }
    }

    @Test func `a Redis that others use holds no key of it afterwards`() async throws {
        try await RedisServer.with(password: Bench.password) { server in
            _ = try await server.command("SET", "somebody", "else")
            let url = "redis://:\(Bench.password)@127.0.0.1:\(server.port)/"
            try await Bench.run(try await Bench.withBroker { $0.cache = url }) { bench in
                let run = try await bench.wxpush("bench", "-n", "700", "--in-flight", "50", "--latency", "0ms")
                #expect(run.status == 0 && run.output.contains("Redis at 127.0.0.1"), "\(run)")
                #expect(try await server.command("KEYS", "*") == "somebody\n")
                try await expectNothing(of: bench)
            }
        }
    }

    // MARK: Ends

    @Test(arguments: [SIGINT, SIGTERM])
    func `an interrupted measurement takes everything away`(signal: Int32) async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            let process = try await start(bench)
            process.signalGroup(signal)
            #expect(await process.exit() == 1)
            #expect(bench.text("run.err").contains("interrupted: nothing was measured, nothing is left behind"))
            #expect(bench.text("run.out") == "")
            try await expectNothing(of: bench)
        }
    }

    @Test func `on a terminal it shows how far it is, and Ctrl-C ends it in order`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            let terminal = try await PseudoTerminal(.lines)
            var setting = ChildProcess.Setting(
                builtProgram("wxpush").path, ["bench", "--jobs", "1000000", "--latency", "1ms"])
            setting.environment = Bench.secrets
            setting.environment[bench.directory.marker.name] = bench.directory.marker.value
            setting.directory = bench.directory.url.path
            let process = try terminal.start(setting)
            try await eventually("progress", within: .seconds(90)) {
                try #require(process.isRunning, "\(terminal.written)")
                return terminal.written.contains(/jobs  \[[#.]{20}\]  \d+ of 1000000/)
            }
            terminal.type("\u{3}")
            try await eventually("the end", within: .seconds(90)) {
                _ = terminal.written
                return !process.isRunning
            }
            #expect(await process.exit() == 1)
            #expect(terminal.written.hasSuffix("interrupted: nothing was measured, nothing is left behind\n"))
            try await expectNothing(of: bench)
        }
    }

    @Test func `a measurement that is killed takes its worker along`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            let process = try await start(bench)
            let worker = try #require(children(of: process.processID).first)
            process.signalGroup(SIGKILL)
            _ = await process.exit()
            try await eventually("the worker has ended", within: .seconds(60)) { kill(worker, 0) != 0 }
            try await withConnection { connection in
                for name in try await queues(of: bench) { try await connection.deleteQueue(ShortString(name)) }
            }
        }
    }

    @Test func `a worker that dies is the end, with a cause`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            let process = try await start(bench)
            let worker = try #require(children(of: process.processID).first)
            #expect(kill(worker, SIGKILL) == 0)
            #expect(await process.exit() == 1)
            #expect(bench.text("run.err").contains("the worker has ended with status 137"), "\(bench.text("run.err"))")
            try await expectNothing(of: bench)
        }
    }

    @Test func `results that come no more are the end, too`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            let process = try await start(bench)
            let results = try #require(try await queues(of: bench).first { $0.hasSuffix(".results") })
            try await withConnection { try await $0.deleteQueue(ShortString(results)) }
            #expect(await process.exit() == 1)
            #expect(
                bench.text("run.err").contains("deleted the queue of the results"), "\(bench.text("run.err"))")
            try await expectNothing(of: bench)
        }
    }

    @Test func `a broker or a cache that is away ends with 3 and one line`() async throws {
        try await Bench.run { bench in
            let run = try await bench.wxpush("bench")
            #expect(run.status == 3 && run.errors.contains("is RabbitMQ running there"), "\(run)")
            #expect(run.errors.split(separator: "\n").count == 1 && run.output == "")
            #expect(leftFiles(of: bench).isEmpty)
        }
        let port = try FreePorts.take(1)[0]
        try await Bench.run(try await Bench.withBroker { $0.cache = "redis://127.0.0.1:\(port)/" }) { bench in
            let run = try await bench.wxpush("bench")
            #expect(run.status == 3 && run.errors.contains("is cache.url right?"), "\(run)")
            #expect(run.errors.split(separator: "\n").count == 1)
            try await expectNothing(of: bench)
        }
    }

    @Test func `a user without rights is told which ones are missing`() async throws {
        let broker = try await PrivateBroker.shared()
        let user = uniqueName("user")
        try await broker.control("add_user", user, Bench.password)
        try await broker.control("set_permissions", user, "^$", ".*", ".*")
        let url = "amqp://\(user):\(Bench.password)@127.0.0.1:\(broker.port)/"
        try await Bench.run(try await Bench.withBroker { $0.broker = url }) { bench in
            let run = try await bench.wxpush("bench", "-n", "10")
            #expect(run.status == 1 && run.errors.contains("queues that begin with \(bench.prefix)-bench-"), "\(run)")
            #expect(run.errors.split(separator: "\n").count == 1)
            try await expectNothing(of: bench)
        }
        try await broker.control("delete_user", user)
    }

    @Test(arguments: [
        ["--jobs", "0"], ["--jobs", "many"], ["--lanes", "65"], ["--in-flight", "4001"], ["--latency", "soon"],
        ["--latency", "31s"], ["--latency", "p50=1s,p99=40s"], ["--size", "300000"], ["--idempotency", "maybe"],
        ["--lanes", "9", "--in-flight", "500"], ["order.json"], ["--tempo", "3"],
    ])
    func `a wrong option is named, and nothing is begun`(words: [String]) async throws {
        try await Bench.run { bench in
            let process = try bench.start(["bench"] + words, name: "run")
            #expect(await process.exit() == 2)
            #expect(bench.text("run.err").split(separator: "\n").count <= 2 && bench.text("run.err") != "")
            #expect(leftFiles(of: bench).isEmpty)
        }
    }

    // MARK: What is there

    /// Starts a measurement that would take long, and waits until its jobs are under way.
    private func start(_ bench: Bench) async throws -> ChildProcess {
        let process = try bench.start(
            ["bench", "--jobs", "1000000", "--in-flight", "10", "--latency", "20ms"], name: "run")
        try await eventually("jobs are under way", within: .seconds(90)) {
            try #require(process.isRunning, "\(bench.text("run.err"))")
            guard let jobs = try await queues(of: bench).first(where: { $0.hasSuffix(".jobs") }) else { return false }
            return try await PrivateBroker.shared().messageCount(jobs) ?? 0 > 20
        }
        return process
    }

    private func queues(of bench: Bench) async throws -> [String] {
        try await PrivateBroker.shared().control("list_queues", "name").split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(bench.prefix) }
    }

    private func leftFiles(of bench: Bench) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: bench.directory.url.path)) ?? []
        return names.filter { $0.hasPrefix("wxpush-bench-") }
    }

    private func expectNothing(of bench: Bench, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        #expect(leftFiles(of: bench) == [], sourceLocation: sourceLocation)
        #expect(try await queues(of: bench) == [], sourceLocation: sourceLocation)
        let exchanges = try await PrivateBroker.shared().control("list_exchanges", "name").split(separator: "\n")
        #expect(!exchanges.contains { $0.hasPrefix(bench.prefix) }, sourceLocation: sourceLocation)
    }

    /// The processes that a process has started and that have not ended yet.
    private func children(of parent: Int32) -> [Int32] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")) ?? []
        return tasks.flatMap { task in
            let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(task)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").compactMap { Int32($0) }
        }
    }
}
