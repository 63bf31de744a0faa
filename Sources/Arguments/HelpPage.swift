/// Lays text out in lines of a width.
struct HelpPage {
    /// What the names of a section get at most before their explanations move to the next line.
    private var widestName: Int { min(30, width / 2 - 4) }
    let width: Int

    /// One paragraph; lines after the first are indented by `hanging` more.
    func fill(_ text: String, indent: Int, hanging: Int = 0) -> String {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent + hanging)
                isEmpty = true
            }
            line += isEmpty ? word : " " + word
            isEmpty = false
        }
        return (lines + [line]).joined(separator: "\n") + "\n"
    }

    /// Paragraphs that are parted by empty lines; lines that start with a blank stay as they are.
    func paragraphs(_ text: String) -> String {
        var blocks: [String] = []
        var open = ""
        func close() {
            if !open.isEmpty { blocks.append(fill(open, indent: 0)) }
            open = ""
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                close()
                blocks.append("\n")
            } else if line.hasPrefix(" ") {
                close()
                blocks.append(line + "\n")
            } else {
                open += open.isEmpty ? String(line) : " " + line
            }
        }
        close()
        return blocks.joined()
    }

    /// A title above names and their explanations; nothing if there are none.
    func section(_ title: String, _ rows: [(name: String, text: String)]) -> String {
        if rows.isEmpty { return "" }
        let column = min(rows.map(\.name.count).max() ?? 0, widestName) + 4
        var text = title + ":\n"
        for row in rows {
            let explanation = fill(row.text, indent: column)
            if row.name.count + 4 <= column {
                let name = "  " + row.name
                text += name + explanation.dropFirst(name.count)
            } else {
                text += "  \(row.name)\n\(explanation)"
            }
        }
        return text
    }

    /// Lines to type, never broken, each with its meaning below.
    func examples(_ examples: [Example]) -> String {
        if examples.isEmpty { return "" }
        return "Examples:\n" + examples.map { "  \($0.line)\n" + fill($0.meaning, indent: 6) }.joined()
    }
}
