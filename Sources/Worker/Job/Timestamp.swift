import Glibc
import WeChat

/// A moment of the calendar, to the millisecond.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970 in UTC.
    package let milliseconds: Int64

    /// A moment so many milliseconds after 1970.
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Orders by time.
    package static func < (one: Timestamp, other: Timestamp) -> Bool { one.milliseconds < other.milliseconds }

    /// The time from another moment to this one.
    package static func - (one: Timestamp, other: Timestamp) -> Duration {
        .milliseconds(one.milliseconds - other.milliseconds)
    }

    /// The moment a while later; at the far end of time for what would go beyond it.
    package static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (added, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflowsToo) = moment.milliseconds.addingReportingOverflow(added)
        if overflows || overflowsToo { return Timestamp(milliseconds: seconds < 0 ? .min : .max) }
        return Timestamp(milliseconds: sum &+ attoseconds / 1_000_000_000_000_000)
    }
}

extension Timestamp {
    /// Now, by the clock of this machine.
    package static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    private static let dayLength: Int64 = 86_400_000

    /// Reads a date and time of RFC 3339, such as `2026-11-20T08:00:00.123+08:00`; nil for anything else.
    package init?(rfc3339 text: String) {
        var digits = Digits(rest: text.utf8[...])
        guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2), digits.skip("-"),
            let day = digits.number(2), digits.skip("T") || digits.skip("t") || digits.skip(" "),
            let hour = digits.number(2), digits.skip(":"), let minute = digits.number(2), digits.skip(":"),
            let second = digits.number(2), (1...12).contains(month),
            (1...CivilDate.days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var millisecond = 0
        if digits.skip(".") {
            guard let fraction = digits.fraction() else { return nil }
            millisecond = fraction
        }
        guard let offset = digits.zone(), digits.rest.isEmpty else { return nil }
        let days = Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch)
        let seconds = Int64((hour * 60 + minute - offset) * 60 + second)
        milliseconds = days * Self.dayLength + seconds * 1000 + Int64(millisecond)
    }

    /// The moment as RFC 3339 in UTC with milliseconds.
    package var rfc3339: String {
        var days = milliseconds / Self.dayLength
        var rest = milliseconds % Self.dayLength
        if rest < 0 { (days, rest) = (days - 1, rest + Self.dayLength) }
        let date = CivilDate(daysSinceEpoch: Int(days))
        // What four digits of a year cannot say is beyond any use.
        let year = min(max(date.year, 0), 9999)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func put(_ number: Int, _ width: Int, _ end: Unicode.Scalar) {
            var unit = width == 4 ? 1000 : width == 3 ? 100 : 10
            while unit > 0 {
                text.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
                unit /= 10
            }
            text.append(UInt8(ascii: end))
        }
        put(year, 4, "-")
        put(date.month, 2, "-")
        put(date.day, 2, "T")
        put(Int(rest / 3_600_000), 2, ":")
        put(Int(rest / 60_000 % 60), 2, ":")
        put(Int(rest / 1000 % 60), 2, ".")
        put(Int(rest % 1000), 3, "Z")
        return String(decoding: text, as: UTF8.self)
    }
}

/// Takes numbers off the front of a text.
private struct Digits {
    var rest: Substring.UTF8View

    mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        let taken = rest.prefix(width)
        guard taken.count == width, taken.allSatisfy(isDigit) else { return nil }
        rest = rest.dropFirst(width)
        return taken.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Milliseconds of a fraction of a second of any length; more digits say nothing to us.
    mutating func fraction() -> Int? {
        let digits = rest.prefix(while: isDigit)
        guard !digits.isEmpty else { return nil }
        rest = rest[digits.endIndex...]
        return digits.prefix(3).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            * [1, 100, 10, 1][min(digits.count, 3)]
    }

    /// Minutes east of UTC.
    mutating func zone() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard skip("+") || skip("-"), let hours = number(2), skip(":"), let minutes = number(2), hours < 24,
            minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
