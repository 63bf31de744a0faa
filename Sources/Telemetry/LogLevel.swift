package import Terminal

/// How much a line of the log matters.
package enum LogLevel: Int, CaseIterable, Comparable, Sendable {
    /// What happens to single jobs.
    case debug
    /// What changes in the state of the program.
    case info
    /// What has failed, and is taken care of.
    case warning
    /// What a person has to look after.
    case error

    /// Reads the name of a level; nil if there is none of that name.
    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    /// The level as settings and lines of the log spell it.
    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// Whether the left level matters less.
    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// How lines of the log look.
package enum LogFormat: Hashable, Sendable {
    /// Aligned, for people, with or without colours.
    case text(colours: Bool)
    /// One JSON object a line, for programs.
    case json

    /// Text for a terminal, JSON for everything else.
    package static func suited(to screen: Screen) -> LogFormat {
        screen.isTerminal ? .text(colours: screen.hasColour) : .json
    }
}
