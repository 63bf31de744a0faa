import YAML

extension Settings {
    /// What is logged, and how.
    package struct Log: Sendable {
        /// The least that is logged.
        package enum Level: String, CaseIterable, Sendable {
            /// Every job.
            case debug
            /// Changes of state.
            case info
            /// Failures.
            case warning
            /// What a person must look after.
            case error
        }

        /// How a line looks.
        package enum Format: String, CaseIterable, Sendable {
            /// Text on a terminal, JSON elsewhere.
            case auto
            /// For people.
            case text
            /// For machines.
            case json
        }

        /// The least that is logged.
        package var level = Level.info
        /// How a line looks.
        package var format = Format.auto

        /// The defaults.
        package init() {}
    }
}

extension Settings.Log {
    /// Takes over what the section says.
    mutating func read(_ fields: Fields) {
        level = fields.choice("level", of: Level.self) ?? level
        format = fields.choice("format", of: Format.self) ?? format
        fields.refuseOthers()
    }

    /// The keys with their values.
    var values: [(key: String, value: ShownValue)] {
        [("level", .plain(level.rawValue)), ("format", .plain(format.rawValue))]
    }
}
