import Arguments

/// A program in the shape of ours: what its commands do is to say their names.
enum Sample {
    enum Format: String, CaseIterable { case auto, text, json }

    static let config = Option("config", short: "c", .file(), help: "The configuration.")
    static let json = Option(flag: "json", help: "Print JSON lines.")

    static let app = Option("app", short: "a", .text("NAME"), help: "The account that sends.")
    static let params = Option(repeating: "param", short: "p", .text("KEY=VALUE"), help: "A value for the template.")
    static let wait = Option(flag: "wait", short: "w", help: "Wait for the results, and print them.")
    static let timeout = Option("timeout", short: "t", .duration(), default: .seconds(90), help: "How long to wait.")
    static let format = Option(
        "format", .choice("FORMAT", of: Format.self), default: .auto,
        help: "How to print what comes back, which is for people on a terminal and for programs elsewhere.")
    static let files = Argument(rest: .file(), help: "Files of jobs, one per line; - is standard input.")

    static let listen = Option(
        "listen", .hostPort, default: HostPort(host: "127.0.0.1", port: 8089), help: "Where to listen.")
    static let lanes = Option("lanes", short: "n", .int(in: 1...64), default: 1, help: "Threads.")
    static let rate = Option(required: "rate", .int("PER-SECOND", in: 1 ... .max), help: "Requests.")

    static let template = Argument(.text("NAME"), help: "The template.")
    static let folder = Argument(optional: .file("FOLDER"), help: "Where templates are.")
    static let shell = Argument(.choice("SHELL", Shell.allCases.map(\.rawValue)), help: "The shell to write for.")
    static let ids = Argument(rest: .text("ID"), atLeast: 1, help: "Dead letters.")

    static let program = Command(
        "wxpush", "Pushes WeChat messages from a queue", options: [config], version: "wxpush 1.2.3",
        commands: [
            Command(
                "send", "Send one job, or many from files",
                discussion: """
                    Builds a job from the options, or reads one from each line of the files, and puts them into the queue. With
                    --wait it stays until every result is there.

                    A job in a file looks like this:

                        {"app":"mini","to":"oXyz","template":"order-paid","params":{"title":"Tea"}}
                    """,
                examples: [
                    Example("wxpush send --app mini --param title=Tea", "Send one job."),
                    Example("wxpush send --wait jobs.jsonl", "Send many, and see what became of them."),
                ],
                options: [app, params, wait, timeout, format, json], arguments: [files], action: "send"),
            Command(
                "dead", "Look into dead letters", options: [json],
                commands: [
                    Command("list", "List them", options: [app], action: "dead list"),
                    Command("drop", "Remove some for good", arguments: [ids], action: "dead drop"),
                ]),
            Command(
                "template", "Work with templates",
                commands: [
                    Command("render", "Print a payload", arguments: [template, folder], action: "template render")
                ]),
            Command("sandbox", "Stand in for WeChat", options: [listen, lanes], action: "sandbox"),
            Command("bench", "Measure", options: [rate, lanes], action: "bench"),
            Command("completion", "Print a completion script", arguments: [shell], action: "completion"),
        ])

    /// What a command line asks for, of a program whose words are parted by blanks.
    static func parse(_ line: String) throws(UsageError) -> Request<String> {
        try program.parse(line.split(separator: " ").map(String.init))
    }

    /// The options of a command line that is right.
    static func options(_ line: String) throws -> Options {
        guard case .run(_, let options) = try parse(line) else { throw NotACommand() }
        return options
    }

    /// The text that a command line asks for.
    static func text(_ line: String, width: Int = 80) throws -> String {
        let words = line.split(separator: " ").map(String.init)
        guard case .show(let text) = try program.parse(words, width: width) else { throw NotACommand() }
        return text
    }

    /// The complaint about a command line; nil if there is none.
    static func complaint(_ words: [String]) -> String? {
        do throws(UsageError) {
            _ = try program.parse(words)
            return nil
        } catch {
            return error.description
        }
    }

    struct NotACommand: Error {}
}
