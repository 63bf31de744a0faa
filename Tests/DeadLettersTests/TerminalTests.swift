import AMQP
import BrokerSupport
import Foundation
import Glibc
import TestSupport
import Testing
import Worker

/// The commands for dead letters as a person meets them: on a terminal.
///
/// One after the other: each has queues of its own, and a broker that makes hundreds at once takes its time.
@Suite(.serialized, .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct TerminalTests {
    // MARK: Questions

    @Test(
        arguments: [
            ["dead", "requeue", "--all"], ["dead", "drop", "t-*", "--export", "kept.jsonl"], ["topology", "delete"],
        ])
    func `without a yes nothing is touched`(words: [String]) async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("t-1"), Yard.letter("t-2")])
            // Ctrl-D ends the input, Ctrl-C the program.
            for (typed, status) in [
                ("n\n", 1), ("\n", 1), ("never\nmind\nnot\n", 1), ("\u{4}", 1), ("\u{3}", 128 + SIGINT),
            ] {
                let session = try await TerminalSession(yard, words)
                try await session.answer(typed)
                #expect(await session.exit() == status, "\(typed.debugDescription): \(session.terminal.written)")
                try await yard.awaitCount(2, in: yard.names.dead)
                #expect(try await yard.content(of: yard.names.jobs).isEmpty)
                #expect(!FileManager.default.fileExists(atPath: yard.path("kept.jsonl")))
            }
        }
    }

    @Test func `a yes goes on, and the question says what it is about`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<6).map { Yard.letter("t-\($0)", reason: $0 < 3 ? "bad_value" : "rate_limited") })
            let requeue = try await TerminalSession(yard, ["dead", "requeue", "reason=bad_value"])
            try await requeue.answer("y\n")
            #expect(await requeue.exit() == 0)
            let asked = requeue.terminal.written.onScreen
            #expect(
                asked.contains("Send 3 dead letters again (reason=bad_value)? [y/N] ") && asked.contains("3 requeued"),
                "\(asked)")
            try await yard.awaitCount(3, in: yard.names.jobs)

            let drop = try await TerminalSession(yard, ["dead", "drop", "--all", "--export", "kept.jsonl"])
            try await drop.answer("yes\n")
            #expect(await drop.exit() == 0)
            #expect(drop.terminal.written.onScreen.contains("3 dropped, kept in kept.jsonl"))
            #expect(try yard.text("kept.jsonl").split(separator: "\n").count == 3)
            try await yard.awaitCount(0, in: yard.names.dead)

            let delete = try await TerminalSession(yard, ["topology", "delete"])
            try await delete.answer("what\nY\n")
            #expect(await delete.exit() == 0)
            let said = delete.terminal.written
            #expect(
                said.contains("with the 3 messages in them? [y/N] ") && said.contains("Please answer yes or no."),
                "\(said)")
            #expect(said.hasSuffix("Deleted.\n"))
            let shown = try await TerminalSession.run(yard, "topology", "show")
            #expect(shown.status == 0 && shown.text.contains("Nothing of \(yard.prefix) is there"), "\(shown)")
        }
    }

    @Test func `one letter is not asked about`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("one"), Yard.letter("two")])
            let sent = try await TerminalSession.run(yard, "dead", "requeue", "one")
            #expect(
                sent.status == 0 && !sent.text.contains("[y/N]") && sent.text.onScreen.hasSuffix("1 requeued\n"),
                "\(sent)")
            let dropped = try await TerminalSession.run(yard, "dead", "drop", "two")
            #expect(dropped.status == 0 && !dropped.text.contains("[y/N]"), "\(dropped)")
        }
    }

    @Test func `a Ctrl-C in the middle leaves the rest where it was`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<100).map { Yard.letter("t-\($0)") })
            let session = try await TerminalSession(yard, ["dead", "requeue", "--all", "--yes", "--rate", "20/s"])
            try await session.awaitText("requeued  [")
            session.terminal.type("\u{3}")
            #expect(await session.exit() == 1)
            let jobs = try await yard.content(of: yard.names.jobs).compactMap { $0.properties.messageID?.text }
            let sum = "\(jobs.count) requeued, \(100 - jobs.count) not touched; stopped: somebody has stopped it"
            #expect(session.terminal.written.onScreen.contains(sum), "\(session.terminal.written)")
            // The run has ended in order: what was sent is gone, and the rest stands where it stood.
            #expect(jobs == (0..<jobs.count).map { "t-\($0)" } && jobs.count < 100)
            let ids = try await yard.queue().ids()
            #expect(ids == (jobs.count..<100).map { "t-\($0)" })
        }
    }

    @Test func `a Ctrl-C ends a drop in order, and a second one ends the process`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<3000).map { Yard.letter("t-\($0)") })
            let drop = try await TerminalSession(yard, ["dead", "drop", "--all", "--yes", "--export", "k.jsonl"])
            try await drop.awaitText("dropped  [")
            drop.terminal.type("\u{3}")
            let status = await drop.exit()
            let kept = try yard.text("k.jsonl").split(separator: "\n").count
            let ids = try await yard.queue().ids()
            #expect(ids == (kept..<3000).map { "t-\($0)" } && status == (kept < 3000 ? 1 : 0))
            #expect(drop.terminal.written.onScreen.contains("\(kept) dropped"), "\(drop.terminal.written)")

            try await yard.bury([Yard.letter("last")])
            let wait = try await TerminalSession(yard, ["dead", "requeue", "last", "--wait"])
            try await yard.awaitCount(1, in: yard.names.jobs)
            wait.terminal.type("\u{3}")
            try await wait.awaitText("interrupt once more")
            wait.terminal.type("\u{3}")
            #expect(await wait.exit() == 128 + SIGINT)
        }
    }

    // MARK: Progress and colours

    @Test func `progress is shown on a terminal, gone at the end, and in no pipe`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<40).map { Yard.letter("t-\($0)") })
            let looked = try await TerminalSession.run(yard, "dead", "groups")
            #expect(looked.text.hasProgress && looked.text.contains("looking"), "\(looked)")
            #expect(!looked.text.onScreen.contains("looking"), "\(looked.text.onScreen)")
            let dumb = try await TerminalSession.run(yard, "dead", "groups", environment: ["TERM": "dumb"])
            #expect(!dumb.text.contains("\u{1B}") && !dumb.text.contains("looking"), "\(dumb)")
            let sent = try await TerminalSession.run(yard, "dead", "requeue", "t-?", "--yes", "--rate", "50/s")
            #expect(sent.text.hasProgress && sent.text.contains(/requeued  \[[#.]{20}\]  \d+ of 10/), "\(sent)")
            #expect(sent.text.onScreen == "10 requeued\n", "\(sent.text.onScreen)")
            let piped = try await yard.wxpush("dead", "requeue", "t-1?", "--yes", "--rate", "50/s")
            #expect(piped.output == "10 requeued\n" && piped.errors == "", "\(piped)")
            let dropped = try await TerminalSession.run(yard, "dead", "drop", "t-2?", "--yes", "--export", "k.jsonl")
            #expect(
                dropped.text.contains("dropped  [") && dropped.text.onScreen == "10 dropped, kept in k.jsonl\n",
                "\(dropped)")
        }
    }

    @Test(arguments: [["dead", "list"], ["dead", "groups"], ["dead", "show", "t-1"]])
    func `colours are on a terminal, where they are wanted`(words: [String]) async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("t-1")])
            func text(_ environment: [String: String]) async throws -> String {
                let session = try await TerminalSession(yard, words, environment: environment)
                #expect(await session.exit() == 0)
                return session.terminal.written
            }
            #expect(try await text([:]).hasColour)
            #expect(try await !text(["NO_COLOR": "1"]).hasColour)
            #expect(try await text(["NO_COLOR": ""]).hasColour)
            #expect(try await !text(["TERM": "dumb"]).contains("\u{1B}"))
            let process = try yard.start(words, name: "run", environment: ["TERM": "xterm"])
            #expect(await process.exit() == 0)
            #expect(try !(yard.text("run.out") + yard.text("run.err")).contains("\u{1B}"))
        }
    }

    // MARK: The editor

    @Test func `the editor has the terminal to itself, and Ctrl-C is its own`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("ed")])
            try yard.write(
                "editor",
                """
                trap 'touch pressed' INT
                [ -t 0 ] && [ -t 1 ] && touch ready
                until [ -e pressed ]; do sleep 0.05; done
                sed -i 's/Tea/Coffee/' "$1"
                """)
            let session = try await TerminalSession(
                yard, ["dead", "requeue", "ed", "--edit"],
                environment: ["EDITOR": "sh editor", "TMPDIR": yard.directory.url.path])
            try await eventually("the editor is open", within: .seconds(60)) {
                FileManager.default.fileExists(atPath: yard.path("ready"))
            }
            session.terminal.type("\u{3}")
            #expect(await session.exit() == 0, "\(session.terminal.written)")
            let job = try #require(try await yard.content(of: yard.names.jobs).first)
            #expect(String(decoding: job.body, as: UTF8.self) == Yard.job("ed", title: "Coffee"))
            #expect(editorFiles(of: yard) == [])
        }
    }

    @Test(
        arguments: [
            (#": > "$1""#, "emptied", 0), (#"printf ' \n\n' > "$1""#, "emptied", 0),
            (#"echo '{"to": ' > "$1""#, "this is no job", 1), (#"echo '[1]' > "$1""#, "this is no job", 1),
            (#"sed -i 's/template/tempalte/' "$1""#, "tempalte", 1),
            (#"printf '\377\376' > "$1""#, "this is no job", 1),
            (#"rm "$1""#, "emptied", 0), ("exit 7", "status 7", 0), (#"kill -9 $$"#, "status 137", 0),
        ] as [(String, String, Int)])
    func `what the editor makes unusable is not sent`(script: String, words: String, files: Int) async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("ed")])
            try yard.write("editor", script)
            let run = try await TerminalSession.run(
                yard, "dead", "requeue", "ed", "--edit",
                environment: ["EDITOR": "sh editor", "TMPDIR": yard.directory.url.path])
            #expect(run.status == 1 && run.text.onScreen.contains(words), "\(run)")
            // A text that is worth something is kept.
            #expect(editorFiles(of: yard).count == files)
            #expect(try await yard.queue().ids() == ["ed"])
            #expect(try await yard.content(of: yard.names.jobs).isEmpty)
        }
    }

    private func editorFiles(of yard: Yard) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: yard.directory.url.path)) ?? []
        return names.filter { $0.hasPrefix("wxpush-") && $0.hasSuffix(".json") }
    }

    // MARK: What letters hold

    private static let chinese = ["订单已付款-九九一二", "short", "排队叫号🎉-A027", "ひらがな", "混合 mixed 文字"]

    @Test(arguments: [120, 80, 60, 40])
    func `tables line up in any script, and fit the terminal`(columns: Int) async throws {
        try await Yard.run { yard in
            try await yard.bury(
                Self.chinese.map { Yard.letter($0, body: Yard.job($0, title: "手冲咖啡"), errcode: 47003) })
            for words in [["dead", "list"], ["dead", "groups"], ["topology", "show"]] {
                let session = try await TerminalSession(yard, words, columns: columns)
                #expect(await session.exit() == 0)
                let lines = session.terminal.written.onScreen.split(separator: "\n").map(String.init)
                // The last line of the first two is a sentence.
                let table = words[0] == "topology" ? lines[...] : lines.dropLast()
                #expect(table.count > 1 && table.allSatisfy { $0.columns <= columns }, "\(columns): \(lines)")
            }
            let session = try await TerminalSession(yard, ["dead", "list", "--oldest"], columns: columns)
            #expect(await session.exit() == 0)
            let lines = session.terminal.written.onScreen.split(separator: "\n").map(String.init)
            // Where the reason begins is the same column in every row.
            let starts = lines.dropFirst().dropLast().compactMap { line in
                line.range(of: "val").map { String(line[..<$0.lowerBound]).columns }
            }
            #expect(starts.count == Self.chinese.count && Set(starts).count == 1, "\(lines)")
        }
    }

    @Test func `hostile letters do not act on the terminal`() async throws {
        let hostile = "\u{1B}]0;owned\u{7}\u{1B}[2J\u{9B}31m\u{8}\u{202E}\r\n\u{0}\u{7F}\u{2028}\u{1B}[8m"
        try await Yard.run { yard in
            try await yard.bury([
                Yard.letter("h-1", body: Yard.job("h-1")) { properties in
                    properties.headers["x-wxpush-detail"] = .string(hostile)
                    properties.headers["x-wxpush-worker"] = .string(hostile)
                    properties.headers[ShortString(hostile)] = .string(hostile)
                    properties.appID = ShortString(hostile)
                },
                Yard.letter("h-2\(hostile)", body: hostile, reason: hostile),
                Yard.letter("h-3", body: #"{"to":"\#(hostile.debugDescription.dropFirst().dropLast())"}"#),
                Yard.letter(
                    "h-4",
                    body: #"{"id":"h-4","to":"o\u001b[2J","template":"\u001b]0;x\u0007","params":{"\u009b":"\u202e"}}"#),
            ])
            let runs = [
                ["dead", "list"], ["dead", "list", "id=h-2*"], ["dead", "groups"], ["dead", "show", "h-1"],
                ["dead", "show", "h-4"], ["dead", "show", "\u{1B}[2J"],
                ["dead", "requeue", "--all", "--dry-run", "--set", "colour\u{1B}[2J=red"],
                ["dead", "requeue", "h-*", "text=\u{1B}[2J", "--yes"], ["dead", "list", "reason=\u{1B}[2J"],
                ["dead", "requeue", "--all", "--set", "\u{1B}[2J=red", "--yes"],
                ["dead", "export", "--all"], ["dead", "list", "--json"], ["dead", "show", "h-1", "--json"],
                ["dead", "requeue", "--all", "--yes", "--json"],
            ]
            for words in runs {
                let session = try await TerminalSession(yard, words)
                #expect(await session.exit() < 3, "\(words)")
                let text = session.terminal.written
                #expect(!text.isEmpty || words.contains("--json"), "\(words)")
                let own = text.replacing(/\u{1B}\[[0-9;]*m|\r|\u{1B}\[K/, with: "")
                let acts = own.unicodeScalars.filter { scalar in
                    scalar != "\n"
                        && [.control, .format, .lineSeparator, .paragraphSeparator].contains(
                            scalar.properties.generalCategory)
                }
                #expect(acts.isEmpty, "\(words): \(own.debugDescription)")
                // Our own colours are few; a letter's would be others.
                #expect(!text.contains("\u{1B}[8m") && !text.contains("\u{1B}[2J"), "\(words)")
            }
        }
    }
}
