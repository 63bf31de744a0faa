/// Rows in aligned columns.
///
///     var table = Table(.left("ID"), .right("ATTEMPTS"), .left("REASON"))
///     table.add(letter.id, "\(letter.attempts)", Cell(letter.reason, .bad))
///     try await output.write(table.text(on: .output))
///
/// Cells may hold anything: control characters are made visible.
package struct Table {
    /// The title of a column, and the side on which its cells line up.
    package enum Column {
        /// Texts.
        case left(String)
        /// Numbers.
        case right(String)

        var title: String {
            switch self {
            case .left(let title), .right(let title): title
            }
        }
    }

    /// What a column keeps when the terminal is too narrow for all; those that find no room are left out.
    private static let narrowest = 8
    private static let gap = 2

    private let columns: [Column]
    private var rows: [[Cell]]
    private var widths: [Int]

    /// A table with its titles, and no rows yet.
    package init(_ columns: Column...) {
        self.columns = columns
        rows = []
        widths = columns.map(\.title.displayWidth)
    }

    /// Whether there are only the titles.
    package var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; cells that are left out stay empty.
    package mutating func add(_ texts: any CellText...) {
        var row = texts.prefix(columns.count).map(\.cell)
        for place in row.indices {
            row[place].text = row[place].text.visible
            widths[place] = max(widths[place], row[place].text.displayWidth)
        }
        rows.append(row)
    }

    /// The table, cut to the width of a terminal; whole if it is printed elsewhere.
    ///
    /// Where there is no room for all columns those at the right are left out, and the titles end in an ellipsis.
    package func text(on screen: Screen) -> String {
        let widths = screen.width.map(widths(within:)) ?? widths
        var titles = columns.prefix(widths.count).map { Cell($0.title, .heading) }
        if widths.count < columns.count { titles.append(Cell("…", .heading)) }
        return ([titles] + rows.map { Array($0.prefix(widths.count)) })
            .map { line($0, widths + [1], on: screen) }.joined()
    }

    private func line(_ row: [Cell], _ widths: [Int], on screen: Screen) -> String {
        var line = ""
        // Blanks are written when something follows, so that no line ends in them.
        var blanks = 0
        for (place, cell) in row.enumerated() {
            let text = cell.text.truncated(toWidth: widths[place])
            let room = max(0, widths[place] - text.displayWidth)
            let (before, after) = if case .right = columns[place] { (room, 0) } else { (0, room) }
            blanks += before
            if !text.isEmpty {
                line += String(repeating: " ", count: blanks) + screen.paint(text, cell.style)
                blanks = 0
            }
            blanks += after + Self.gap
        }
        return line + "\n"
    }

    /// The widths of the columns with the widest ones cut, all to the same width, until they fit; fewer if they cannot.
    private func widths(within limit: Int) -> [Int] {
        var kept = widths
        var room = limit - Self.gap * (kept.count - 1)
        while kept.count > 1, kept.reduce(0, { $0 + min($1, Self.narrowest) }) > room {
            kept.removeLast()
            // The ellipsis is a column, too.
            room = limit - Self.gap * kept.count - 1
        }
        guard kept.reduce(0, +) > room else { return kept }
        var (low, high) = (1, max(1, room))
        while low < high {
            let middle = (low + high + 1) / 2
            if kept.reduce(0, { $0 + min($1, middle) }) <= room { low = middle } else { high = middle - 1 }
        }
        return kept.map { min($0, low) }
    }
}

/// A text of a table, with its colour.
package struct Cell {
    var text: String
    let style: Style

    /// A text with its colour.
    package init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }
}

/// What can stand in a table.
package protocol CellText {
    /// The text and its colour.
    var cell: Cell { get }
}

extension Cell: CellText {
    /// Itself.
    package var cell: Cell { self }
}

extension String: CellText {
    /// The text in no particular colour.
    package var cell: Cell { Cell(self) }
}
