import Foundation
import Glibc
import Terminal
import TestSupport
import Testing

@Suite("Output") struct OutputTests {
    @Test func `arrives whole and in order, however slow the reader is`() async throws {
        let pipe = try Pipes()
        // The writing end is somebody else's too, who may have made it non-blocking.
        _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
        let output = Output(Screen(descriptor: pipe.writer))
        let expected = (0..<40_000).map { "line \($0)\n" }.joined()
        async let received = pipe.read(expected.utf8.count)
        for number in 0..<40_000 { try await output.line("line \(number)") }
        try await output.flush()
        #expect(try await received == expected)
    }

    @Test func `texts of many tasks stay in one piece`() async throws {
        let pipe = try Pipes()
        let output = Output(Screen(descriptor: pipe.writer))
        let line = String(repeating: "x", count: 999)
        async let received = pipe.read(8 * 200 * 1001)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    for _ in 0..<200 { try await output.line("\(number)" + line) }
                    try await output.flush()
                }
            }
            try await group.waitForAll()
        }
        let lines = try await received.split(separator: "\n")
        #expect(lines.count == 1600)
        #expect(lines.allSatisfy { $0.dropFirst() == line })
    }

    @Test func `waits in the writer's task, not in its thread`() async throws {
        let pipe = try Pipes()
        let output = Output(Screen(descriptor: pipe.writer))
        let isDone = Shared(false)
        let writing = Task {
            try await output.write(bytes: [UInt8](repeating: 65, count: 1 << 20))
            isDone.change { $0 = true }
        }
        // Nobody reads, and a pipe holds far less: the task cannot have ended when the pipe is full.
        try await eventually("the pipe is full") {
            var state = pollfd(fd: pipe.writer, events: Int16(POLLOUT), revents: 0)
            return poll(&state, 1, 0) == 0
        }
        #expect(!isDone.value)
        _ = try await pipe.read(1 << 20)
        try await writing.value
    }

    @Test func `ends quietly when its reader has left`() async throws {
        let pipe = try Pipes()
        let output = Output(Screen(descriptor: pipe.writer))
        pipe.closeReader()
        try await output.line("first")
        await #expect(throws: OutputError.readerIsGone) { try await output.flush() }
        await #expect(throws: OutputError.readerIsGone) { try await output.line("second") }
        await #expect(throws: OutputError.readerIsGone) { try await output.flush() }
        #expect(OutputError.readerIsGone.exitCode == 0)
    }

    @Test func `says why it cannot be written`() async throws {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        let output = Output(Screen(descriptor: full))
        try await output.line("x")
        let error = await #expect(throws: OutputError.self) { try await output.flush() }
        #expect(error == .failed(code: ENOSPC) && error?.exitCode == 1)
        #expect(error?.description == "the output cannot be written: No space left on device")
    }

    @Test func `shows a terminal no more than lines and colours`() async throws {
        let terminal = try await PseudoTerminal()
        let output = Output(terminal.screen())
        try await output.line("\u{1B}[32mok\u{1B}[0m \u{1B}]0;title\u{7}")
        try await output.write(bytes: Array("\u{9B}2J\n".utf8) + [0xFF])
        try await output.flush()
        let expected = "\u{1B}[32mok\u{1B}[0m \\u{1b}]0;title\\u{7}\n\\u{9b}2J\n\u{FFFD}"
        try await eventually("all has arrived") { terminal.written == expected }
    }

    @Test func `leaves bytes for a program as they are`() async throws {
        let pipe = try Pipes()
        let output = Output(Screen(descriptor: pipe.writer))
        try await output.write("\u{1B}]0;title\u{7}")
        try await output.write(bytes: Array("\u{9B}\n".utf8))
        try await output.flush()
        #expect(try await pipe.read(13) == "\u{1B}]0;title\u{7}\u{9B}\n")
    }

    @Test func `nothing to write is done at once`() async throws {
        let pipe = try Pipes()
        pipe.closeReader()
        try await Output(Screen(descriptor: pipe.writer)).flush()
    }
}
