import CLinux
import Glibc

/// What a stream leads to: a terminal, with its width and colours, or a file, a pipe.
package struct Screen: Sendable {
    /// The descriptor of the stream.
    package let descriptor: Int32
    /// Whether a person looks at it.
    package let isTerminal: Bool
    /// Whether a line can be drawn over and over again.
    package let canRedraw: Bool
    /// Whether colours are shown, and wanted.
    package let hasColour: Bool

    /// Looks at a stream; `environment` gives the value of a variable.
    package init(descriptor: Int32, environment: (String) -> String? = Screen.variable) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        canRedraw = isTerminal && !["", "dumb"].contains(environment("TERM") ?? "")
        // See no-color.org: any value but none turns colours off.
        hasColour = canRedraw && environment("NO_COLOR") ?? "" == ""
    }

    /// Standard output.
    package static var output: Screen { Screen(descriptor: STDOUT_FILENO) }
    /// Standard error.
    package static var error: Screen { Screen(descriptor: STDERR_FILENO) }

    /// The columns of the terminal as it is now; nil where lines have no end.
    package var width: Int? {
        guard isTerminal else { return nil }
        let columns = Int(clinux_terminal_columns(descriptor))
        return columns > 0 ? columns : 80
    }

    /// Gives a text its colour, where there are colours.
    package func paint(_ text: String, _ style: Style) -> String {
        hasColour ? style.start + text + style.end : text
    }

    /// The value of an environment variable.
    package static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}

/// What a colour stands for.
package enum Style: Hashable, Sendable {
    /// Nothing in particular.
    case plain
    /// All is well.
    case good
    /// Somebody has to act.
    case bad
    /// Somebody should have a look.
    case warning
    /// Of less interest than its surroundings.
    case dim
    /// The title of what follows.
    case heading

    /// Turns the colour on.
    package var start: String {
        switch self {
        case .plain: ""
        case .good: "\u{1B}[32m"
        case .bad: "\u{1B}[31m"
        case .warning: "\u{1B}[33m"
        case .dim: "\u{1B}[2m"
        case .heading: "\u{1B}[1m"
        }
    }

    /// Turns it off.
    package var end: String { self == .plain ? "" : "\u{1B}[0m" }
}
