import Terminal
import TestSupport
import Testing

@Suite("A screen") struct ScreenTests {
    @Test func `is a terminal, has its width, and notices a new one`() async throws {
        let terminal = try await PseudoTerminal(columns: 132)
        let screen = terminal.screen()
        #expect(screen.isTerminal && screen.canRedraw && screen.hasColour)
        #expect(screen.width == 132)
        try await terminal.set("cols", "61")
        #expect(screen.width == 61)
        try await terminal.set("cols", "0")
        #expect(screen.width == 80)
    }

    @Test(arguments: [
        (["TERM": "xterm"], true, true), (["TERM": "xterm", "NO_COLOR": ""], true, true),
        (["TERM": "xterm", "NO_COLOR": "1"], true, false), (["TERM": "xterm", "NO_COLOR": "0"], true, false),
        (["TERM": "dumb"], false, false), ([:], false, false),
    ])
    func `shows colours where they are wanted and possible`(
        environment: [String: String], canRedraw: Bool, hasColour: Bool
    ) async throws {
        let terminal = try await PseudoTerminal()
        let screen = terminal.screen(environment)
        #expect(screen.isTerminal && screen.canRedraw == canRedraw && screen.hasColour == hasColour)
        #expect(screen.paint("x", .bad) == (hasColour ? "\u{1B}[31mx\u{1B}[0m" : "x"))
        #expect(screen.paint("x", .plain) == "x")
    }

    @Test func `is nothing of that for a pipe`() throws {
        let pipe = try Pipes()
        let screen = Screen(descriptor: pipe.writer) { _ in "xterm" }
        #expect(!screen.isTerminal && !screen.canRedraw && !screen.hasColour && screen.width == nil)
        #expect(!Screen(descriptor: -1).isTerminal)
    }
}
