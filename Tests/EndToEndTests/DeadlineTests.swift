import Foundation
import Glibc
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

/// What a worker does when time is over, stands still, or cannot be shared with others.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct DeadlineTests {
    @Test func `a stop waits no longer than it may for WeChat, and what was open ends as unknown elsewhere`()
        async throws
    {
        var options = Stage.Options()
        options.extra = ["shutdown: 1s"]
        options.wechat = ["timeout: 10s"]
        try await Stage.run(options) { stage in
            let worker = try stage.startWorker("w1")
            try await stage.send(Stage.job("warm-1"))
            try await stage.result(of: "warm-1")
            for number in 0..<5 { try await stage.send(Stage.job("open-\(number)", to: "hang_60s_\(number)")) }
            // A template message, which WeChat drops if it comes twice.
            let twice = #"{"id":"twice-1","to":"hang_60s_x1_t","template":"paid","params":{"title":"t","order":"1"}}"#
            try await stage.send(twice)
            try await eventually("the calls are open") {
                let kinds = [
                    try await stage.counter("/cgi-bin/message/subscribe/send"),
                    try await stage.counter("/cgi-bin/message/template/send"),
                ]
                return kinds == [6, 1]
            }
            let began = ContinuousClock.now
            worker.signalGroup(SIGTERM)
            #expect(await worker.exit() == 0)
            #expect(ContinuousClock.now - began < .seconds(8), "\(stage.logs().suffix(1500))")
            #expect(stage.logs().contains("calls are broken off"))
            #expect(stage.results.value.count == 1 && stage.deadLetters.value.isEmpty)

            try stage.startWorker("w2")
            for number in 0..<5 {
                let result = try await stage.result(of: "open-\(number)", within: .seconds(120))
                #expect(result["status"]?.string == "unknown", "\(result)")
                try await stage.deadLetter(of: "open-\(number)")
            }
            let result = try await stage.result(of: "twice-1", within: .seconds(120))
            #expect(result["status"]?.string == "sent", "\(result)")
            #expect(stage.results.value.count == 7 && stage.deadLetters.value.count == 5)
        }
    }

    @Test func `a worker that stood still takes the answers that came meanwhile`() async throws {
        var options = Stage.Options()
        options.wechat = ["timeout: 3s"]
        try await Stage.run(options) { stage in
            let worker = try stage.startWorker()
            try await stage.send(Stage.job("warm-1"))
            try await stage.result(of: "warm-1")
            let jobs = 90
            for number in 0..<jobs { try await stage.send(Stage.job("j-\(number)", to: "delay_1s_\(number)")) }
            try await eventually("the calls are open") {
                try await stage.counter("/cgi-bin/message/subscribe/send") > jobs
            }
            worker.signalGroup(SIGSTOP)
            // What is measured: longer than a call may take.
            try await Task.sleep(for: .seconds(4))
            worker.signalGroup(SIGCONT)
            try await stage.awaitResults(jobs, within: .seconds(60))
            let statuses = stage.results.value.compactMap { $0.json?["status"]?.string }
            #expect(statuses.allSatisfy { $0 == "sent" }, "\(statuses)")
            #expect(stage.deadLetters.value.isEmpty)
        }
    }

    @Test func `a rate is kept without the cache, and the log says that it is a guess`() async throws {
        try await RedisServer.with { redis in
            var options = Stage.Options()
            options.cache = "redis://127.0.0.1:\(redis.port)/0"
            options.mini = ["rate: 5/s"]
            options.extra = ["idempotency: 0"]
            try await Stage.run(options) { stage in
                try stage.startWorker()
                try await stage.send(Stage.job("warm-1"))
                try await stage.result(of: "warm-1")
                await redis.kill()
                let began = ContinuousClock.now
                for number in 0..<12 {
                    try await stage.send(Stage.job("g-\(number)", to: "oG\(number)"))
                    try await stage.result(of: "g-\(number)")
                }
                #expect(ContinuousClock.now - began >= .milliseconds(2150))
                #expect(stage.logs().components(separatedBy: "the rate is a guess").count == 2)
            }
        }
    }

    @Test func `a limit of the login keeps those waiting who log in, and nobody else`() async throws {
        try await Stage.run { stage in
            try stage.startWorker()
            let fault = #"{"effect":"code","errcode":45011,"path":"/sns/jscode2session","times":1}"#
            try await stage.control("/sandbox/faults", fault)
            func job(_ id: String, _ code: String) -> String {
                #"{"id":"\#(id)","app":"mini","to":{"code":"\#(code)"},"template":"notice","params":{"title":"t","order":"1"}}"#
            }
            try await stage.send(job("login-1", "code-1"))
            try await eventually("the pause is told of") { stage.logs().contains("api:wxmini:/sns/jscode2session") }
            try await stage.send(job("login-2", "code-2"))
            for number in 0..<3 {
                try await stage.send(Stage.job("open-\(number)", to: "oOpen\(number)"))
                #expect(try await stage.result(of: "open-\(number)")["attempts"]?.integer == 1)
            }
            #expect(stage.results(of: "login-1").isEmpty && stage.results(of: "login-2").isEmpty)
            for id in ["login-1", "login-2"] {
                #expect(try await stage.result(of: id, within: .seconds(180))["status"]?.string == "sent")
            }
            #expect(stage.logs().contains("goes on after a pause"))
        }
    }

    @Test func `without queues, and without the right to declare them, a start is in vain`() async throws {
        try await Stage.run { stage in
            let user = uniqueName("user")
            try await stage.broker.control("add_user", user, "secret")
            try await stage.broker.control("set_permissions", "-p", "/", user, "^$", ".*", ".*")
            let url = "amqp://\(user):secret@127.0.0.1:\(stage.broker.port)/"
            let worker = try stage.startWorker(environment: ["WXPUSH_AMQP_URL": url])
            try await eventually("it uses what is there") { stage.logs().contains("worker started") }
            worker.signalGroup(SIGTERM)
            #expect(await worker.exit() == 0)
            try await stage.command("topology", "delete", "--yes")
            let second = try stage.startWorker(environment: ["WXPUSH_AMQP_URL": url])
            #expect(await second.exit() == 2)
            #expect(stage.logs().contains("wxpush topology declare"))
            try await stage.command("topology", "declare")
            try await stage.broker.control("delete_user", user)
        }
    }
}

extension Stage {
    /// How many calls of a path the sandbox has had.
    fileprivate func counter(_ path: String) async throws -> Int {
        let calls = try await control("/sandbox/counters")["calls"]?.array?.compactMap(\.object) ?? []
        return calls.filter { $0["path"]?.string == path }.reduce(0) { $0 + Int($1["count"]?.integer ?? 0) }
    }
}
