import YAML

/// The lines of a file, to tell where within a text of it a fault is.
struct SourceText {
    private let lines: [Substring]

    /// The lines of a file.
    init(_ bytes: [UInt8]) {
        // As YAML does it, which leaves a byte order mark out of its columns.
        let text = String(
            decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The place of a character of a text that begins at a place of the file.
    ///
    /// Exact where the file shows the text as it is: behind a quote at most, or in a block below its mark. Where lines
    /// are folded or characters are escaped it is nil, and the text's own beginning has to do.
    func place(line: Int, column: Int, of text: String, at start: Place) -> Place? {
        guard let position = start.position else { return nil }
        let wanted = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard wanted.indices.contains(line - 1) else { return nil }
        // To the fault and a bit further, as far as the line goes.
        let shown = wanted[line - 1].prefix(column)
        let before = wanted[line - 1].prefix(column - 1).unicodeScalars.count
        if line == 1 {
            for quote in 0...1 where shows(shown, line: position.line, column: position.column + quote) {
                return at(position.line, position.column + quote + before, start)
            }
        }
        let below = position.line + line
        guard lines.indices.contains(below - 1) else { return nil }
        let indent = lines[below - 1].prefix { $0 == " " }.count
        guard
            lines[position.line - 1].last(where: { !"+-0123456789 \r".contains($0) }).map({ "|>".contains($0) })
                == true,
            shows(shown, line: below, column: indent + 1)
        else { return nil }
        return at(below, indent + before + 1, start)
    }

    private func shows(_ text: Substring, line: Int, column: Int) -> Bool {
        guard lines.indices.contains(line - 1) else { return false }
        return lines[line - 1].unicodeScalars.dropFirst(column - 1).starts(with: text.unicodeScalars)
    }

    private func at(_ line: Int, _ column: Int, _ start: Place) -> Place {
        Place(source: start.source, position: Position(line: line, column: column))
    }
}
