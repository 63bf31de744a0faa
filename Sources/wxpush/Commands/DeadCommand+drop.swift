import Arguments
import DeadLetters
import JSON
import Lane
import Terminal
import Worker

extension DeadCommand {
    private static let archive = Option(
        "export", .file(), help: "Where the letters are kept; else dead-letters-TIME.jsonl in the current directory.")

    static let dropCommand: Command<Program.Action> = Command(
        "drop", "Delete dead letters, each once it is written to a file",
        discussion: """
            A letter leaves the queue when its line is on the disk; 'wxpush dead import FILE' undoes the whole.


            """ + termsHelp,
        examples: [Example("wxpush dead drop age=30d.. --export old.jsonl", "what nobody will mend any more")],
        options: [all, archive, dryRun, yes, json], arguments: [terms], action: drop)

    private static func drop(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        let query = try chosenQuery(given)
        let settings = try CommonOptions.settings(given)
        let stop = DeadStop()
        let queue = queue(settings, on: invocation, waitsNoMore: stop)
        let snapshot = try await count(query, in: queue)
        guard snapshot.count > 0 else {
            if given[json] {
                if given[dryRun] {
                    try await foretell(0, invocation)
                } else {
                    try await summarize(dropped: 0, kept: 0, invocation)
                }
            }
            return await nothing(query)
        }
        if given[dryRun] {
            if given[json] {
                try await foretell(snapshot.count, invocation)
            } else {
                try await invocation.output.write(table(snapshot.groups, at: snapshot.takenAt).text(on: .output))
                try await invocation.output.line(
                    "\(snapshot.count) of \(snapshot.walk.depth) dead letters would be dropped")
            }
            return 0
        }
        let question = "Drop \(snapshot.count) dead letters (\(query.description))?"
        guard try await isAgreed(question, count: snapshot.count, given) else { return 1 }
        let stamp = snapshot.takenAt.rfc3339.filter { $0 != "-" && $0 != ":" }
        let file = try DeadArchiveFile(given[archive] ?? "dead-letters-\(stamp).jsonl")
        let bar = DeadBar("dropped")
        bar.begin(snapshot.count)
        let complain: @Sendable (String) async -> Void = { what in
            bar.clear()
            await Program.complain("wxpush: \(what)")
        }
        try Interruption.stops(stop, on: invocation.lane, say: complain)
        let gone = Locked(0)
        let isSaid = Locked(false)
        let failure: DeadError?
        var stopped: String?
        do throws(DeadError) {
            stopped = try await queue.drop(snapshot, stop: stop) { letter throws(DeadError) in
                try await file.add(letter.archived)
            } kept: { letter, reason in
                let isFirst = isSaid.withLock { isSaid in
                    defer { isSaid = true }
                    return !isSaid
                }
                if isFirst { await complain("\(letter.address.visible) stays: \(reason)") }
            } dropped: { _ in
                gone.withLock { $0 += 1 }
                bar.advance()
            }.stopped
            failure = nil
        } catch {
            failure = error
        }
        bar.end()
        let dropped = gone.withLock { $0 }
        let left = snapshot.count - dropped
        if given[json] {
            try await summarize(dropped: dropped, kept: left, export: file.path, stopped: stopped, invocation)
        } else {
            let rest = (left > 0 ? "; \(left) were not dropped" : "") + (stopped.map { "; stopped: \($0)" } ?? "")
            try await invocation.output.line("\(dropped) dropped, kept in \(file.path.visible)\(rest)")
        }
        if let failure {
            try await invocation.output.flush()
            throw Failure(failure)
        }
        return left == 0 ? 0 : Failure.Kind.failed.rawValue
    }

    private static func foretell(_ count: Int, _ invocation: Invocation) async throws {
        try await invocation.output.json { $0.member("would_drop", Int64(count)) }
    }

    private static func summarize(
        dropped: Int, kept: Int, export path: String? = nil, stopped: String? = nil, _ invocation: Invocation
    ) async throws {
        try await invocation.output.json { json in
            json.member("dropped", Int64(dropped))
            json.member("kept", Int64(kept))
            json.member("export", path)
            json.member("stopped", stopped)
        }
    }
}
