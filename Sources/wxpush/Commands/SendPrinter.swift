import JSON
import Terminal

/// What a run of `send` prints.
struct SendPrinter: Sendable {
    private let output: Output
    private let isJSON: Bool
    private let progress: Progress?

    init(_ output: Output, isJSON: Bool, isMany: Bool) {
        self.output = output
        self.isJSON = isJSON
        // Where each job has its line on the same screen, that is progress enough.
        progress = isMany && !output.screen.isTerminal ? Progress("jobs") : nil
    }

    /// A job is on the queue; the last one for now, or others follow at once.
    func queued(_ id: String, isLast: Bool) async throws(OutputError) {
        progress?.advance()
        if isJSON {
            try await output.json { json in
                json.member("id", id)
                json.member("status", "queued")
            }
        } else {
            try await output.line("\(output.screen.paint("queued", .good))  \(id.visible)")
        }
        if isLast { try await output.flush() }
    }

    /// A job has its result.
    func result(_ result: JSONObject, id: String) async throws(OutputError) {
        progress?.advance()
        if isJSON {
            try await output.line(JSONValue.object(result).description)
        } else {
            let status = result["status"]?.string ?? "unreadable"
            let padding = String(repeating: " ", count: max(1, 11 - status.count))
            var words = [output.screen.paint(status.visible, Self.style(of: status)) + padding + id.visible]
            if let reason = result["reason"]?.string { words.append(reason.visible) }
            if let detail = result["detail"]?.string { words.append(detail.visible) }
            if let code = result["errcode"]?.integer, code != 0 {
                let message = result["errmsg"]?.string ?? ""
                // A detail mostly ends in it.
                let isSaid = result["detail"]?.string?.contains(message) ?? message.isEmpty
                words.append(isSaid ? "(errcode \(code))" : "(errcode \(code) \(message.visible))")
            }
            try await output.line(words.joined(separator: "  "))
        }
        // Whoever reads a pipe wants it as it comes.
        try await output.flush()
    }

    private static func style(of status: String) -> Style {
        switch status {
        case "sent": .good
        case "failed", "unknown", "unreadable": .bad
        default: .warning
        }
    }

    /// Names what went wrong with one job.
    func complain(_ text: String) async {
        progress?.clear()
        await Program.complain("wxpush: \(text)")
    }

    /// Says how it went.
    func say(_ text: String) async {
        try? await output.flush()
        await Program.complain(text)
    }

    /// Takes the progress off the screen.
    func end() async {
        progress?.end()
    }
}
