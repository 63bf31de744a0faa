import Glibc
import Lane
import Terminal
import TestSupport
import Testing

@Suite("Progress") struct ProgressTests {
    private static let start = Moment(nanoseconds: 1_000_000_000)

    @Test(
        arguments: [
            (500, 1000, 10, 80, "requeue  [##########..........]  500 of 1000  50%  50/s  10s left"),
            (500, 1000, 10, 60, "requeue  500 of 1000  50%  50/s  10s left"),
            (500, 1000, 10, 20, "requeue  500 of 10…"), (500, 1000, 10, 1, ""), (500, 1000, 10, 0, ""),
            (1000, 1000, 4, 80, "requeue  [####################]  1000 of 1000  100%  250/s"),
            (2000, 1000, 4, 80, "requeue  [####################]  2000 of 1000  100%  500/s"),
            (1, 1000, 4, 80, "requeue  [....................]  1 of 1000  0%  0.2/s  1h6m left"),
            (0, 1000, 4, 80, "requeue  [....................]  0 of 1000  0%  0.0/s"),
            (3, 1_000_000, 90, 99, "requeue  [....................]  3 of 1000000  0%  0.0/s  347d5h left"),
            (5, 1000, 0, 80, "requeue  [....................]  5 of 1000  0%"),
            (700, nil, 70, 80, "requeue  700  10/s  1m10s"), (0, 0, 1, 80, "requeue  0  0.0/s  1s"),
            (5, 10, -3, 80, "requeue  [##########..........]  5 of 10  50%"),
        ] as [(Int, Int?, Int, Int, String)])
    func `says how far it is, how fast it goes and how long it takes`(
        done: Int, total: Int?, seconds: Int, width: Int, text: String
    ) {
        let line = ProgressLine("requeue", total: total, start: Self.start)
        let now = Moment(nanoseconds: UInt64(bitPattern: 1_000_000_000 + Int64(seconds) * 1_000_000_000))
        #expect(line.text(done: done, at: now, width: width) == text)
    }

    @Test func `is drawn now and then, makes room, and is gone at the end`() async throws {
        let terminal = try await PseudoTerminal()
        let progress = Progress("export", total: 100_000, on: terminal.screen())
        let began = Moment.now
        for _ in 0..<50_000 { progress.advance() }
        let most = Int((Moment.now - began) / .milliseconds(100)) + 1
        try await eventually("it is drawn") { terminal.written.hasPrefix("\rexport  [") }
        #expect(terminal.written.split(separator: "\r").count <= most)
        progress.clear()
        try await eventually("it has made room") { terminal.written.hasSuffix("\r\u{1B}[K") }
        progress.advance()
        try await eventually("it is back") { terminal.written.contains("  50001 of 100000  ") }
        progress.end()
        try await eventually("it is gone") { terminal.written.hasSuffix("\r\u{1B}[K") }
        let last = terminal.written
        progress.advance()
        progress.end()
        #expect(terminal.written == last)
    }

    @Test func `is not there for files, pipes and terminals that cannot redraw`() async throws {
        let pipe = try Pipes()
        let dumb = try await PseudoTerminal()
        for screen in [Screen(descriptor: pipe.writer), dumb.screen(["TERM": "dumb"])] {
            let progress = Progress("export", on: screen)
            progress.advance()
            progress.end()
        }
        var state = pollfd(fd: pipe.reader, events: Int16(POLLIN), revents: 0)
        #expect(poll(&state, 1, 0) == 0)
        #expect(dumb.written == "")
    }
}
