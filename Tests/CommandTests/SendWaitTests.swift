import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// `wxpush send --wait`, with workers and without.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct SendWaitTests {
    @Test func `the result of a job is printed, and what it means is the status`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            try await bench.startSandbox()
            try await bench.startWorker()
            let sent = try await bench.wxpush(
                "send", "--id", "w-1", "--to", "oAlice", "--template", "order-paid", "-p", "title=Tea", "-p",
                "amount=1", "-p", "order_id=7",
                "--wait", "--timeout", "60s")
            #expect(sent.status == 0 && sent.output == "sent       w-1\n" && sent.errors == "", "\(sent)")
            let refused = try await bench.wxpush(
                "send", "--wait", "--timeout", "60s", "--json", input: SendTests.job("w-2", to: "fail_43101_x"))
            #expect(refused.status == 1, "\(refused)")
            #expect(
                refused.json.first?["status"]?.string == "refused" && refused.json.first?["errcode"]?.integer == 43101)
            let shown = try await bench.wxpush(
                "send", "-w", "--timeout", "60s", input: SendTests.job("w-3", to: "fail_43101_x"))
            #expect(
                shown.output.hasPrefix("refused    w-3  recipient_refused  ")
                    && shown.output.hasSuffix("  (errcode 43101)\n"), "\(shown)")
            #expect(shown.output.split(separator: "user refuse").count == 2, "\(shown)")
            #expect(shown.errors == "1 line: 1 on the queue, 1 refused\n")
        }
    }

    @Test func `many jobs each have their result, also those of one id`() async throws {
        let count = 300
        let lines =
            (0..<count).map { SendTests.job("m-\($0)", to: "o\($0)") } + [SendTests.job("m-7", to: "o7"), "bad"]
        try await Bench.run(try await Bench.withBroker()) { bench in
            try await bench.startSandbox()
            try await bench.startWorker()
            let sent = try await bench.wxpush(
                "send", "--wait", "--json", "--timeout", "100s", input: lines.joined(separator: "\n"))
            #expect(sent.status == 1, "\(sent)")
            #expect(sent.json.count == count + 1 && sent.lines.count == count + 1)
            #expect(Set(sent.json.compactMap { $0["id"]?.string }).count == count)
            #expect(sent.json.filter { $0["status"]?.string == "duplicate" }.count == 1)
            #expect(
                sent.errors.contains(
                    "\(count + 2) lines: \(count + 1) on the queue, 1 skipped, 1 duplicate, \(count) sent"))
            let queues = try await PrivateBroker.shared().control("list_queues", "name")
            #expect(!queues.contains("\(bench.prefix)-replies"))
        }
    }

    @Test func `without a worker the wait ends, and says which job has no result`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            let sent = try await bench.wxpush("send", "--wait", "--timeout", "300ms", input: SendTests.job("lonely"))
            #expect(sent.status == 1 && sent.output == "", "\(sent)")
            #expect(sent.errors.contains("no result of lonely for 300ms; is a worker running?"))
            #expect(sent.errors.contains("1 without a result"))
            #expect(try await bench.jobs().count == 1)
        }
    }

    @Test func `results are printed as they come`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            try await bench.startSandbox()
            try await bench.startWorker()
            let pipe = Pipe()
            let input = pipe.fileHandleForWriting
            let process = try bench.start(
                ["send", "--wait", "--json", "--timeout", "100s"], name: "send",
                input: pipe.fileHandleForReading.fileDescriptor)
            for number in 0..<3 {
                try input.write(contentsOf: Array("\(SendTests.job("s-\(number)"))\n".utf8))
                try await eventually("the result of \(number)", within: .seconds(60)) {
                    bench.text("send.out").split(separator: "\n").count == number + 1
                }
            }
            try input.close()
            #expect(await process.exit() == 0)
        }
    }

    @Test func `an interruption ends the wait at once`() async throws {
        try await Bench.run(try await Bench.withBroker()) { bench in
            #expect(try await bench.wxpush("topology", "declare").status == 0)
            let process = try bench.start(
                ["send", "--to", "o", "--template", "t", "--wait", "--timeout", "1h"], name: "send")
            let broker = try await PrivateBroker.shared()
            try await eventually("the job is on the queue", within: .seconds(60)) {
                try await broker.messageCount("\(bench.prefix).jobs") == 1
            }
            process.signalGroup(SIGINT)
            #expect(await process.exit() == 128 + SIGINT)
        }
    }

    @Test func `a broker that goes away during the wait ends with 3`() async throws {
        let broker = try await PrivateBroker.start()
        do {
            var options = Bench.Options()
            options.broker = broker.url
            try await Bench.run(options) { bench in
                #expect(try await bench.wxpush("topology", "declare").status == 0)
                let process = try bench.start(
                    ["send", "--to", "o", "--template", "t", "--wait", "--timeout", "1h"], name: "send")
                try await eventually("the job is on the queue", within: .seconds(60)) {
                    try await broker.messageCount("\(bench.prefix).jobs") == 1
                }
                try await broker.kill()
                #expect(await process.exit() == 3)
                #expect(bench.text("send.err").contains("results that are still to come"))
            }
        } catch {
            await broker.stop()
            throw error
        }
        await broker.stop()
    }
}
