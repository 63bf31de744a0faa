import Foundation
import Glibc
import TestSupport
import Testing

/// A run of the program on a terminal.
final class TerminalSession: Sendable {
    let terminal: PseudoTerminal
    private let process: ChildProcess

    /// Starts it, in the directory of an installation.
    init(
        _ yard: Yard, _ arguments: [String], columns: Int = 120, environment: [String: String] = [:]
    ) async throws {
        terminal = try await PseudoTerminal(columns: columns, .lines)
        var setting = ChildProcess.Setting(builtProgram("wxpush").path, arguments)
        setting.environment = ["PATH": "/usr/bin:/bin", "USER": "tester"].merging(environment) { $1 }
        setting.environment[yard.directory.marker.name] = yard.directory.marker.value
        setting.directory = yard.directory.url.path
        process = try terminal.start(setting)
    }

    /// Runs the program to its end, and returns what has come to the terminal.
    static func run(
        _ yard: Yard, _ arguments: String..., columns: Int = 120, environment: [String: String] = [:]
    ) async throws -> (status: Int32, text: String) {
        let session = try await TerminalSession(yard, arguments, columns: columns, environment: environment)
        let status = await session.exit()
        return (status, session.terminal.written)
    }

    /// Waits for a question, and answers it.
    func answer(_ typed: String) async throws {
        try await awaitText("[y/N]")
        terminal.type(typed)
    }

    func awaitText(_ text: String) async throws {
        try await eventually("\(text) on the terminal", within: .seconds(60)) {
            if terminal.written.contains(text) { return true }
            try #require(process.isRunning, "the program has ended, and wrote: \(terminal.written)")
            return false
        }
    }

    func exit() async -> Int32 {
        // A terminal holds a few pages only: who does not read stops the program.
        while process.isRunning {
            _ = terminal.written
            try? await Task.sleep(for: .milliseconds(10))
        }
        return await process.exit()
    }
}

extension String {
    /// The text as it stands on the screen at the end: without colours, and without what was drawn over.
    var onScreen: String {
        replacing(/\u{1B}\[[0-9;]*m/, with: "").split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.split(separator: "\u{1B}[K", omittingEmptySubsequences: false).last.map(String.init) ?? "" }
            .joined(separator: "\n")
    }

    /// Whether any colour is in it.
    var hasColour: Bool { contains(/\u{1B}\[[0-9;]*m/) }

    /// Whether something was drawn over and over again.
    var hasProgress: Bool { contains("\u{1B}[K") }

    /// The columns that a terminal takes for the text, as the C library knows them.
    var columns: Int { unicodeScalars.reduce(0) { $0 + CLibrary.columns(of: $1) } }
}

/// What the C library knows of the width of characters; the Glibc module does not declare it.
private enum CLibrary {
    private typealias Width = @convention(c) (Int32) -> Int32

    private static let width: Width? = {
        // Only in such a locale does it know more than ASCII.
        setlocale(LC_CTYPE, "C.UTF-8")
        return dlsym(nil, "wcwidth").map { unsafeBitCast($0, to: Width.self) }
    }()

    static func columns(of scalar: Unicode.Scalar) -> Int { Int(max(0, width?(Int32(scalar.value)) ?? 0)) }
}
