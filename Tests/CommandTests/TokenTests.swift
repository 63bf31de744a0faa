import JSON
import TestSupport
import Testing

/// `wxpush token`, with both caches.
struct TokenTests {
    /// Where the cache is.
    enum Cache: CaseIterable { case sqlite, redis }

    private func run(_ cache: Cache, _ body: (Bench) async throws -> Void) async throws {
        switch cache {
        case .sqlite: try await Bench.run(Bench.Options(), body)
        case .redis:
            try await RedisServer.with(password: Bench.password) { server in
                var options = Bench.Options()
                options.cache = "redis://:\(Bench.password)@127.0.0.1:\(server.port)/1"
                try await Bench.run(options, body)
            }
        }
    }

    @Test(arguments: Cache.allCases) func `what the fleet knows is shown, and a refresh says what happened`(
        cache: Cache
    ) async throws {
        try await run(cache) { bench in
            try await bench.startSandbox()
            let before = try await bench.wxpush("token", "show", "--json")
            #expect(before.status == 0, "\(before)")
            #expect(before.json.compactMap { $0["app"]?.string } == ["mini", "shop"])
            #expect(before.json.allSatisfy { $0["token"] == nil && $0["pauses"]?.array?.isEmpty == true })

            let first = try await bench.wxpush("token", "refresh", "mini", "--json")
            #expect(first.status == 0 && first.json.first?["outcome"]?.string == "new", "\(first)")
            let again = try await bench.wxpush("token", "refresh", "mini", "--json")
            #expect(
                again.json.first?["outcome"]?.string == "same"
                    && again.json.first?["token"] == first.json.first?["token"], "\(again)")
            let forced = try await bench.wxpush("token", "refresh", "mini", "--force", "--json")
            #expect(
                forced.json.first?["outcome"]?.string == "new"
                    && forced.json.first?["token"] != first.json.first?["token"], "\(forced)")
            #expect(try await bench.wxpush("token", "refresh", "shop").status == 0)

            let shown = try await bench.wxpush("token", "show", "--json")
            let mini = try #require(shown.json.first), shop = try #require(shown.json.last)
            #expect(mini["token"]?.string?.count == 11 && mini["token"]?.string?.contains("…") == true)
            #expect(mini["token"] == forced.json.first?["token"] && mini["source"]?.string == "stable")
            #expect((1...7200).contains(mini["remaining_seconds"]?.integer ?? 0) && mini["generation"]?.integer != nil)
            #expect(mini["forced_today"]?.integer == 1 && mini["classic_today"]?.integer == 0)
            #expect(shop["forced_today"]?.integer == 0 && shop["classic_today"]?.integer == 1)
            let table = try await bench.wxpush("token", "show", "mini")
            #expect(table.lines.count == 2 && table.lines[1].hasPrefix("mini  stable  "), "\(table)")
        }
    }

    @Test func `what may not be forced is said`() async throws {
        try await Bench.run { bench in
            try await bench.startSandbox()
            #expect(try await bench.wxpush("token", "refresh", "mini", "--force").status == 0)
            let soon = try await bench.wxpush("token", "refresh", "mini", "--force")
            #expect(soon.status == 1 && soon.errors.contains("no more may be forced now"), "\(soon)")
            let classic = try await bench.wxpush("token", "refresh", "shop", "--force")
            #expect(classic.status == 2 && classic.errors.contains("for stable tokens"), "\(classic)")
            let counters = try await bench.counters()
            #expect(counters["tokens"]?.object?["stable_forced"]?.integer == 1)
        }
    }

    @Test func `a secret that WeChat refuses, and a WeChat that is away, are told apart`() async throws {
        try await Bench.run { bench in
            try bench.write("seed.json", TemplateTests.seed(keys: ["thing1"], secret: "another"))
            try await bench.startSandbox("--seed", "seed.json")
            let refused = try await bench.wxpush("token", "refresh", "mini")
            #expect(refused.status == 1 && refused.output == "", "\(refused)")
            #expect(
                refused.errors.contains("WeChat answered 40125") && refused.errors.split(separator: "\n").count == 1)
            let shown = try await bench.wxpush("token", "show", "mini", "--json")
            #expect(shown.json.first?["holder"]?.object?["owner"]?.string?.hasPrefix("command.") == true, "\(shown)")
        }
        try await Bench.run { bench in
            let away = try await bench.wxpush("token", "refresh", "mini")
            #expect(away.status == 3 && away.errors.contains("can WeChat be reached"), "\(away)")
        }
    }

    @Test func `an app that is not there, and a cache that is away or none`() async throws {
        try await Bench.run { bench in
            let nobody = try await bench.wxpush("token", "show", "nobody")
            #expect(nobody.status == 2 && nobody.errors.contains("there are mini, shop"), "\(nobody)")
            #expect(try await bench.wxpush("token", "refresh").status == 2)
            let port = try FreePorts.take(1)[0]
            let away = try await bench.wxpush(
                "token", "show", "--cache-url", "redis://:\(Bench.password)@127.0.0.1:\(port)/0")
            #expect(away.status == 3 && away.errors.contains("is cache.url right?"), "\(away)")
            let none = try await bench.wxpush("token", "show", "--cache-url", "sqlite:/nowhere/cache.db")
            #expect(none.status == 2 && none.errors.contains("correct cache.url"), "\(none)")
        }
    }
}
