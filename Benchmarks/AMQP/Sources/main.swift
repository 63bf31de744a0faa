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

/// How far the run is.
///
/// Touched on the lane alone, whose tasks share it without a lock.
final class Progress: @unchecked Sendable {
    private(set) var began = Moment.now
    private(set) var usage = Usage.now
    private var taken = 0
    private var missing: Int

    init(messages: Int) { missing = messages }

    func begin() {
        taken += 1
        if taken == 1 { (began, usage) = (.now, .now) }
    }

    /// Whether that was the last one.
    func finish() -> Bool {
        missing -= 1
        return missing == 0
    }
}

/// The reply to a job: its body, and its names.
func reply(to job: Delivery, at timestamp: UInt64) -> Message {
    var properties = Properties()
    properties.contentType = "application/json"
    properties.deliveryMode = .persistent
    properties.correlationID = job.properties.correlationID
    properties.messageID = job.properties.messageID
    properties.timestamp = timestamp
    properties.type = "reply"
    properties.appID = "amqp-bench"
    return Message(body: job.body, properties: properties)
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
    let deliveries = try await consumer.consume(ShortString(arguments[4]), prefetch: prefetch)
    let destination = Destination.queue(ShortString(arguments[5]))
    let timestamp = UInt64(time(nil))
    let progress = Progress(messages: messages)
    try await Task(executorPreference: lane) {
        try await deliveries.forEach(readers: prefetch) { job in
            progress.begin()
            try await publisher.publish(reply(to: job, at: timestamp), to: destination)
            await consumer.acknowledge(job)
            if progress.finish() { await consumer.close() }
        }
    }.value
    let now = Usage.now
    let seconds = (Moment.now - progress.began) / .seconds(1)
    let perMessage = Double(now.microseconds - progress.usage.microseconds) / Double(messages)
    let rate = Int(Double(messages) / seconds)
    print(
        "{\"program\":\"swift\",\"messages\":\(messages),\"seconds\":\(seconds),\"rate\":\(rate),"
            + "\"cpu_us_per_message\":\(perMessage),\"peak_rss_kb\":\(now.peakKilobytes)}")
    await publisher.close()
    await lane.stop()
} catch {
    fail("\(error)")
}
