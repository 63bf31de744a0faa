import DeadLetters
import JSON
import Terminal

/// What a run that sends letters again prints.
actor DeadPrinter {
    /// How many troubles are named one by one.
    private static let longest = 20

    private let output: Output
    private let isJSON: Bool
    private let progress: Progress
    private var troubles: [(name: String, what: String)] = []
    private var troubleCount = 0
    private var failure: OutputError?

    init(_ output: Output, isJSON: Bool, total: Int) {
        self.output = output
        self.isJSON = isJSON
        progress = Progress("requeued", total: total)
    }

    /// Says something to whoever watches.
    func complain(_ what: String) async {
        progress.clear()
        await Program.complain("wxpush: \(what)")
    }

    /// Takes down what has happened to a letter.
    func note(_ event: RequeueEvent) async {
        switch event {
        case .requeued(let letter):
            progress.advance()
            await print(letter, "requeued") { _ in }
        case .kept(let letter, let reason):
            progress.advance()
            add(letter, "stays: \(reason)")
            await print(letter, "kept") { $0.member("detail", reason) }
        case .result(let letter, let result):
            let status = result["status"]?.string ?? "unreadable"
            let reason = [result["reason"]?.string, result["detail"]?.string].compactMap(\.self).joined(separator: ": ")
            if status != "sent", status != "duplicate" { add(letter, "\(status) \(reason)") }
            await print(letter, "result") { json in
                json.member("status", status)
                json.member("reason", result["reason"]?.string)
                json.member("detail", result["detail"]?.string)
                json.member("errcode", result["errcode"]?.integer)
            }
        }
    }

    private func add(_ letter: DeadLetter, _ what: String) {
        troubleCount += 1
        if troubles.count < Self.longest { troubles.append((letter.address, what)) }
    }

    private func print(_ letter: DeadLetter, _ outcome: String, _ more: (inout JSONWriter) -> Void) async {
        guard isJSON, failure == nil else { return }
        do throws(OutputError) {
            try await output.json { json in
                json.member("id", letter.id)
                json.member("key", letter.key.description)
                json.member("outcome", outcome)
                more(&json)
            }
        } catch {
            // The letters are what counts; nobody reads the report any more.
            failure = error
        }
    }

    /// Says how it went, and returns the process's exit status.
    func conclude(_ report: RequeueReport) async throws -> Int32 {
        progress.end()
        if let failure { throw failure }
        if isJSON {
            try await summarize(report)
        } else {
            for trouble in troubles { try await output.line("\(trouble.name.visible)  \(trouble.what.visible)") }
            if troubleCount > troubles.count { try await output.line("and \(troubleCount - troubles.count) more") }
            try await output.line(Self.summary(report))
        }
        try await output.flush()
        if let error = report.failure { throw Failure(error) }
        return report.isClean ? 0 : Failure.Kind.failed.rawValue
    }

    /// Prints the sums as JSON.
    func summarize(_ report: RequeueReport) async throws(OutputError) {
        try await output.json { json in
            json.member("summary") { json in
                json.member("requeued", Int64(report.requeued))
                json.member("kept", Int64(report.kept))
                json.member("untouched", Int64(report.untouched))
                json.member("unanswered", Int64(report.unanswered))
                json.member("stopped", report.stopped)
                json.member("results") { json in
                    for (status, count) in report.results.sorted(by: { $0.key < $1.key }) {
                        json.member(status, Int64(count))
                    }
                }
            }
        }
    }

    private static func summary(_ report: RequeueReport) -> String {
        var parts = ["\(report.requeued) requeued"]
        if report.kept > 0 { parts.append("\(report.kept) stay among the dead letters") }
        if report.untouched > 0 { parts.append("\(report.untouched) not touched") }
        parts += report.results.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        if report.unanswered > 0 { parts.append("\(report.unanswered) without a result yet") }
        return parts.joined(separator: ", ") + (report.stopped.map { "; stopped: \($0)" } ?? "")
    }
}
