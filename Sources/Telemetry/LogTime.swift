import Glibc

/// A moment of the calendar, to the millisecond.
package struct LogTime: Hashable, Sendable {
    let milliseconds: Int64

    /// So many milliseconds after 1970 began in UTC.
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads the clock.
    package static var now: LogTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Appends the time as RFC 3339 has it, in UTC: `2026-11-20T08:00:00.123Z`.
    func write(into bytes: inout [UInt8]) {
        var seconds = time_t(milliseconds / 1_000)
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let (year, month, day) = unsafe (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
        let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
        bytes.append(number: Int(year), digits: 4)
        for (mark, part) in [("-", month), ("-", day), ("T", hour), (":", minute), (":", second)] {
            bytes.append(contentsOf: mark.utf8)
            bytes.append(number: Int(part), digits: 2)
        }
        bytes.append(UInt8(ascii: "."))
        bytes.append(number: Int(milliseconds % 1_000), digits: 3)
        bytes.append(UInt8(ascii: "Z"))
    }
}

extension [UInt8] {
    /// Appends the last digits of a number.
    fileprivate mutating func append(number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: abs(number / divisor % 10)))
            divisor /= 10
        }
    }
}
