import Arguments
import DeadLetters
import JSON
import Lane
import Terminal
import Worker

extension DeadCommand {
    private static let limit = Option(
        "limit", short: "l", .int("N", in: 1...100_000), default: 50, help: "How many letters at most.")
    private static let oldest = Option(flag: "oldest", help: "The oldest first, in place of the newest.")

    static let listCommand: Command<Program.Action> = Command(
        "list", "List dead letters, the newest first", discussion: termsHelp,
        examples: [
            Example("wxpush dead list", "the last fifty"),
            Example("wxpush dead list reason=value_too_long template=order-* age=..1h", "one trouble of the last hour"),
            Example("wxpush dead list 'text=Tea' app!=mini --json", "for scripts"),
        ],
        options: [limit, oldest, json], arguments: [terms], action: list)

    private static func list(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        let query = try query(given)
        let settings = try CommonOptions.settings(given)
        let (limit, oldestFirst) = (given[limit], given[oldest])
        let bar = DeadBar("looking")
        let found = Locked(DeadShelf(limit: limit, keepsFirst: oldestFirst))
        let now = Timestamp.now
        let walk = try await attempt { () async throws(DeadError) in
            try await queue(settings, on: invocation).scan(
                query, at: now, reading: true, begin: { bar.begin($0) }
            ) { letter in
                bar.advance()
                if let letter { found.withLock { $0.add(letter) } }
                return true
            }
        }
        bar.end()
        await warn(of: walk)
        let (letters, count) = found.withLock { ($0.letters, $0.count) }
        if given[json] {
            for letter in letters { try await invocation.output.json { letter.writeSummary(into: &$0) } }
            return 0
        }
        guard count > 0 else {
            try await invocation.output.line(walk.depth == 0 ? "No dead letters." : "No dead letter fits.")
            return 0
        }
        var table = Table(
            .left("DIED"), .left("ID"), .left("REASON"), .right("ERRCODE"), .left("APP"), .left("TEMPLATE"),
            .left("TO"), .right("TRIES"), .left("DETAIL"))
        for letter in letters {
            table.add(
                letter.age(at: now).map { "\($0.rough) ago" } ?? "", letter.address, Cell(letter.reason, .bad),
                letter.errcode.map(String.init) ?? "", letter.content?.app ?? "",
                letter.content?.template ?? letter.content?.kind ?? "", letter.content?.to ?? "",
                "\(letter.attempts)", letter.detail ?? letter.errmsg ?? "")
        }
        try await invocation.output.write(table.text(on: .output))
        let more = count > letters.count ? "; --limit shows more, 'wxpush dead groups' sums up" : ""
        try await invocation.output.line("\(letters.count) of \(count) that fit, of \(walk.depth) dead letters\(more)")
        return 0
    }
}
