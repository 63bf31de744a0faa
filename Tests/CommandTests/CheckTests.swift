import JSON
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
                missing.status == 2 && missing.errors.contains("nowhere.yaml")
                    && missing.errors.contains("does not exist"))
        }
    }

    @Test func `an installation without apps and templates is told so`() async throws {
        try await Bench.run { bench in
            try bench.write("bare/wxpush.yaml", "templates: /\n")
            let checked = try await bench.wxpush("check", "-c", "bare/wxpush.yaml", "--json")
            #expect(checked.status == 0, "\(checked)")
            let notes = checked.json.compactMap { $0["note"]?.string }
            #expect(notes.count == 2 && notes[1].contains("no app is configured"))
        }
    }
}
