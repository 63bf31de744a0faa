import AMQP
import BrokerSupport
import Foundation
import TestSupport
import Testing

/// What a worker tells of the queue of dead letters by itself.
@Suite("Watching the dead letters", .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct DeadWatchTests {
    private static let tooMany = "\"more dead letters than dead.warn_count\""
    private static let tooOld = "\"the oldest dead letter is older than dead.warn_age\""

    /// Puts letters into the queue of dead letters, each dead for as many days as its id says.
    private func bury(_ days: [Int], at site: Site) async throws {
        let letters = days.map { day in
            var properties = Properties()
            properties.deliveryMode = .persistent
            let died = Date(timeIntervalSinceNow: -86_400 * Double(day)).ISO8601Format()
            properties.headers = ["x-wxpush-id": .string("d-\(day)"), "x-wxpush-died-at": .string(died)]
            return Message(body: Array("{}".utf8), properties: properties)
        }
        try await site.put(letters, on: "\(site.prefix).dead")
    }

    /// Takes all letters out of the queue, and returns their ids in their order.
    private func takeAll(_ count: Int, at site: Site) async throws -> [String] {
        try await site.take(count, from: "\(site.prefix).dead").map { $0.properties.headers["x-wxpush-id"]?.text ?? "" }
    }

    private func lines(_ text: String, at site: Site) -> Int { site.log().components(separatedBy: text).count - 1 }

    @Test func `too many and too old ones are told of once, their order stays, and the end is told too`() async throws {
        var options = Site.Options()
        options.extra = ["dead: {warn_count: 3, warn_age: 2d}"]
        try await Site.run(options) { site in
            try await bury([5, 4, 1, 3], at: site)
            try site.startWorker()
            try await site.awaitReadiness(true)
            try await site.await("wxpush_dead_letters_over{limit=\"count\"}", 1)
            try await site.await("wxpush_dead_letters_over{limit=\"age\"}", 1)
            let age = try #require(try await site.numbers()["wxpush_dead_oldest_seconds"])
            #expect(age >= 5 * 86_400 && age < 5.5 * 86_400)
            // When letters leave, the next one is the oldest, and a count that hangs about its limit is no news.
            #expect(try await takeAll(1, at: site) == ["d-5"])
            try await eventually("the next is the oldest", within: .seconds(90)) {
                let age = try await site.numbers()["wxpush_dead_oldest_seconds"] ?? 0
                return age >= 4 * 86_400 && age < 4.5 * 86_400
            }
            let rest = try await takeAll(3, at: site)
            #expect(rest == ["d-4", "d-1", "d-3"], "\(rest)")
            try await site.await("wxpush_queue_messages{queue=\"dead\"}", 0)
            #expect(try await site.numbers()["wxpush_dead_oldest_seconds"] == nil)
            for limit in ["count", "age"] {
                try await eventually("\(limit) is over", within: .seconds(180)) {
                    try await site.numbers()["wxpush_dead_letters_over{limit=\"\(limit)\"}"] == 0
                }
            }
            // The log is written beside the work.
            for end in ["no more dead letters than dead.warn_count", "no dead letter is older than dead.warn_age"] {
                try await eventually(end, within: .seconds(60)) { lines("\"\(end)\"", at: site) == 1 }
            }
            #expect(lines(Self.tooMany, at: site) == 1 && lines(Self.tooOld, at: site) == 1)
        }
    }

    @Test func `the limits can be changed and turned off while it works`() async throws {
        var options = Site.Options()
        options.extra = ["dead: {warn_count: 0, warn_age: 0}"]
        try await Site.run(options) { site in
            try await bury([5, 4], at: site)
            let worker = try site.startWorker()
            try await site.awaitReadiness(true)
            try await eventually("the oldest is known", within: .seconds(60)) {
                try await site.numbers()["wxpush_dead_oldest_seconds"] != nil
            }
            #expect(try await site.numbers()["wxpush_dead_letters_over{limit=\"count\"}"] == 0)
            #expect(try await site.numbers()["wxpush_dead_letters_over{limit=\"age\"}"] == 0)
            try site.rewrite("dead: {warn_count: 0, warn_age: 0}", "dead: {warn_count: 1, warn_age: 1d}")
            worker.signalGroup(SIGHUP)
            try await site.await("wxpush_dead_letters_over{limit=\"count\"}", 1)
            try await site.await("wxpush_dead_letters_over{limit=\"age\"}", 1)
            try await eventually("the log names the keys", within: .seconds(60)) {
                site.log().contains("dead.warn_count,dead.warn_age")
            }
        }
    }

    @Test func `the first letter of a kind is news, for the whole fleet and not for its template's next letters`()
        async throws
    {
        let news = "\"first dead letter of a new kind\""
        try await Site.run { site in
            let first = try site.startWorker("w1")
            try await site.awaitReadiness(true)
            try await site.await("wxpush_dead_kinds_total", 0)
            try await site.send((0..<5).map { (id: "f-\($0)", to: "fail_47003_\($0)") })
            try await site.send(["{not json", "{nor this"])
            try await site.await("wxpush_dead_kinds_total", 2)
            let failed = #"app="mini",kind="subscribe",template="notice",status="failed""#
            try await eventually("all have failed", within: .seconds(60)) {
                let numbers = try await site.numbers()
                return numbers.filter { $0.key.contains(failed) }.values.reduce(0, +) == 5
            }
            var lines: [Substring] = []
            try await eventually("both are in the log", within: .seconds(60)) {
                lines = site.log(of: "w1").split(separator: "\n").filter { $0.contains(news) }
                return lines.count >= 2
            }
            #expect(lines.count == 2)
            let line = try #require(lines.first { $0.contains("47003") })
            for field in [
                #""level":"warning""#, #""id":"f-"#, #""reason":""#, #""app":"mini""#, #""template":"notice""#,
                #""errcode":47003"#,
            ] { #expect(line.contains(field), "\(field) in \(line)") }
            first.signalGroup(SIGTERM)
            #expect(await first.exit() == 0)
            try site.startWorker("w2")
            try await site.awaitReadiness(true)
            try await site.send(["{not json either"])
            try await site.await(
                "wxpush_jobs_total{app=\"\",kind=\"\",template=\"\",status=\"failed\",reason=\"bad_json\"}", 1)
            try await site.send([(id: "u-1", to: "fail_47001_x")])
            try await site.await("wxpush_dead_kinds_total", 1)
            #expect(
                !site.log(of: "w2").split(separator: "\n").contains { $0.contains(news) && $0.contains("bad_json") })
        }
    }
}
