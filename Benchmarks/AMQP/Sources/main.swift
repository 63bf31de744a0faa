// The work of peer.c through the AMQP module: a job in, a reply out and confirmed, the job acknowledged.
// usage: amqp-bench PORT MESSAGES PREFETCH IN-QUEUE OUT-QUEUE

import AMQP
import Glibc
import Lane

/// Processor time and largest memory of this process.
struct Usage {
    let microseconds: Int
    let peakKilobytes: Int

    static var now: Usage {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Usage(
            microseconds: seconds * 1_000_000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
            peakKilobytes: usage.ru_maxrss)
    }
}

/// Answers jobs until a number of them is done.
actor Answerer: LaneBound {
    nonisolated let lane: Lane
    private let consumer: Connection
    private let publisher: Connection
    private let destination: Destination
    private let timestamp = UInt64(time(nil))
    private var missing: Int
    private var began: (Moment, Usage)?

    init(on lane: Lane, _ consumer: Connection, _ publisher: Connection, to queue: String, messages: Int) {
        self.lane = lane
        self.consumer = consumer
        self.publisher = publisher
        destination = .queue(ShortString(queue))
        missing = messages
    }

    /// Answers with as many readers as there may be jobs in flight; each takes the next job when it is done with one.
    func run(_ deliveries: Deliveries, readers: Int) async throws -> (began: Moment, usage: Usage) {
        try await deliveries.forEach(readers: readers) { try await self.answer($0) }
        return began ?? (.now, .now)
    }

    private func answer(_ delivery: Delivery) async throws {
        if began == nil { began = (.now, .now) }
        var properties = Properties()
        properties.contentType = "application/json"
        properties.deliveryMode = .persistent
        properties.correlationID = delivery.properties.correlationID
        properties.messageID = delivery.properties.messageID
        properties.timestamp = timestamp
        properties.type = "reply"
        properties.appID = "amqp-bench"
        try await publisher.publish(Message(body: delivery.body, properties: properties), to: destination)
        await consumer.acknowledge(delivery)
        missing -= 1
        if missing == 0 { await consumer.close() }
    }
}

func fail(_ message: String, status: Int32 = 1) -> Never {
    var line = Array("amqp-bench: \(message)\n".utf8)
    write(2, &line, line.count)
    exit(status)
}

let arguments = CommandLine.arguments
guard arguments.count == 6, let messages = Int(arguments[2]), let prefetch = Int(arguments[3]) else {
    fail("usage: amqp-bench PORT MESSAGES PREFETCH IN-QUEUE OUT-QUEUE", status: 2)
}

do {
    let configuration = try ConnectionConfiguration(url: "amqp://guest:guest@127.0.0.1:\(arguments[1])/")
    let lane = try Lane(name: "bench")
    let consumer = try await Connection.open(configuration, on: lane)
    let publisher = try await Connection.open(configuration, on: lane)
    let answerer = Answerer(on: lane, consumer, publisher, to: arguments[5], messages: messages)
    let deliveries = try await consumer.consume(ShortString(arguments[4]), prefetch: prefetch)
    let (began, usage) = try await Task(executorPreference: lane) {
        try await answerer.run(deliveries, readers: prefetch)
    }.value
    let now = Usage.now
    let seconds = (Moment.now - began) / .seconds(1)
    let perMessage = Double(now.microseconds - usage.microseconds) / Double(messages)
    let rate = Int(Double(messages) / seconds)
    print(
        "{\"program\":\"swift\",\"messages\":\(messages),\"seconds\":\(seconds),\"rate\":\(rate),"
            + "\"cpu_us_per_message\":\(perMessage),\"peak_rss_kb\":\(now.peakKilobytes)}")
    await publisher.close()
    await lane.stop()
} catch {
    fail("\(error)")
}
