import AMQP
import Lane
import TestSupport
import Testing

/// A worker that is up, connected and answers, and to which no job comes: what only the lack of progress shows.
@Suite("A worker that finishes nothing", .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct ProgressTests {
    @Test func `it is told of and no longer kept alive, until it gets on`() async throws {
        let broker = try await PrivateBroker.shared()
        let user = uniqueName("onlooker")
        var options = Site.Options()
        options.broker = broker
        // A worker that may declare nothing takes the queue as it is: one that has the broker serve a single consumer.
        options.brokerURL = "amqp://\(user):secret@127.0.0.1:\(broker.port)/"
        options.timeout = "500ms"
        let socket = try ManagerSocket(isAbstract: true)
        let name = socket.name
        let heard = Shared<[String]>([])
        let reader = Task {
            while !Task.isCancelled {
                heard.change { [socket] in $0 += socket.messages() }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { reader.cancel() }
        let prefix = options.prefix
        try await broker.control("add_user", user, "secret")
        try await broker.control("set_permissions", user, "^$", ".*", ".*")
        let lane = try Lane(name: "other-consumer")
        let result = await Task(executorPreference: lane) {
            let other = try await Connection.open(try ConnectionConfiguration(url: broker.url), on: lane)
            let queues: [ShortString] = ["\(prefix).jobs", "\(prefix).results", "\(prefix).dead"]
            for queue in queues {
                _ = try await other.declare(
                    .quorum(queue, arguments: queue == queues[0] ? ["x-single-active-consumer": true] : [:]))
            }
            let deliveries = try await other.consume(queues[0], prefetch: 1)
            let result: Result<Void, any Error>
            do {
                try await Site.run(options) { site in
                    try site.startWorker(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "400000"])
                    try await site.awaitReadiness(true)
                    try await site.send((0..<5).map { (id: "j-\($0)", to: "oJ\($0)") })
                    var iterator = deliveries.makeAsyncIterator()
                    #expect(try await iterator.next() != nil)
                    #expect(try await site.ask("/healthz").status == 200)
                    try await eventually("it is not healthy", within: .seconds(300), every: .milliseconds(200)) {
                        try await site.ask("/healthz").status == 503
                    }
                    #expect(try await site.ask("/healthz").text.hasPrefix("worker-0 has finished nothing for "))
                    try await site.awaitReadiness(false, naming: "lanes")
                    try await eventually("that is in the log", within: .seconds(60)) {
                        site.log().contains("a lane finishes nothing although jobs wait")
                    }
                    let idle = "wxpush_lane_idle_seconds{lane=\"worker-0\"}"
                    let before = try #require(try await site.numbers()[idle])
                    #expect(before >= 66)
                    heard.change { $0 = [] }
                    try await eventually("some beats later", within: .seconds(60)) {
                        try await site.numbers()[idle] ?? 0 > before + 2
                    }
                    #expect(!heard.value.contains("WATCHDOG=1"), "systemd is told that it lives")
                    await other.close()
                    try await eventually("it gets on", within: .seconds(60)) {
                        try await site.ask("/healthz").status == 200
                    }
                    try await site.awaitReadiness(true)
                    try await eventually("the watchdog is served again", within: .seconds(60)) {
                        heard.value.contains("WATCHDOG=1")
                    }
                    #expect(try await site.numbers()["wxpush_lane_deliveries_total{lane=\"worker-0\"}"] ?? 0 > 0)
                    try await eventually("that is told", within: .seconds(60)) {
                        site.log().contains("a lane goes on")
                    }
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await other.close()
            let cleaner = try await Connection.open(try ConnectionConfiguration(url: broker.url), on: lane)
            for queue in queues { _ = try await cleaner.deleteQueue(queue) }
            await cleaner.close()
            try result.get()
        }.result
        _ = try? await broker.control("delete_user", user)
        await lane.stop()
        try result.get()
    }
}
