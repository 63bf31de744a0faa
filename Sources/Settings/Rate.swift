import YAML

/// A ceiling, such as 200 a second.
package struct Rate: Sendable, Hashable, CustomStringConvertible {
    /// The time in which so many are allowed.
    package enum Unit: String, CaseIterable, Sendable {
        /// A second.
        case second = "s"
        /// A minute.
        case minute = "min"
        /// An hour.
        case hour = "h"
        /// A day.
        case day = "d"

        /// How long it is.
        package var seconds: Int {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3600
            case .day: 86_400
            }
        }
    }

    /// How many are allowed.
    package let count: Int
    /// The time in which they are.
    package let unit: Unit

    /// So many in a time.
    package init(_ count: Int, per unit: Unit) {
        self.count = count
        self.unit = unit
    }

    /// How many a second that makes.
    package var perSecond: Double { Double(count) / Double(unit.seconds) }

    /// As it is written: `200/s`.
    package var description: String { "\(count)/\(unit.rawValue)" }
}

extension Rate {
    /// Reads what `200/s` looks like.
    init(reading scalar: Scalar) throws(Complaint) {
        let parts = scalar.text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let unit = Unit(rawValue: String(parts[1])),
            parts[0].utf8.count <= 12, parts[0].utf8.allSatisfy(\.isDigit), let count = Int(parts[0]),
            count > 0, count / unit.seconds <= 1_000_000
        else { throw .isNot("a rate such as 200/s, 10000/min, 500/h or 100000/d, at most 1000000/s") }
        self.init(count, per: unit)
    }
}
