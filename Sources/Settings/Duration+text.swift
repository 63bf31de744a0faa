import YAML

extension Duration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// The time that `500ms`, `5s`, `10m`, `24h`, `7d` or a bare `0` spells.
    init?(text: String) {
        let digits = text.utf8.prefix(while: \.isDigit)
        guard (1...10).contains(digits.count), let count = Int64(Substring(digits)) else { return nil }
        let name = text.dropFirst(digits.count)
        if count == 0, name.isEmpty {
            self = .zero
        } else {
            guard let unit = Self.units.first(where: { $0.name == name }) else { return nil }
            self = .milliseconds(count * unit.milliseconds)
        }
    }

    /// The time as it would be written: in the largest unit of which it is a whole number; a single day is 24 hours.
    package var shortText: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "0" }
        let isWhole = { (unit: Int64) in milliseconds % unit == 0 && (milliseconds > unit || unit < 86_400_000) }
        let unit = Self.units.first { isWhole($0.milliseconds) } ?? ("ms", 1)
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}

extension Fields {
    /// A time within bounds, or none at all where that has a meaning.
    func duration(_ key: String, in range: ClosedRange<Duration>, orZero: Bool = false) -> Duration? {
        value(key) { scalar throws(Complaint) in
            guard let duration = Duration(text: scalar.text) else {
                throw .isNot("a duration such as 500ms, 5s, 10m, 24h or 7d")
            }
            guard range.contains(duration) || orZero && duration == .zero else {
                let bounds = "between \(range.lowerBound.shortText) and \(range.upperBound.shortText)"
                throw .isNot(orZero ? "\(bounds), nor 0" : bounds)
            }
            return duration
        }
    }
}
