/// Shows a time as a format asks for it, with the directives and flags that Ruby has.
///
/// Beyond Ruby, `%EA`, `%Ea` and `%Ep` are 星期五, 周五 and 下午.
struct Strftime {
    /// The months, whose first three letters are their abbreviations.
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    /// The days of the week, from Sunday, abbreviated in the same way.
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    /// The days of the week in Chinese.
    static let chineseWeekdays = ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"]
    /// The days of the week in Chinese, abbreviated.
    static let shortChineseWeekdays = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"]

    /// The widest field.
    private static let widest = 256

    /// What stands between `%` and the letter.
    private struct Flags {
        /// What fills a field up; nil for what the letter brings along, NUL for nothing.
        var padding: UInt8?
        var isUpper = false
        var swapsCase = false
        var colons = 0
        var width: Int?
        var isChinese = false
    }

    private let time: CivilTime
    private var output: [UInt8] = []

    /// The text of a time.
    static func text(_ time: CivilTime, format: String) -> [UInt8] {
        var formatter = Strftime(time)
        formatter.output.reserveCapacity(format.utf8.count + 16)
        formatter.append(format)
        return formatter.output
    }

    private init(_ time: CivilTime) { self.time = time }

    private mutating func append(_ text: String) {
        let format = text.utf8Span.span
        var place = 0
        while place < format.count {
            let byte = format[place]
            place += 1
            guard byte == UInt8(ascii: "%") else {
                output.append(byte)
                continue
            }
            var end = place
            var flags = Flags()
            if let letter = Self.letter(format, &end, &flags), directive(letter, flags) {
                place = end
            } else {
                output.append(byte)
            }
        }
    }

    private static func letter(_ format: Span<UInt8>, _ place: inout Int, _ flags: inout Flags) -> UInt8? {
        while place < format.count {
            let byte = format[place]
            place += 1
            switch byte {
            case UInt8(ascii: "-"): flags.padding = 0
            case UInt8(ascii: "_"): flags.padding = UInt8(ascii: " ")
            case UInt8(ascii: "0") where flags.width == nil: flags.padding = UInt8(ascii: "0")
            case UInt8(ascii: "^"): flags.isUpper = true
            case UInt8(ascii: "#"): flags.swapsCase = true
            case UInt8(ascii: ":"): flags.colons += 1
            case UInt8(ascii: "E"): flags.isChinese = true
            case UInt8(ascii: "O"): continue
            case _ where byte.isDigit: flags.width = min(widest, (flags.width ?? 0) * 10 + Int(byte - 0x30))
            default: return flags.colons > 0 && byte != UInt8(ascii: "z") || flags.colons > 3 ? nil : byte
            }
        }
        return nil
    }

    /// Appends what a letter stands for; false if it stands for nothing.
    private mutating func directive(_ letter: UInt8, _ flags: Flags) -> Bool {
        let hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12
        switch letter {
        case UInt8(ascii: "Y"): number(time.year, time.year < 0 ? 5 : 4, flags)
        case UInt8(ascii: "C"): number(Self.floor(time.year, 100), 2, flags)
        case UInt8(ascii: "y"): number(time.year - Self.floor(time.year, 100) * 100, 2, flags)
        case UInt8(ascii: "m"): number(time.month, 2, flags)
        case UInt8(ascii: "d"): number(time.day, 2, flags)
        case UInt8(ascii: "e"): number(time.day, 2, flags, padding: UInt8(ascii: " "))
        case UInt8(ascii: "j"): number(time.dayOfYear, 3, flags)
        case UInt8(ascii: "H"): number(time.hour, 2, flags)
        case UInt8(ascii: "k"): number(time.hour, 2, flags, padding: UInt8(ascii: " "))
        case UInt8(ascii: "I"): number(hour12, 2, flags)
        case UInt8(ascii: "l"): number(hour12, 2, flags, padding: UInt8(ascii: " "))
        case UInt8(ascii: "M"): number(time.minute, 2, flags)
        case UInt8(ascii: "S"): number(time.second, 2, flags)
        case UInt8(ascii: "L"): fraction(flags.width ?? 3)
        case UInt8(ascii: "N"): fraction(flags.width ?? 9)
        case UInt8(ascii: "u"): number(time.weekday == 0 ? 7 : time.weekday, 1, flags)
        case UInt8(ascii: "w"): number(time.weekday, 1, flags)
        case UInt8(ascii: "G"): number(time.isoWeek.year, 4, flags)
        case UInt8(ascii: "g"): number(time.isoWeek.year - Self.floor(time.isoWeek.year, 100) * 100, 2, flags)
        case UInt8(ascii: "V"): number(time.isoWeek.week, 2, flags)
        case UInt8(ascii: "U"): number((time.dayOfYear + 6 - time.weekday) / 7, 2, flags)
        case UInt8(ascii: "W"): number((time.dayOfYear + 6 - (time.weekday + 6) % 7) / 7, 2, flags)
        case UInt8(ascii: "s"): number(Int(time.seconds), 1, flags)
        case UInt8(ascii: "z"): offset(flags)
        default: return word(letter, flags) || composite(letter, flags)
        }
        return true
    }

