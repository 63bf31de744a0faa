/// A line and a column of a text, both counted from 1.
package struct Position: Hashable, Comparable, Sendable {
    /// The line.
    package var line: Int
    /// The column, in characters.
    package var column: Int

    /// A line and a column.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Whether one stands before the other.
    package static func < (one: Position, other: Position) -> Bool {
        (one.line, one.column) < (other.line, other.column)
    }
}

/// Where something stands: at a position of a file, or in a source without lines, such as an environment variable.
package struct Place: Hashable, Sendable, CustomStringConvertible {
    /// The file's or the variable's name.
    package var source: String
    /// The position in a file.
    package var position: Position?

    /// A place in a source.
    package init(source: String, position: Position? = nil) {
        self.source = source
        self.position = position
    }

    /// `file:line:column`, or the name of the source alone.
    package var description: String {
        guard let position else { return source }
        return "\(source):\(position.line):\(position.column)"
    }
}
