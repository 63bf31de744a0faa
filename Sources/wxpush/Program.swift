import Arguments
import Lane
import Terminal

/// What the program understands, and how it does what it is told.
enum Program {
    static let version = "0.1.0"

    /// What a command does; the number is the process's exit status.
    typealias Action = @Sendable (Invocation) async throws -> Int32

    static let root: Command<Action> = Command(
        "wxpush", "Pushes WeChat messages from a RabbitMQ queue",
        discussion: """
            Business services put jobs on a queue; workers render them from templates, send them through WeChat's API and answer each \
            with one result.
            """,
        version: "wxpush \(version)",
        commands: [
            WorkerCommand.command, SendCommand.command, TemplateCommand.command, TokenCommand.command,
            MediaCommand.command, DeadCommand.command, TopologyCommand.command, CheckCommand.command,
            DoctorCommand.command, SandboxCommand.command, BenchCommand.command, CompletionCommand.command,
        ])

    /// Runs a command line to its end, and returns the process's exit status.
    static func run(_ words: [String], on lane: Lane) async -> Int32 {
        let output = Output()
        do {
            switch try root.parse(words, width: Screen.output.width ?? 80) {
            case .show(let text):
                try await output.write(text.hasSuffix("\n") ? text : text + "\n")
                try await output.flush()
                return 0
            case .run(let action, let options):
                let status = try await action(Invocation(options: options, lane: lane, output: output))
                try await output.flush()
                return status
            }
        } catch let error as UsageError {
            await complain("\(error)")
            return UsageError.exitCode
        } catch let error as Failure {
            try? await output.flush()
            await complain("wxpush: \(error)")
            return error.status
        } catch let error as OutputError {
            if error != .readerIsGone { await complain("wxpush: \(error)") }
            return error.exitCode
        } catch {
            await complain("wxpush: \(error)")
            return 1
        }
    }

    /// Says what is wrong, on standard error.
    static func complain(_ text: String) async {
        let errors = Output(.error)
        try? await errors.line(text.visibleLines)
        try? await errors.flush()
    }
}

/// A command with what it was told, and where it runs.
struct Invocation: Sendable {
    let options: Options
    let lane: Lane
    let output: Output
}

/// Why a command has not done what it was told.
struct Failure: Error, CustomStringConvertible {
    /// What the process ends with.
    enum Kind: Int32 {
        /// The operation failed.
        case failed = 1
        /// The usage or the configuration is wrong.
        case misused = 2
        /// A service that is needed cannot be reached.
        case unreachable = 3
    }

    let kind: Kind
    /// The cause and the way out, in one line.
    let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    var status: Int32 { kind.rawValue }
}