    private mutating func word(_ letter: UInt8, _ flags: Flags) -> Bool {
        switch letter {
        case UInt8(ascii: "B"): text(Self.months[time.month - 1], flags)
        case UInt8(ascii: "b"), UInt8(ascii: "h"): text(String(Self.months[time.month - 1].prefix(3)), flags)
        case UInt8(ascii: "A"): text((flags.isChinese ? Self.chineseWeekdays : Self.weekdays)[time.weekday], flags)
        case UInt8(ascii: "a"):
            text(
                flags.isChinese
                    ? Self.shortChineseWeekdays[time.weekday] : String(Self.weekdays[time.weekday].prefix(3)), flags)
        case UInt8(ascii: "p"):
            if flags.isChinese {
                text(time.hour < 12 ? "上午" : "下午", flags)
            } else {
                text(time.hour < 12 ? "AM" : "PM", flags, isLower: flags.swapsCase)
            }
        case UInt8(ascii: "P"): text(time.hour < 12 ? "am" : "pm", flags)
        case UInt8(ascii: "Z"): text(time.zone.abbreviation, flags, isLower: flags.swapsCase)
        case UInt8(ascii: "n"): text("\n", flags)
        case UInt8(ascii: "t"): text("\t", flags)
        case UInt8(ascii: "%"): text("%", flags)
        default: return false
        }
        return true
    }

    private mutating func composite(_ letter: UInt8, _ flags: Flags) -> Bool {
        let format: String
        switch letter {
        case UInt8(ascii: "c"): format = "%a %b %e %H:%M:%S %Y"
        case UInt8(ascii: "D"), UInt8(ascii: "x"): format = "%m/%d/%y"
        case UInt8(ascii: "F"): format = "%Y-%m-%d"
        case UInt8(ascii: "T"), UInt8(ascii: "X"): format = "%H:%M:%S"
        case UInt8(ascii: "R"): format = "%H:%M"
        case UInt8(ascii: "r"): format = "%I:%M:%S %p"
        case UInt8(ascii: "v"): format = "%e-%^b-%4Y"
        case UInt8(ascii: "+"): format = "%a %b %e %H:%M:%S %Z %Y"
        default: return false
        }
        var inner = Strftime(time)
        inner.append(format)
        text(String(decoding: inner.output, as: UTF8.self), flags)
        return true
    }

    // MARK: Fields

    private static func floor(_ number: Int, _ divisor: Int) -> Int {
        number >= 0 ? number / divisor : (number + 1) / divisor - 1
    }

    private mutating func number(_ number: Int, _ width: Int, _ flags: Flags, padding: UInt8 = UInt8(ascii: "0")) {
        let padding = flags.padding ?? padding
        let width = padding == 0 ? 0 : flags.width ?? width
        if number >= 0, number < 100, width == 2, padding == UInt8(ascii: "0") {
            output.append(0x30 + UInt8(number / 10))
            output.append(0x30 + UInt8(number % 10))
            return
        }
        let digits = String(number.magnitude)
        let missing = max(0, width - digits.utf8.count - (number < 0 ? 1 : 0))
        if number < 0, padding == UInt8(ascii: "0") { output.append(UInt8(ascii: "-")) }
        for _ in 0..<missing { output.append(padding) }
        if number < 0, padding != UInt8(ascii: "0") { output.append(UInt8(ascii: "-")) }
        output.append(contentsOf: digits.utf8)
    }

    private mutating func text(_ text: String, _ flags: Flags, isLower: Bool = false) {
        let shown = isLower ? text.lowercased() : flags.isUpper || flags.swapsCase ? text.uppercased() : text
        let padding = flags.padding == UInt8(ascii: "0") ? UInt8(ascii: "0") : UInt8(ascii: " ")
        if let width = flags.width, flags.padding != 0 {
            for _ in 0..<max(0, width - shown.utf8.count) { output.append(padding) }
        }
        output.append(contentsOf: shown.utf8)
    }

    /// So many digits of the fraction of the second.
    private mutating func fraction(_ width: Int) {
        let digits = String(time.nanoseconds)
        let padded = String(repeating: "0", count: 9 - digits.utf8.count) + digits
        output.append(contentsOf: padded.utf8.prefix(width))
        for _ in 9..<max(9, width) { output.append(UInt8(ascii: "0")) }
    }

    private mutating func offset(_ flags: Flags) {
        let distance = abs(time.zone.offset)
        let (hours, minutes, seconds) = (distance / 3600, distance / 60 % 60, distance % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let colons = flags.colons == 3 ? (seconds != 0 ? 2 : minutes != 0 ? 1 : 0) : flags.colons
        var rest = ""
        if flags.colons != 3 || colons > 0 { rest = (colons > 0 ? ":" : "") + two(minutes) }
        if colons == 2 { rest += ":" + two(seconds) }
        var shown = flags.padding == nil || flags.padding == UInt8(ascii: "0") ? two(hours) : "\(hours)"
        let width = max(flags.width ?? 0, flags.padding == 0 ? 0 : rest.utf8.count + 3)
        let missing = max(0, width - 1 - shown.utf8.count - rest.utf8.count)
        if flags.padding == UInt8(ascii: " ") {
            output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: missing))
        } else {
            shown = String(repeating: "0", count: missing) + shown
        }
        output.append(UInt8(ascii: time.zone.offset < 0 ? "-" : "+"))
        output.append(contentsOf: (shown + rest).utf8)
    }
}
