import YAML

extension Settings {
    /// How failed jobs are tried again.
    package struct Retry: Sendable {
        /// How often a job is tried in all.
        package var attempts = 8
        /// The pause after the first attempt; it grows from there.
        package var first = Duration.seconds(1)
        /// What the pause grows to.
        package var max = Duration.seconds(600)
        /// How often a job may bring a worker down before it ends as poisoned.
        package var crashes = 3
        /// How long what needs a person, such as a wrong secret, is left alone between two looks.
        package var probe = Duration.seconds(300)

        /// The defaults.
        package init() {}
    }
}

extension Settings.Retry {
    /// Takes over what the section says.
    mutating func read(_ fields: Fields) {
        let month = Duration.seconds(30 * 86_400)
        attempts = fields.integer("attempts", in: 1...100) ?? attempts
        first = fields.duration("first", in: .milliseconds(100)...month) ?? first
        max = fields.duration("max", in: .milliseconds(100)...month) ?? max
        crashes = fields.integer("crashes", in: 1...100) ?? crashes
        probe = fields.duration("probe", in: .seconds(1) ... .seconds(86_400)) ?? probe
        fields.refuseOthers()
        if first > max {
            fields.add(
                fields.mapping["first"] == nil ? "max" : "first",
                "retry.first (\(first.shortText)) is longer than retry.max (\(max.shortText))")
        }
    }

    /// The keys with their values.
    var values: [(key: String, value: ShownValue)] {
        [
            ("attempts", .plain("\(attempts)")),
            ("first", .plain(first.shortText)),
            ("max", .plain(max.shortText)),
            ("crashes", .plain("\(crashes)")),
            ("probe", .plain(probe.shortText)),
        ]
    }
}
