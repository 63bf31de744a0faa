/// A time zone with one distance from UTC all year round.
///
/// The zones of the Chinese-speaking world and its neighbours have been so for decades; zones with summer time would need
/// tables that change, and are refused.
package struct Zone: Hashable, Sendable {
    /// The distance from UTC in seconds, to the east.
    package let offset: Int
    /// What `%Z` prints: an abbreviation, or nothing.
    package let abbreviation: String

    /// UTC+8, as in all of China.
    package static let shanghai = Zone(offset: 28_800, abbreviation: "CST")
    /// UTC.
    package static let utc = Zone(offset: 0, abbreviation: "UTC")

    private static let known: [String: Zone] = [
        "UTC": .utc, "Etc/UTC": .utc, "GMT": .utc, "Z": .utc,
        "Asia/Shanghai": .shanghai, "Asia/Chongqing": .shanghai, "Asia/Harbin": .shanghai, "PRC": .shanghai,
        "Asia/Taipei": .shanghai, "Asia/Macau": .shanghai, "Asia/Macao": .shanghai,
        "Asia/Hong_Kong": Zone(offset: 28_800, abbreviation: "HKT"),
        "Hongkong": Zone(offset: 28_800, abbreviation: "HKT"),
        "Asia/Singapore": Zone(offset: 28_800, abbreviation: "+08"),
        "Singapore": Zone(offset: 28_800, abbreviation: "+08"),
        "Asia/Kuala_Lumpur": Zone(offset: 28_800, abbreviation: "+08"),
        "Asia/Manila": Zone(offset: 28_800, abbreviation: "PST"),
        "Asia/Urumqi": Zone(offset: 21_600, abbreviation: "+06"),
        "Asia/Tokyo": Zone(offset: 32_400, abbreviation: "JST"),
        "Asia/Seoul": Zone(offset: 32_400, abbreviation: "KST"),
        "Asia/Bangkok": Zone(offset: 25_200, abbreviation: "+07"),
        "Asia/Ho_Chi_Minh": Zone(offset: 25_200, abbreviation: "+07"),
        "Asia/Jakarta": Zone(offset: 25_200, abbreviation: "WIB"),
    ]

    /// The names that are understood, apart from distances such as `+08:00`.
    package static let names = known.keys.sorted()

    /// The zone of a name, or of a distance such as `+08:00`; nil where it is unknown or has summer time.
    package init?(_ name: String) {
        if let zone = Self.known[name] {
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
            found: "'\(name)'", expected: "a time zone without summer time, such as Asia/Shanghai, UTC or +08:00")
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
