// What the AMQP module does to the resident size of a process that does nothing else.
// usage: amqp-memory URL messages COUNT    sends and takes COUNT messages of 500 bytes
//        amqp-memory URL body BYTES        sends and takes one message of BYTES
// Prints lines of a name and kilobytes.

import AMQP
import CLinux
import Glibc
import Lane

/// A field of /proc/self/status, in kilobytes.
func status(_ field: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.hasPrefix("\(field):") { return Int(text.split { $0 == " " || $0 == "\t" }[1]) ?? 0 }
    }
    return 0
}

func report(_ name: String, _ field: String = "VmRSS") { print(name, status(field)) }

/// Forgets the largest size so far, so that `VmHWM` counts from here.
func forgetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
}

/// Sends messages to a queue and takes them from it, some hundreds at a time.
func move(_ count: Int, through queue: ShortString, _ out: Connection, _ into: Connection) async throws {
    let deliveries = try await into.consume(queue, prefetch: 500)
    try await withThrowingTaskGroup { group in
        for writer in 0..<200 {
            group.addTask(executorPreference: out.lane) {
                var properties = Properties()
                properties.messageID = ShortString("message of writer number \(writer)")
                properties.headers = ["x-number": .int64(Int64(writer))]
                let message = Message(body: [UInt8](repeating: 7, count: 500), properties: properties)
                for _ in 0..<count / 200 { try await out.publish(message, to: .queue(queue)) }
            }
        }
        group.addTask(executorPreference: into.lane) {
            var left = count
            for try await delivery in deliveries {
                await into.acknowledge(delivery)
                left -= 1
                if left == 0 { break }
            }
        }
        try await group.waitForAll()
    }
    try await into.cancelConsumer()
}

/// Sends one large message, takes it, and lets it go.
func moveBody(_ size: Int, through queue: ShortString, _ out: Connection, _ into: Connection) async throws {
    // The body that is sent is gone before the one that comes is measured.
    try await out.publish(Message(body: [UInt8](repeating: 7, count: size)), to: .queue(queue))
    forgetPeak()
    let delivery = try await into.fetch(queue)
    report("held")
    report("peak", "VmHWM")
    guard let delivery, delivery.body.count == size else { throw AMQPError.malformed("not the body that was sent") }
    await into.acknowledge(delivery)
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let size = Int(arguments[3]), ["messages", "body"].contains(arguments[2]) else {
    print("usage: amqp-memory URL messages COUNT | body BYTES")
    exit(2)
}
// By itself glibc keeps the memory of large bodies for the next ones, once it has seen some.
mallopt(M_MMAP_THRESHOLD, 1 << 20)

var configuration = try ConnectionConfiguration(url: arguments[1])
configuration.bodyLimit = 256 << 20
let limits = configuration
let lane = try Lane(name: "memory")
try await Task(executorPreference: lane) {
    let out = try await Connection.open(limits, on: lane)
    let into = try await Connection.open(limits, on: lane)
    let queue = try await into.declare(Queue("", isDurable: false, isExclusive: true)).name
    if arguments[2] == "messages" {
        // The same work first, a little of it, so that what is needed once stands.
        try await move(20_000, through: queue, out, into)
        report("before")
        try await move(size, through: queue, out, into)
    } else {
        _ = try await moveBody(1024, through: queue, out, into)
        report("before")
        try await moveBody(size, through: queue, out, into)
    }
    report("after")
    await out.close()
    await into.close()
}.value
await lane.stop()
