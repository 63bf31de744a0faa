extension ErrorTable {
    /// The table as a page of the documentation.
    package static var markdown: String {
        var lines = heading
        lines += ["", "## Classes", "", "| class | what happens |", "| --- | --- |"]
        lines += ErrorClass.allCases.map { "| `\($0.rawValue)` | \($0.summary) |" }
        for (title, family) in families {
            lines += ["", "## \(title)", "", columns, "| --- | --- | --- | --- | --- | --- | --- | --- |"]
            lines += family.sorted { $0.codes.lowerBound < $1.codes.lowerBound }.flatMap(\.markdown)
        }
        lines += ["", "## Every other code", "", columns, "| --- | --- | --- | --- | --- | --- | --- | --- |"]
        lines.append(unknown.markdown(code: "…"))
        return lines.joined(separator: "\n") + "\n"
    }

    private static let heading = [
        "# WeChat's error codes",
        "",
        "What wxpush makes of the `errcode` in an answer of WeChat. This page is written from the table in",
        "`Sources/WeChat/Errors`, which is the one place that decides it:",
        "`WXPUSH_WRITE_DOCS=1 swift test --filter WeChatTests` writes it anew.",
        "",
        "A code that reads differently for some calls has a line for each of them; the line without a call is for all others.",
        "*Pauses* names what holds its messages back meanwhile; everything else goes on. *Reason* is the word in results and",
        "dead letters.",
    ]

    private static let columns = "| code | WeChat says | class | pauses | wait | reason | what to do | 处理建议 |"

    private static let families: [(title: String, rows: [ErrorRow])] = [
        ("The call", general),
        ("Tokens, secrets and addresses", credentials),
        ("Templates, values, links and media", content),
        ("The recipient", recipients),
        ("Limits", limits),
        ("The account's rights", rights),
        ("Managing templates and quotas", management),
    ]
}

extension ErrorRow {
    /// The row's lines: one, and one more for each other reading.
    fileprivate var markdown: [String] {
        let name = codes.count == 1 ? "\(codes.lowerBound)" : "\(codes.lowerBound)–\(codes.upperBound)"
        return [handling.markdown(code: name)]
            + exceptions.map { $0.handling.markdown(code: "\(name), \($0.condition.summary)") }
    }
}

extension ErrorHandling {
    /// One line of the table.
    fileprivate func markdown(code: String) -> String {
        let cells = [
            code, words.meaning, "`\(errorClass.rawValue)`", pause.summary, delay.summary, "`\(reason.rawValue)`",
            words.english, words.chinese,
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
