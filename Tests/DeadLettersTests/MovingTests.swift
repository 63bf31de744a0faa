import AMQP
import BrokerSupport
import DeadLetters
import Foundation
import Glibc
import JSON
import TestSupport
import Testing
import Worker

/// `wxpush dead drop`, `export` and `import`.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct MovingTests {
    @Test func `what is dropped is kept in a file, and comes back from it byte for byte`() async throws {
        try await Yard.run { yard in
            let letters = [
                Yard.letter("a"),
                Message(body: Array(0...255), properties: Yard.letter(nil, reason: "bad_json").properties),
                Yard.letter("c") {
                    $0.headers["odd"] = .stringBytes([0xFF])
                    $0.headers["deep"] = ["list": [1, ["x": .double(0.1)]]]
                    $0.replyTo = "r"
                    $0.timestamp = 1_795_000_000
                    $0.priority = 3
                },
                Yard.letter("d", body: ""), Yard.letter("stays", reason: "rate_limited"),
            ]
            try await yard.bury(letters)
            let before = try await yard.content(of: yard.names.dead)
            let dry = try await yard.wxpush("dead", "drop", "reason!=rate_limited", "--dry-run", "--json")
            #expect(dry.status == 0 && dry.json.first?["would_drop"]?.integer == 4, "\(dry)")
            let dropped = try await yard.wxpush(
                "dead", "drop", "reason!=rate_limited", "--yes", "--export", "out.jsonl")
            #expect(dropped.status == 0 && dropped.output == "4 dropped, kept in out.jsonl\n", "\(dropped)")
            #expect(try await yard.queue().ids() == ["stays"])
            let mode =
                try FileManager.default.attributesOfItem(atPath: yard.path("out.jsonl"))[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let again = try await yard.wxpush("dead", "drop", "stays", "--export", "out.jsonl")
            #expect(again.status == 2 && again.errors.contains("out.jsonl"), "\(again)")
            let back = try await yard.wxpush("dead", "import", "out.jsonl")
            #expect(back.status == 0 && back.output == "4 imported\n", "\(back)")
            let after = try await yard.content(of: yard.names.dead)
            let keys = { (deliveries: [Delivery]) in
                Set(deliveries.map { DeadLetter(body: $0.body, properties: $0.properties).key })
            }
            #expect(after.count == 5 && keys(after) == keys(before))
        }
    }

    @Test func `an export leaves all where it is, and an import names the lines that are none`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<50).map { Yard.letter("l-\($0)") })
            let out = try await yard.wxpush("dead", "export", "l-1*")
            #expect(out.status == 0 && out.json.count == 11 && out.json.first?["id"]?.string == "l-1", "\(out)")
            let lines = out.output.split(separator: "\n").map(String.init)
            // The end of an export that the page gave is no letter, and no fault.
            let end = String(decoding: ExportEnd(letters: 2, receipt: "r").archived, as: UTF8.self)
            try yard.write("in.jsonl", ([lines[0], "{nonsense", "", lines[1], end]).joined(separator: "\n"))
            let back = try await yard.wxpush("dead", "import", "in.jsonl", "--json")
            #expect(back.status == 2 && back.json.first?["imported"]?.integer == 2, "\(back)")
            #expect(back.json.first?["refused"]?.integer == 1)
            #expect(back.errors.contains("line 2:") && !back.errors.contains("line 5:"))
            #expect(try await yard.queue().ids().count == 52)
            let lost = try await yard.wxpush("dead", "import", "in.jsonl", "--to", "nowhere-\(yard.prefix)")
            #expect(lost.status == 1, "\(lost)")
        }
    }

    @Test func `a disk that fills up leaves whole lines in the file, of letters that are gone`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<300).map { Yard.letter("l-\($0)") })
            // The first letters go one by one, as long as there is room for them.
            let dropped = try await yard.wxpush(
                "dead", "drop", "--all", "--yes", "--json", "--export", "out.jsonl",
                after: "trap '' XFSZ; ulimit -f 128")
            #expect(dropped.status == 1 && dropped.errors.contains("out.jsonl cannot be written"), "\(dropped)")
            let lines = try yard.text("out.jsonl").split(separator: "\n", omittingEmptySubsequences: false)
            let kept = try lines.filter { !$0.isEmpty }.map { try DeadLetter(archived: Array($0.utf8)).id }
            #expect(lines.last == "")
            #expect(dropped.json.first?["dropped"]?.integer == Int64(kept.count))
            let left = try await yard.queue().ids()
            #expect(kept.count + left.count == 300 && Set(left).isDisjoint(with: kept.compactMap(\.self)))
        }
    }

    @Test func `a letter that could not be put back is not dropped, and none like it ends an import`() async throws {
        try await Yard.run { yard in
            // The broker adds to headers when it moves a letter, and then they may be more than anybody can send.
            let nursery = ShortString("\(yard.prefix)-nursery")
            try await yard.connected { connection in
                try await connection.declare(
                    Queue(
                        nursery,
                        arguments: [
                            "x-message-ttl": 1, "x-dead-letter-exchange": "", "x-expires": 60_000,
                            "x-dead-letter-routing-key": .string(yard.names.dead.description),
                        ]))
            }
            let pad = String(repeating: "x", count: 65_200)
            let large = Yard.letter("large") { $0.headers["pad"] = .string(pad) }
            try await yard.bury([large], in: nursery)
            try await yard.awaitCount(1, in: yard.names.dead)
            try await yard.bury([Yard.letter("small")])
            let exported = try await yard.wxpush("dead", "export", "-o", "all.jsonl")
            #expect(exported.status == 0, "\(exported)")
            let dropped = try await yard.wxpush("dead", "drop", "--all", "--yes", "--export", "out.jsonl")
            #expect(dropped.status == 1 && dropped.output.hasPrefix("1 dropped"), "\(dropped)")
            #expect(dropped.errors.contains("large stays: it could not be put back: headers"), "\(dropped)")
            #expect(try await yard.queue().ids() == ["large"])
            let page = try await Page.open(yard)
            let id = try await page.freeze("", count: 1)
            let (_, export) = try await page.get("api/dead/export?snapshot=\(id)")
            let run = try await page.end(of: try await page.drop(id, export).object)
            #expect(run["kept"]?.integer == 1 && run["dropped"]?.integer == 0, "\(run)")
            try await page.close()
            let back = try await yard.wxpush("dead", "import", "all.jsonl")
            #expect(back.status == 2 && back.output == "1 imported, 1 lines skipped\n", "\(back)")
            #expect(back.errors.contains("line 1: headers"), "\(back)")
            #expect(try await yard.queue().ids() == ["large", "small"])
        }
    }

    @Test func `an import whose broker goes away says so by its status`() async throws {
        try await Yard.run { yard in
            let user = uniqueName("user")
            try await yard.broker.control("add_user", user, "secret")
            try await yard.broker.control("set_permissions", user, ".*", ".*", ".*")
            let text = try yard.text("wxpush.yaml")
            try yard.write("wxpush.yaml", text.replacing("guest:guest", with: "\(user):secret"))
            let message = Yard.letter("i")
            let line = DeadLetter(body: message.body, properties: message.properties).archived + [0x0A]
            let pipe = yard.path("pipe")
            try #require(mkfifo(pipe, 0o600) == 0)
            let process = try yard.start(["dead", "import", "pipe"], name: "import")
            let descriptor = open(pipe, O_RDWR)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            #expect(write(descriptor, line, line.count) == line.count)
            try await yard.awaitCount(1, in: yard.names.dead)
            try await Self.cut(user, yard.broker)
            try await eventually("the import has ended", within: .seconds(120)) {
                if process.isRunning { _ = write(descriptor, line, line.count) }
                return !process.isRunning
            }
            #expect(await process.exit() == 3)
            #expect(try yard.text("import.err").contains("letters are in the queue"))
            try await yard.broker.control("delete_user", user)
        }
    }

    @Test func `a letter that cannot be kept is not dropped`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<300).map { Yard.letter("l-\($0)") })
            let queue = yard.queue()
            let snapshot = try await queue.snapshot(of: DeadQuery())
            let (kept, dropped) = (Shared(0), Shared(0))
            await #expect(throws: DeadError.unwritten("the disk is full")) {
                _ = try await queue.drop(snapshot) { _ throws(DeadError) in
                    let isFull = kept.change { count in
                        count += 1
                        return count > 100
                    }
                    if isFull { throw .unwritten("the disk is full") }
                } dropped: { _ in
                    dropped.change { $0 += 1 }
                }
            }
            #expect(try await queue.ids().count == 200 && dropped.value == 100)
        }
    }

    @Test func `a letter counts as dropped once it is acknowledged, and not when it is in the file`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<3).map { Yard.letter("l-\($0)") })
            var configuration = yard.configuration
            let name = uniqueName("dropper")
            configuration.name = name
            let queue = DeadQueue(yard.names, configuration, on: yard.lane)
            let snapshot = try await queue.snapshot(of: DeadQuery())
            let (kept, dropped) = (Shared(0), Shared(0))
            await #expect(throws: DeadError.self) {
                _ = try await queue.drop(snapshot) { _ throws(DeadError) in
                    do { try await Self.cut(name, yard.broker) } catch { throw .unwritten("\(error)") }
                    kept.change { $0 += 1 }
                } dropped: { _ in
                    dropped.change { $0 += 1 }
                }
            }
            #expect(kept.value == 3)
            #expect(dropped.value == 0)
            #expect(try await yard.queue().ids().count == 3)
        }
    }

    /// Ends the connections of a name, as a broker does that is shut down.
    private static func cut(_ name: String, _ broker: PrivateBroker) async throws {
        try await eventually("the connections are gone", within: .seconds(60)) {
            // What goes while it is listed is an error.
            guard let lines = try? await broker.control("list_connections", "pid", "user", "client_properties")
            else { return false }
            let mine = lines.split(separator: "\n").filter { $0.contains(name) }
            for line in mine {
                guard let process = line.split(separator: "\t").first else { continue }
                // It may have gone meanwhile.
                _ = try? await broker.control("close_connection", String(process), "test")
            }
            return mine.isEmpty
        }
    }

    @Test func `a hundred thousand letters are grouped in little memory`() async throws {
        try await Yard.run { yard in
            let count = 100_000
            try await yard.bury(
                (0..<count).map { number in
                    Yard.letter(
                        "order-\(number)-paid", reason: ["value_too_long", "rate_limited"][number % 2],
                        errcode: number % 2 == 0 ? nil : 45009)
                })
            try await yard.awaitCount(count, in: yard.names.dead)
            let start = ContinuousClock.now
            let process = try yard.start(["dead", "groups", "--json"], name: "groups")
            let peak = Shared(0)
            while process.isRunning {
                let status = (try? String(contentsOfFile: "/proc/\(process.processID)/status", encoding: .utf8)) ?? ""
                let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
                let kilobytes = Int(line.filter(\.isNumber)) ?? 0
                peak.change { $0 = max($0, kilobytes) }
                try await Task.sleep(for: .milliseconds(20))
            }
            print("groups of \(count): \(ContinuousClock.now - start), peak \(peak.value / 1024) MiB")
            let groups = try yard.text("groups.out").split(separator: "\n")
            #expect(groups.count == 2 && groups.allSatisfy { $0.contains(#""count":50000"#) }, "\(groups)")
            // The letters themselves take eighty, and what a debug build takes is not the product's.
            #expect(peak.value > 0 && peak.value < 150 << 10)
            // A broker that has much to do needs its time to line them up again.
            try await yard.awaitCount(count, in: yard.names.dead)
            let order = try await yard.queue().ids()
            #expect(order == (0..<count).map { "order-\($0)-paid" })
        }
    }
}
