import Terminal
import TestSupport
import Testing

@Suite("A question") struct ConfirmationTests {
    @Test(
        arguments: [
            ("y\n", .yes), ("YES\n", .yes), ("\n", .no), ("n\n", .no), ("no\r\n", .no), ("what\ny\n", .yes),
            ("a\nb\nc\nyes\n", .no), (String(repeating: "y", count: 1000) + "\nyes\n", .yes),
        ] as [(String, Answer)])
    func `is answered yes by a yes alone`(typed: String, answer: Answer) async throws {
        let terminal = try await PseudoTerminal()
        terminal.type(typed)
        #expect(await confirm("Drop 3?", input: terminal.screen(), output: terminal.screen()) == answer)
        try await eventually("it was asked") { terminal.written.hasPrefix("Drop 3? [y/N] ") }
    }

    @Test func `nobody is asked where nobody can answer`() async throws {
        let pipe = try Pipes()
        #expect(await confirm("Drop 3?", input: Screen(descriptor: pipe.reader)) == .nobody)
    }

    @Test func `does not let what it quotes act on the terminal`() async throws {
        let terminal = try await PseudoTerminal()
        terminal.type("y\n")
        #expect(await confirm("Drop \u{1B}[2J?", input: terminal.screen(), output: terminal.screen()) == .yes)
        try await eventually("it was asked") { terminal.written == "Drop \\u{1b}[2J? [y/N] " }
    }
}
