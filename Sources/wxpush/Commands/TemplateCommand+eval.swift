import Arguments
import JSON
import Templates
import Terminal

extension TemplateCommand {
    private static let strict = Option(
        flag: "strict", help: "Make a variable that is not there an error; else it is empty.")
    private static let file = Argument(optional: .file("FILE|-"), help: "JSON lines; else standard input.")
    private static let lineLimit = 16 << 20

    static let evalCommand: Command<Program.Action> = Command(
        "eval", "Evaluate texts in the template language, one for each line",
        discussion: """
            Reads lines of {"template": TEXT, "data": {…}} and prints {"result": TEXT} or {"error": TEXT} for each, in order and at \
            once, so that another program can ask as it goes along.
            """,
        examples: [Example(#"echo '{"template": "{{ 1 | plus: 2 }}", "data": {}}' | wxpush template eval"#, "3")],
        options: [strict], arguments: [file], action: eval)

    private static func eval(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let isStrict = invocation.options[strict]
        let input = try InputFile(invocation.options[file] ?? "-")
        var lines = LineReader(input, limit: lineLimit)
        while let line = try await lines.next() {
            let result = evaluate(line, strict: isStrict)
            try await invocation.output.json { json in
                switch result {
                case .success(let text): json.member("result", text)
                case .failure(let fault): json.member("error", fault.description)
                }
            }
            // Whoever asks line by line waits for this one before the next.
            if !lines.isAhead { try await invocation.output.flush() }
        }
        return 0
    }

    private static func evaluate(_ line: LineReader.Line, strict: Bool) -> Result<String, Failure> {
        func fault(_ text: String) -> Result<String, Failure> {
            .failure(Failure(.misused, "line \(line.number): \(text)"))
        }
        guard let bytes = line.bytes else { return fault("more than \(lineLimit) bytes") }
        do throws(JSONError) {
            guard let object = try JSONValue(parsing: bytes).object else { return fault("no JSON object") }
            guard let template = object["template"]?.string else { return fault("\"template\" must be a string") }
            return Templates.evaluate(template: template, data: object["data"] ?? .null, strict: strict)
                .mapError { Failure(.failed, $0.message) }
        } catch {
            return fault("no JSON: \(error)")
        }
    }
}
