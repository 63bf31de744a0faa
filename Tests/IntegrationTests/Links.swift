import AMQP
import Foundation
import Lane
import TestSupport
import Testing

/// A consumer and a publisher of one queue, each with a connection of its own, on one lane.
final class Links: Sendable {
    let lane: Lane
    let queue: ShortString
    let consumer: Consumer
    let publisher: Publisher
    private let consumerStates = Shared<[LinkState]>([])
    private let publisherStates = Shared<[LinkState]>([])

    private init(_ configuration: ConnectionConfiguration, on lane: Lane) {
        self.lane = lane
        let queue = ShortString(uniqueName("links"))
        self.queue = queue
        var backoff = Backoff()
        backoff.first = .milliseconds(5)
        backoff.limit = .milliseconds(100)
        let declare: @Sendable (Connection) async throws(AMQPError) -> Void = { connection throws(AMQPError) in
            try await connection.declare(Queue(queue))
        }
        consumer = Consumer(
            queue, prefetch: 200, configuration, on: lane, backoff: backoff, prepare: declare,
            onState: { [consumerStates] state in consumerStates.change { $0.append(state) } })
        publisher = Publisher(
            configuration, on: lane, backoff: backoff, prepare: declare,
            onState: { [publisherStates] state in publisherStates.change { $0.append(state) } })
    }

    /// Runs both for the length of a body.
    static func run(
        at url: String, configure: (inout ConnectionConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (Links) async throws -> Void
    ) async throws {
        var configuration = try ConnectionConfiguration(url: url)
        configure(&configuration)
        try await withLane { [configuration] lane in
            let links = Links(configuration, on: lane)
            let runs = [
                Task(executorPreference: lane) { await links.consumer.run() },
                Task(executorPreference: lane) { await links.publisher.run() },
            ]
            let result = await Task(executorPreference: lane) { try await body(links) }.result
            for run in runs { run.cancel() }
            for run in runs { await run.value }
            try result.get()
        }
    }

    /// Why connections have ended so far.
    var reasons: [AMQPError] {
        (consumerStates.value + publisherStates.value).compactMap {
            if case .waiting(let error, _) = $0 { error } else { nil }
        }
    }

    /// How often a working connection has ended.
    var losses: Int {
        [consumerStates, publisherStates].reduce(0) { sum, states in
            let states = states.value
            return sum
                + zip(states, states.dropFirst()).count { before, after in
                    // A try that failed comes from connecting.
                    if case .connecting = before { return false }
                    if case .waiting = after { return true }
                    return false
                }
        }
    }

    /// How often either was ready.
    var readyCount: Int {
        (consumerStates.value + publisherStates.value).count { if case .ready = $0 { true } else { false } }
    }

    /// Whether both are connected and at work at this moment.
    var areBothReady: Bool {
        [consumerStates, publisherStates].allSatisfy { if case .ready = $0.value.last { true } else { false } }
    }

    var isPublisherBlocked: Bool {
        if case .blocked = publisherStates.value.last { true } else { false }
    }

    func publish(_ body: [UInt8]) async throws(PublishError) {
        try await publisher.publish(Message(body: body), to: .queue(queue))
    }

    func next() async -> Delivery? {
        var iterator = consumer.deliveries.makeAsyncIterator()
        return await iterator.next()
    }

    /// Consumes until the end, and counts.
    func consumeAll() -> Shared<Int> {
        let count = Shared(0)
        Task(executorPreference: lane) { [consumer] in
            for await delivery in consumer.deliveries where await consumer.acknowledge(delivery) {
                count.change { $0 += 1 }
            }
        }
        return count
    }

    /// Sends one more message through, and whatever comes before it.
    func expectThrough() async throws {
        let last = Array(uniqueName("last").utf8)
        try await eventually("a message is confirmed") { (try? await publish(last)) != nil }
        while let delivery = await next() {
            await consumer.acknowledge(delivery)
            if delivery.body == last { return }
        }
        Issue.record("the consumer has ended")
    }
}

/// Ticks on a lane while a body runs; the longest time between two ticks tells for how long anything held up the lane.
func longestGap(on lane: Lane, while body: () async throws -> Void) async throws -> Duration {
    let ticking = Task(executorPreference: lane) {
        var (last, longest) = (Moment.now, Duration.zero)
        while !Task.isCancelled {
            try? await lane.sleep(for: .milliseconds(5))
            let now = Moment.now
            longest = max(longest, now - last)
            last = now
        }
        return longest
    }
    do {
        try await body()
    } catch {
        ticking.cancel()
        _ = await ticking.value
        throw error
    }
    ticking.cancel()
    return await ticking.value
}
