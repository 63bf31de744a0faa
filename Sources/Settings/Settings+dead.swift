import YAML

extension Settings {
    /// From when on dead letters are worth a warning.
    package struct Dead: Sendable, Equatable {
        /// More letters than that; nil for never.
        package var warnCount: Int? = 1000
        /// An oldest letter that died longer ago than that; nil for never.
        package var warnAge: Duration? = .seconds(86_400)

        /// The defaults.
        package init() {}
    }
}

extension Settings.Dead {
    /// Takes over what the section says.
    mutating func read(_ fields: Fields) {
        if let count = fields.integer("warn_count", in: 0...1_000_000_000) { warnCount = count == 0 ? nil : count }
        if let age = fields.duration("warn_age", in: .seconds(1) ... .seconds(366 * 86_400), orZero: true) {
            warnAge = age == .zero ? nil : age
        }
        fields.refuseOthers()
    }

    /// The keys with their values.
    var values: [(key: String, value: ShownValue)] {
        [
            ("warn_count", .plain("\(warnCount ?? 0)")),
            ("warn_age", .plain(warnAge?.shortText ?? "0")),
        ]
    }
}
