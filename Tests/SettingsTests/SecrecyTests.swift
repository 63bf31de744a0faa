import Settings
import Telemetry
import Testing
import YAML

@Suite("Secrets in settings") struct SecrecyTests {
    private static let text = """
        amqp:
          url: [amqp://user:hunter2-a@h1/, "amqp://user:${PW}@h2/?name=n"]
        cache: {url: "redis://:hunter2-c@redis:6379/1"}
        apps:
          plain: {type: mini, appid: wx1, secret: hunter2-d}
          held: {type: service, appid: wx2, secret: "${PW}", token: "https://t/hunter2-e?key=hunter2-f"}
        ops: {listen: "0.0.0.0:1", token: hunter2-g}

        """
    private static let environment = ["PW": "hunter2-b"]

    @Test func `nothing that prints shows one`() throws {
        let settings = try Folder().load(Self.text, environment: Self.environment)
        var dumped = ""
        dump(settings, to: &dumped)
        dump(settings.entries, to: &dumped)
        dump(settings.apps, to: &dumped)
        let printed = [
            settings.describe(), "\(settings)", String(reflecting: settings), "\(settings.amqp)", "\(settings.cache)",
            "\(settings.apps)", "\(settings.ops)", "\(settings.entries)", dumped,
        ]
        for text in printed { #expect(!text.contains("hunter2")) }
        #expect(settings.shown("amqp.url") == "amqp://user@h1:5672/%2f, amqp://user@h2:5672/%2f")
        #expect(settings.shown("cache.url") == "redis://:<redacted>@redis:6379/1")
        #expect(settings.shown("apps.plain.secret") == "<redacted>")
        #expect(settings.shown("apps.held.token") == "https://t/<redacted>")
        #expect(settings.shown("ops.token") == "<redacted>")
    }

    @Test func `no fault shows one, whatever is wrong with the file`() throws {
        let folder = try Folder()
        var random = SeededRandom(3)
        // The file's own words are left whole, so that only marks between them change.
        let marks = Array("{}[]\",:'-?&*!|>%@`#\n\t $").map(String.init)
        let places = Self.text.indices.filter {
            !Self.text[$0].isLetter && !Self.text[$0].isNumber && Self.text[$0] != "-"
        }
        var wrong = 0
        for _ in 0..<1_500 {
            var text = Self.text
            let place = places.randomElement(using: &random) ?? text.startIndex
            let mark = marks.randomElement(using: &random) ?? ""
            text.replaceSubrange(place...place, with: Bool.random(using: &random) ? mark : "")
            let faults = try folder.faults(in: text, environment: Self.environment)
            wrong += faults.isEmpty ? 0 : 1
            // A word that stands alone where a key belongs is the one thing that has to be named.
            for fault in faults where !fault.contains("unknown key \"hunter2-") {
                #expect(!fault.contains("hunter2"), "\(text)")
            }
            #expect(faults.allSatisfy { !$0.contains("hunter2-b") })
        }
        #expect((300..<1_500).contains(wrong))
    }

    @Test func `a secret that a variable holds shows nowhere, wherever it is put`() throws {
        let keys = [
            "amqp.url", "amqp.ca", "amqp.cert", "amqp.key", "amqp.verify", "amqp.prefix", "amqp.in_flight",
            "amqp.lanes",
            "amqp.delivery_limit", "cache.url", "wechat.endpoint", "wechat.fallback_endpoints", "wechat.timeout",
            "wechat.connect_timeout", "wechat.on_unknown", "wechat.ca", "apps.a.type", "apps.a.appid", "apps.a.token",
            "apps.a.rate", "retry.attempts", "retry.first", "retry.max", "retry.crashes", "retry.probe", "idempotency",
            "dead.warn_count", "dead.warn_age", "ops.listen", "log.level", "log.format", "shutdown",
        ]
        let folder = try Folder()
        for key in keys {
            let parts = key.split(separator: ".")
            let text = parts.enumerated().map { String(repeating: "  ", count: $0) + $1 + ":" }.joined(separator: "\n")
            let faults = try folder.faults(in: text + " ${PW}\n", environment: ["PW": "hunter2 b"])
            #expect(faults.contains { $0.contains(": \(key): ") }, "\(key)")
            #expect(!faults.contains { $0.contains("hunter2") }, "\(faults)")
        }
    }
}

/// Random numbers that are the same in every run.
private struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
