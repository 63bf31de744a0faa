import Glibc
import Lane
import Telemetry
import TestSupport
import Testing

@Suite("Writing a log") struct LogWriterTests {
    @Test func `keeps the lines of many threads in one piece, and loses none that it has room for`() async throws {
        let stream = try Stream()
        let log = try stream.log()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for number in 0..<1000 { log.info("told", ["task": task, "number": number]) }
                }
            }
        }
        try await eventually("all is written") { stream.lines.count == 4000 }
        for task in 0..<4 {
            let numbers = stream.lines.filter { $0.contains(" task=\(task) ") }.map { $0.split(separator: "=").last }
            #expect(numbers == (0..<1000).map { "\($0)"[...] })
        }
    }

    @Test func `waits for no reader, and says how many lines that has cost`() async throws {
        let stream = try Stream()
        let log = try stream.log()
        let padding = String(repeating: "x", count: 1000)
        // The pipe takes 64 KiB, and the buffer a megabyte.
        for _ in 0..<5000 { log.info("told", ["padding": padding]) }
        try await eventually("the loss is told") { stream.lines.last?.contains("lines of the log were lost") == true }
        let told = stream.lines.filter { $0.contains("told") }.count
        let lost = stream.lines.compactMap { line in
            line.contains("were lost") ? line.split(separator: "=").last.flatMap { Int($0) } : nil
        }
        #expect(told + lost.reduce(0, +) == 5000)
        #expect(told > 900 && told < 4000)
        log.info("back")
        try await eventually("it goes on") { stream.lines.last?.contains("back") == true }
    }

    @Test func `a flush ends, even if nobody reads`() async throws {
        let stream = try Stream()
        let log = try stream.log()
        for _ in 0..<300 { log.info("told", ["padding": String(repeating: "x", count: 1000)]) }
        let start = Moment.now
        log.flush(atMost: .milliseconds(50))
        #expect(Moment.now - start >= .milliseconds(50))
        // The thread must have done with the descriptor before that is somebody else's.
        try await eventually("all is written") { stream.lines.count == 300 }
    }

    @Test func `writes where writing may not wait`() async throws {
        let stream = try Stream()
        _ = fcntl(stream.descriptor, F_SETFL, O_NONBLOCK)
        let log = try stream.log()
        for _ in 0..<500 { log.info("told", ["padding": String(repeating: "x", count: 1000)]) }
        try await eventually("all is written") { stream.lines.count == 500 }
    }

    @Test func `goes on, unheard, when nobody can read`() throws {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        let log = try Log(descriptor: full)
        log.error("told")
        log.flush(atMost: .seconds(30))
        log.error("told again")
        log.flush(atMost: .seconds(30))
    }

    @Test func `the last copy writes what is left`() async throws {
        let stream = try Stream()
        try { try stream.log().info("last") }()
        try await eventually("it is written") { stream.text.contains("last") }
    }

    @Test func `tells what repeats once in a while, and how often it was left out`() async throws {
        let stream = try Stream()
        let log = try stream.log()
        for _ in 0..<10_000 { log.once(per: .seconds(3600), key: "away")?.error("broker unreachable") }
        log.once(per: .seconds(3600), key: "other")?.error("cache unreachable")
        log.once(per: .zero, key: "now")?.info("told")
        log.once(per: .zero, key: "now")?.info("told")
        log.flush(atMost: .seconds(30))
        #expect(stream.lines.count == 4)
    }

    @Test func `a line that repeats says how many were left out`() async throws {
        let stream = try Stream()
        let log = try stream.log()
        let first = log.once(per: .milliseconds(50), key: "away")
        var leftOut = 0
        while first != nil {
            if let log = log.once(per: .milliseconds(50), key: "away") {
                log.info("told")
                break
            }
            leftOut += 1
        }
        log.flush(atMost: .seconds(30))
        #expect(leftOut > 0 && stream.lines.last?.hasSuffix(" suppressed=\(leftOut)") == true)
    }

    @Test func `keys without end share one`() throws {
        let log = try Stream().log()
        let told = (0..<5000).filter { log.once(per: .seconds(3600), key: "key \($0)") != nil }
        #expect(told == Array(0...1024))
    }
}
