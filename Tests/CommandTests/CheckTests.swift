import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// `wxpush check`.
struct CheckTests {
    @Test func `the configuration is shown as it takes effect, with its origins`() async throws {
        try await Bench.run { bench in
            let checked = try await bench.wxpush(
                "check", "--json", "--log-level", "debug", environment: ["WXPUSH_WECHAT_ENDPOINT": "http://127.0.0.1:9"]
            )
            #expect(checked.status == 0 && checked.errors == "", "\(checked)")
            #expect(checked.json.count == checked.lines.count)
            func entry(_ key: String) throws -> JSONObject {
                try #require(checked.json.first { $0["key"]?.string == key }, "\(key)")
            }
            #expect(
                try entry("log.level")["value"]?.string == "debug"
                    && entry("log.level")["origin"]?.string == "--log-level")
            #expect(try entry("wechat.endpoint")["origin"]?.string == "WXPUSH_WECHAT_ENDPOINT")
            #expect(try entry("apps.mini.secret")["value"]?.string == "<redacted>")
            #expect(try entry("amqp.prefix")["origin"]?.string == "wxpush.yaml:1")
            #expect(try entry("retry.attempts")["origin"]?.string == "default")
            #expect(checked.json.contains { $0["check"]?.string == "order-paid" && $0["verdict"]?.string == "ok" })
            let people = try await bench.wxpush("check")
            #expect(
                people.status == 0 && people.output.contains("# wxpush.yaml:1") && people.output.contains("order-paid"),
                "\(people)")
        }
    }

    @Test func `every fault of the configuration is named`() async throws {
        try await Bench.run { bench in
            try bench.write("wrong.yaml", "amqp:\n  in_flihgt: 3\n  lanes: many\napps: {mini: {type: big}}\n")
            let checked = try await bench.wxpush("check", "-c", "wrong.yaml", "--json")
            #expect(checked.status == 2, "\(checked)")
            for words in [
                "wrong.yaml:2:3: amqp: unknown key \"in_flihgt\"", "wrong.yaml:3:10: amqp.lanes",
                "wrong.yaml:4:21: apps.mini.type",
            ] {
                #expect(checked.errors.contains(words))
                #expect(checked.json.contains { $0["fault"]?.string?.contains(words) == true })
            }
            let missing = try await bench.wxpush("check", "-c", "nowhere.yaml")
            #expect(
                missing.status == 2
                    && missing.errors
                        == "wxpush: nowhere.yaml: --config: the file does not exist; let --config name a file that can be read\n"
            )
            try bench.write("slip.yaml", "amqp:\n  in_flihgt: 3\n")
            let slip = try await bench.wxpush("check", "-c", "slip.yaml", "--json")
            #expect(
                slip.errors.hasPrefix("wxpush: slip.yaml:2:3: amqp: unknown key")
                    && slip.errors.split(separator: "\n").count == 1,
                "\(slip)")
            #expect(slip.json.count == 1 && slip.json[0]["fault"]?.string?.hasPrefix("slip.yaml:2:3") == true)
        }
    }

    @Test func `an installation without apps and templates is told so`() async throws {
        try await Bench.run { bench in
            try bench.write("bare/wxpush.yaml", "templates: /\n")
            let checked = try await bench.wxpush("check", "-c", "bare/wxpush.yaml", "--json")
            #expect(checked.status == 2, "\(checked)")
            #expect(checked.json.contains { $0["note"]?.string?.contains("no template") == true })
            let fault = "no app is configured, and a worker could send nothing; add one under apps in bare/wxpush.yaml"
            #expect(checked.json.contains { $0["fault"]?.string == fault } && checked.errors == "wxpush: \(fault)\n")
        }
    }

    @Test func `a worker without an app does not start`() async throws {
        try await Bench.run { bench in
            try bench.write("bare/wxpush.yaml", "ops: {listen: off}\n")
            let bare = try await bench.wxpush("worker", "-c", "bare/wxpush.yaml")
            #expect(bare.status == 2 && bare.errors.contains("add one under apps in bare/wxpush.yaml"), "\(bare)")
            // In a directory without a configuration, as when --config is forgotten.
            var setting = ChildProcess.Setting(builtProgram("wxpush").path, ["worker"])
            setting.directory = bench.path("templates")
            setting.environment = [bench.directory.marker.name: bench.directory.marker.value]
            setting.output = bench.path("lost.out")
            #expect(await (try ChildProcess(setting)).exit() == 2)
            #expect(bench.text("lost.out").contains("name the configuration with --config"))
        }
    }

    @Test(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
    func `a worker that runs keeps its apps when there are none any more`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            try bench.write("changing.yaml", bench.text("wxpush.yaml"))
            let worker = try bench.start(["worker", "-c", "changing.yaml"], name: "worker")
            try await eventually("the worker is up", within: .seconds(60)) {
                bench.text("worker.err").contains("worker started")
            }
            try bench.write("changing.yaml", "ops: {listen: off}\n")
            worker.signalGroup(SIGHUP)
            try await eventually("the old ones go on", within: .seconds(60)) {
                let log = bench.text("worker.err")
                return log.contains("configuration not read again") && log.contains("no app is configured")
            }
        }
    }

    @Test func `a sandbox whose port is taken says so, and the way out`() async throws {
        try await Bench.run { bench in
            try await bench.startSandbox()
            let place = String(bench.endpoint.dropFirst("http://".count))
            let second = try await bench.wxpush("sandbox", "--listen", place)
            #expect(second.status == 3 && second.errors.contains("Set --listen to another port"), "\(second)")
        }
    }
}
