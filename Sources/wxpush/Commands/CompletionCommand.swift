import Arguments
import Terminal

/// `wxpush completion`: what a shell needs to complete command lines.
enum CompletionCommand {
    private static let shell = Argument(.choice("SHELL", of: Shell.self), help: "Whose script to print.")

    static let command: Command<Program.Action> = Command(
        "completion", "Print a script that lets a shell complete command lines",
        examples: [
            Example("source <(wxpush completion bash)", "for this session of bash"),
            Example("wxpush completion zsh > ~/.zfunc/_wxpush", "for zsh, if ~/.zfunc is in fpath"),
            Example("wxpush completion fish > ~/.config/fish/completions/wxpush.fish", "for fish"),
        ],
        arguments: [shell], action: run)

    private static func run(_ invocation: Invocation) async throws -> Int32 {
        try await invocation.output.write(Program.root.completion(for: invocation.options[shell]))
        return 0
    }
}
