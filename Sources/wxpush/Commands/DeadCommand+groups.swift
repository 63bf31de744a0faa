import Arguments
import DeadLetters
import Terminal
import Worker

extension DeadCommand {
    static let groupsCommand: Command<Program.Action> = Command(
        "groups", "Count dead letters by what broke", discussion: termsHelp,
        examples: [
            Example("wxpush dead groups", "what broke, at a glance"),
            Example("wxpush dead groups age=..1d", "what broke since yesterday"),
        ],
        options: [json], arguments: [terms], action: groups)

    private static func groups(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        let query = try query(given)
        let settings = try CommonOptions.settings(given)
        let snapshot = try await count(query, in: queue(settings, on: invocation))
        if given[json] {
            for group in snapshot.groups.sorted { try await invocation.output.json { group.write(into: &$0) } }
            return 0
        }
        guard snapshot.count > 0 else {
            try await invocation.output.line(snapshot.walk.depth == 0 ? "No dead letters." : "No dead letter fits.")
            return 0
        }
        try await invocation.output.write(table(snapshot.groups, at: snapshot.takenAt).text(on: .output))
        let others = snapshot.groups.others
        if others > 0 {
            try await invocation.output.line("and \(others) letters in more groups than can be told apart")
        }
        try await invocation.output.line("\(snapshot.count) that fit, of \(snapshot.walk.depth) dead letters")
        return 0
    }

    /// The groups as people see them.
    static func table(_ groups: DeadGroups, at now: Timestamp) -> Table {
        var table = Table(
            .right("COUNT"), .left("REASON"), .right("ERRCODE"), .left("APP"), .left("TEMPLATE"), .left("FIRST"),
            .left("LAST"), .left("SUCH AS"))
        for group in groups.sorted {
            table.add(
                "\(group.count)", Cell(group.name.reason, .bad), group.name.errcode.map(String.init) ?? "",
                group.name.app ?? "", group.name.template ?? "", group.first.map { "\((now - $0).rough) ago" } ?? "",
                group.last.map { "\((now - $0).rough) ago" } ?? "", group.sample)
        }
        return table
    }
}
