import AMQP
import JSON
import TestSupport
import Testing

/// `wxpush doctor`.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct DoctorTests {
    @Test func `an installation in order is found so, and nothing is changed`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            try bench.write("seed.json", TemplateTests.seed(keys: ["thing1", "amount3"]))
            try await bench.startSandbox("--seed", "seed.json")
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            let looked = try await bench.wxpush("doctor", "--json")
            #expect(looked.status == 0 && looked.errors == "" && looked.json.count == looked.lines.count, "\(looked)")
            for (area, check) in [
                ("broker", "connection"), ("broker", "rights"), ("broker", "queues"), ("broker", "results"),
                ("broker", "dead letters"),
                ("cache", "use"), ("wechat", "endpoint"), ("wechat", "clock"), ("mini", "token"),
                ("mini", "quota subscribe"),
                ("mini", "order-paid"), ("templates", "files"),
            ] {
                #expect(looked.verdict(area, check) == "ok", "\(area) \(check)")
            }
            #expect(looked.verdict("broker", "jobs") == "warning")
            #expect(looked.verdict("shop", "token") == "warning")
            let tokens = try await bench.counters()["tokens"]?.object
            #expect(tokens?["classic"]?.integer == 0 && tokens?["stable_forced"]?.integer == 0)
            #expect(try await bench.wxpush("token", "show", "--json").json.allSatisfy { $0["token"] == nil })
            let people = try await bench.wxpush("doctor")
            #expect(people.output.contains("ok       broker     connection"), "\(people)")
        }
    }

    @Test func `queues that are missing or made otherwise are named, and dead letters counted`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            try bench.write("seed.json", TemplateTests.seed(keys: ["thing1", "amount3"]))
            try await bench.startSandbox("--seed", "seed.json")
            let none = try await bench.wxpush("doctor", "--json")
            #expect(
                none.status == 0 && none.detail("broker", "queues").contains("none of the queues is there"), "\(none)")
            let queues = try await PrivateBroker.shared().control("list_queues", "name")
            #expect(!queues.contains(bench.prefix))

            let prefix = bench.prefix
            try await withConnection { try await $0.declare(Queue("\(prefix).results")) }
            #expect(try await bench.wxpush("topology", "declare").status == 2)
            let some = try await bench.wxpush("doctor", "--json")
            let found = some.json.filter { $0["check"]?.string == "queues" }.compactMap { $0["detail"]?.string }
            #expect(some.status == 1 && found.count == 2, "\(some)")
            #expect(
                found.first?.contains("x-queue-type") == true
                    && found.last?.contains("\(prefix).jobs is missing") == true)

            try await withConnection { _ = try await $0.deleteQueue("\(prefix).results") }
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            try await withConnection { connection in
                try await connection.publish(AMQP.Message(body: [1]), to: .queue("\(prefix).dead"))
                _ = try await connection.deleteQueue("\(prefix).results")
                try await connection.declare(Queue("\(prefix).results"))
            }
            let other = try await bench.wxpush("doctor", "--json")
            #expect(other.status == 1 && other.verdict("broker", "queues") == "failed", "\(other)")
            #expect(other.detail("broker", "queues").contains("x-queue-type"))
            #expect(
                other.verdict("broker", "dead letters") == "warning"
                    && other.detail("broker", "dead letters").contains("1 wait"))
        }
    }

    @Test func `everything that is away is named at once`() async throws {
        var options = Bench.Options()
        options.cache = "redis://:\(Bench.password)@127.0.0.1:\(try FreePorts.take(1)[0])/0"
        try await Bench.run(options) { bench in
            let looked = try await bench.wxpush("doctor", "--json")
            #expect(looked.status == 3, "\(looked)")
            for (area, check) in [
                ("broker", "connection"), ("cache", "connection"), ("wechat", "endpoint"), ("mini", "token"),
            ] {
                #expect(looked.verdict(area, check) == "failed", "\(area)")
            }
            #expect(looked.errors.contains("broker, connection: ") && looked.errors.contains("(and 3 more)"))
        }
    }

    @Test func `a wrong secret, a wrong template and a pause are named`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            try bench.write("seed.json", TemplateTests.seed(keys: ["thing1"], secret: "another"))
            try await bench.startSandbox("--seed", "seed.json")
            // A worker meets the wrong secret, and pauses the app for the whole fleet.
            try await bench.startWorker()
            #expect(try await bench.wxpush("send", input: SendTests.job("p-1")).status == 0)
            try await eventually("the app is paused", within: .seconds(60)) {
                try await bench.wxpush("token", "show", "mini", "--json").json.first?["pauses"]?.array?.isEmpty == false
            }
            let shown = try await bench.wxpush("token", "show", "mini")
            #expect(shown.output.contains("paused  mini (app:wx0000000000000001) for "), "\(shown)")
            try bench.write("templates/broken.yaml", "broken: 1\n")
            let looked = try await bench.wxpush("doctor", "--json")
            #expect(looked.status == 1, "\(looked)")
            #expect(looked.verdict("mini", "pause") == "warning", "\(looked)")
            #expect(looked.verdict("mini", "token") == "failed" && looked.detail("mini", "token").contains("40125"))
            #expect(
                looked.verdict("templates", "files") == "failed"
                    && looked.detail("templates", "files").contains("broken.yaml:1"))
            #expect(try await bench.wxpush("doctor", "-c", "nowhere.yaml").status == 2)
        }
    }

    @Test func `a Redis server that would forget what was sent is named`() async throws {
        try await RedisServer.with(password: Bench.password) { server in
            var options = Bench.Options()
            options.cache = "redis://:\(Bench.password)@127.0.0.1:\(server.port)/1"
            try await Bench.run(options) { bench in
                let good = try await bench.wxpush("doctor", "--json")
                #expect(good.verdict("cache", "use") == "ok" && good.verdict("cache", "eviction") == "ok", "\(good)")
                _ = try await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
                let bad = try await bench.wxpush("doctor", "--json")
                #expect(bad.verdict("cache", "eviction") == "warning", "\(bad)")
                #expect(bad.detail("cache", "eviction").contains("set it to noeviction"))
            }
        }
    }

    @Test func `a user without the right to declare is told who has to`() async throws {
        let broker = try await PrivateBroker.shared()
        let user = uniqueName("user")
        try await broker.control("add_user", user, Bench.password)
        try await broker.control("set_permissions", "-p", "/", user, "^$", ".*", ".*")
        var options = Bench.Options()
        options.broker = "amqp://\(user):\(Bench.password)@127.0.0.1:\(broker.port)/"
        try await Bench.run(options) { bench in
            try await bench.startSandbox()
            let looked = try await bench.wxpush("doctor", "--json")
            #expect(looked.verdict("broker", "rights") == "warning", "\(looked)")
            #expect(looked.detail("broker", "rights").contains("topology declare"))
        }
        try await broker.control("delete_user", user)
    }
}

extension Outcome {
    /// What was found of one thing.
    func verdict(_ area: String, _ check: String) -> String? { finding(area, check)?["verdict"]?.string }

    /// What was said about it.
    func detail(_ area: String, _ check: String) -> String { finding(area, check)?["detail"]?.string ?? "" }

    private func finding(_ area: String, _ check: String) -> JSONObject? {
        json.first { $0["area"]?.string == area && $0["check"]?.string == check }
    }
}
