/// A time zone with one distance from UTC all year round.
///
/// Zones with summer time would need tables that change, and are refused.
package struct Zone: Hashable, Sendable {
    /// The distance from UTC in seconds, to the east.
    package let offset: Int
    /// What `%Z` prints: an abbreviation, or nothing.
    package let abbreviation: String

    /// UTC+8, as in all of China.
    package static let shanghai = Zone(offset: 28_800, abbreviation: "CST")
    /// UTC.
    package static let utc = Zone(offset: 0, abbreviation: "UTC")

    /// The names that are understood, apart from distances such as `+08:00`.
    package static let names = known.keys.sorted()

    /// The zone of a name, or of a distance such as `+08:00` or `Etc/GMT-8`; nil where it is unknown or has summer time.
    package init?(_ name: String) {
        if let zone = Self.known[name] ?? Self.etc(name) {
            self = zone
        } else if let offset = Self.offset(Array(name.utf8)[...]) {
            self.init(offset: offset, abbreviation: "")
        } else {
            return nil
        }
    }

    /// The zone of a name or a distance; a fault that says what is understood if there is none.
    package static func named(_ name: String) throws(LiquidError.Fault) -> Zone {
        if let zone = Zone(name) { return zone }
        throw .value(
            found: "'\(name)'",
            expected: "a time zone such as Asia/Shanghai or UTC (none with summer time), or a distance such as +05:30")
    }

    /// A zone at a distance from UTC.
    init(offset: Int, abbreviation: String) {
        self.offset = offset
        self.abbreviation = abbreviation
    }

    /// The seconds of `+08:00`, `-0330` or `+8`; nil where it is none of these.
    static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var (number, digits, colons) = (0, 0, 0)
        for byte in text.dropFirst() {
            if byte == UInt8(ascii: ":"), digits == 2 * (colons + 1) {
                colons += 1
            } else {
                guard byte.isDigit, digits < 6 else { return nil }
                (number, digits) = (number * 10 + Int(byte - 0x30), digits + 1)
            }
        }
        guard colons == 0 || digits == 2 * (colons + 1) else { return nil }
        switch digits {
        case 1, 2: number *= 10_000
        case 4: number *= 100
        case 6: break
        default: return nil
        }
        let (hours, minutes, seconds) = (number / 10_000, number / 100 % 100, number % 100)
        guard hours < 24, minutes < 60, seconds < 60 else { return nil }
        let distance = hours * 3600 + minutes * 60 + seconds
        return sign == UInt8(ascii: "-") ? -distance : distance
    }
}
