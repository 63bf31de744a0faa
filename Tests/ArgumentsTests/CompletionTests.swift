import Arguments
import Foundation
import TestSupport
import Testing

/// A shell, if it is installed.
private func installed(_ shell: Shell) -> String? {
    ["/bin", "/usr/bin", "/usr/local/bin"].map { "\($0)/\(shell.rawValue)" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}

@Suite("Completion") struct CompletionTests {
    /// Runs a shell beside a file that holds its completion script, and returns what it prints.
    private func run(_ shell: Shell, _ arguments: (_ script: String, _ folder: String) -> [String]) async throws
        -> String
    {
        let folder = FileManager.default.temporaryDirectory.appending(component: uniqueName("completion"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["jobs one.jsonl", "jobs.jsonl"] {
            try Data().write(to: folder.appending(component: name))
        }
        let script = folder.appending(component: ".script")
        try Sample.program.completion(for: shell).write(to: script, atomically: true, encoding: .utf8)
        var setting = ChildProcess.Setting(try #require(installed(shell)), arguments(script.path, folder.path))
        setting.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TERM": "dumb", "LC_ALL": "C.UTF-8"]
        setting.directory = folder.path
        return try await ChildProcess.run(setting, scratch: FileManager.default.temporaryDirectory)
    }

    @Test(arguments: [(Shell.bash, "-n"), (.zsh, "-n"), (.fish, "--no-execute")].filter { installed($0.0) != nil })
    func `a shell reads its script without complaint`(shell: Shell, option: String) async throws {
        #expect(try await run(shell) { script, _ in [option, script] } == "")
    }

    @Test(arguments: [
        (["wxpush", "s"], "sandbox send"), (["wxpush", ""], "bench completion dead help sandbox send template"),
        (["wxpush", "dead", ""], "drop list"), (["wxpush", "--config", "dead", "dead", "l"], "list"),
        (["wxpush", "-c", "x", "tem"], "template"), (["wxpush", "--ver"], "--version"),
        (["wxpush", "send", "--ver"], ""),
        (["wxpush", "send", "--w"], "--wait"), (["wxpush", "dead", "list", "--"], "--app --config --help --json"),
        (["wxpush", "send", "--format", ""], "auto json text"), (["wxpush", "send", "--format", "=", "j"], "json"),
        (["wxpush", "send", "--format", "="], "auto json text"), (["wxpush", "send", "--app", ""], ""),
        (["wxpush", "completion", ""], "bash fish zsh"), (["wxpush", "completion", "zsh", ""], ""),
        (["wxpush", "send", "job"], "jobs one.jsonl jobs.jsonl"), (["wxpush", "send", "x", "jobs "], "jobs one.jsonl"),
        (["wxpush", "send", "--", "--w"], ""), (["wxpush", "send", "--config", "jobs."], "jobs.jsonl"),
        (["wxpush", "template", "render", "x", "jobs."], "jobs.jsonl"),
        (["wxpush", "template", "render", "jobs."], ""),
    ])
    func `bash offers what fits`(words: [String], offered: String) async throws {
        let program = #"""
            source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            _wxpush; for word in "${COMPREPLY[@]}"; do echo "$word"; done | LC_ALL=C sort | paste -sd ' '
            """#
        let printed = try await run(.bash) { script, _ in ["--norc", "-c", program, "bash", script] + words }
        #expect(printed.trimmingCharacters(in: .whitespacesAndNewlines) == offered)
    }

    @Test(
        .enabled(if: installed(.fish) != nil),
        arguments: [
            ("wxpush s", "sandbox send"), ("wxpush dead ", "drop list"), ("wxpush -c dead dead l", "list"),
            ("wxpush send --w", "--wait"), ("wxpush send --ver", ""), ("wxpush send --format ", "auto json text"),
            ("wxpush send --format=j", "--format=json"), ("wxpush completion ", "bash fish zsh"),
            ("wxpush dead list --j", "--json"), ("wxpush send jobs.", "jobs.jsonl"), ("wxpush sandbox jobs.", ""),
        ])
    func `fish offers what fits`(line: String, offered: String) async throws {
        let program = "source $argv[1]; complete -C $argv[2] | string split -f1 \\t | sort | string join ' '; true"
        let printed = try await run(.fish) { script, _ in ["--no-config", "-c", program, script, line] }
        #expect(printed.trimmingCharacters(in: .whitespacesAndNewlines) == offered)
    }

    @Test(
        .enabled(if: installed(.zsh) != nil),
        arguments: [
            ("wxpush sen", "wxpush send "), ("wxpush dead li", "wxpush dead list "),
            ("wxpush -c x dead list --js", "wxpush -c x dead list --json "),
            ("wxpush send --format=j", "wxpush send --format=json "),
            ("wxpush completion f", "wxpush completion fish "),
            ("wxpush send jobs.", "wxpush send jobs.jsonl "),
        ])
    func `zsh completes what is unique`(line: String, completed: String) async throws {
        // A line editor needs a terminal: one zsh drives another through a pseudo-terminal. The inner one runs on itself when the
        // line has been completed, and so needs no pause in between.
        let program = #"""
            zmodload zsh/zpty
            zpty inner zsh -f
            zpty -w inner "autoload -Uz compinit; compinit -D -u; setopt no_prompt_sp; source '$1'; cd '$2'; PROMPT= RPROMPT="
            zpty -w inner 'report() { print -r -- "<<$BUFFER>>"; exit }; zle -N report; bindkey "^X" report; print re""ady'
            while zpty -r inner output && [[ $output != *ready* ]]; do :; done
            zpty -w -n inner "$3"$'\t\x18'
            while zpty -r inner output; do
                if [[ $output == *'<<'*'>>'* ]]; then print -r -- ${${output#*<<}%>>*}; break; fi
            done
            zpty -d inner
            """#
        let printed = try await run(.zsh) { script, folder in ["-f", "-c", program, "zsh", script, folder, line] }
        #expect(printed.trimmingCharacters(in: .newlines) == completed)
    }
}
