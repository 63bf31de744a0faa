/// Walks over a value and takes what a shape asks for.
struct ShapeReader {
    private var rest: Substring.UnicodeScalarView

    /// A reader at the start of a value.
    init(_ value: String) {
        rest = Substring(value).unicodeScalars
    }

    /// Whether everything is taken.
    var isAtEnd: Bool { rest.isEmpty }

    /// Takes the next scalar if it fits.
    mutating func take(where fits: (Unicode.Scalar) -> Bool) -> Unicode.Scalar? {
        guard let next = rest.first, fits(next) else { return nil }
        rest.removeFirst()
        return next
    }

    /// Takes this scalar if it comes next.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool { take { $0 == scalar } != nil }

    /// Takes digits and says how many; nil if there are none.
    mutating func digits() -> Int? {
        var count = 0
        while take(where: \.isDigit) != nil { count += 1 }
        return count > 0 ? count : nil
    }

    /// Takes a point and the digits after it; false if there is a point without digits.
    mutating func decimals() -> Bool { take(".") ? digits() != nil : true }

    /// Takes a number of so many digits and gives its value; nothing is taken if there are fewer.
    mutating func number(digits allowed: ClosedRange<Int>) -> Int? {
        let start = rest
        var value = 0
        var count = 0
        while count < allowed.upperBound, let digit = take(where: \.isDigit) {
            value = value * 10 + Int(digit.value - 0x30)
            count += 1
        }
        if allowed.contains(count) { return value }
        rest = start
        return nil
    }
}

extension ShapeReader {
    /// Takes `15:01` or `15:01:59`, with a date and a blank before it at most.
    mutating func time() -> Bool {
        let start = self
        if !(day() && take(" ")) { self = start }
        return clock()
    }

    /// Takes a date, a month included, and with a blank and a time after a whole date at most.
    mutating func date() -> Bool {
        let start = self
        guard day() else {
            self = start
            return month()
        }
        let end = self
        if !(take(" ") && clock()) { self = end }
        return true
    }

    /// Takes hours and minutes of a day of 24 hours, with seconds at most.
    private mutating func clock() -> Bool {
        guard let hours = number(digits: 2...2), hours < 24, take(":"),
            let minutes = number(digits: 2...2), minutes < 60
        else { return false }
        guard take(":") else { return true }
        return number(digits: 2...2).map { $0 < 60 } ?? false
    }

    /// Takes a day that the calendar has: `2026年11月20日`, or with one of `-`, `.` and `/` between its parts.
    private mutating func day() -> Bool {
        guard let year = number(digits: 4...4), year > 0, let separator = yearEnd(), let month = number(digits: 1...2),
            take(separator == "年" ? "月" : separator),
            let day = number(digits: 1...2), separator != "年" || take("日")
        else { return false }
        return (1...12).contains(month) && (1...CivilDate.days(inMonth: month, of: year)).contains(day)
    }

    /// Takes what stands between a year and a month.
    private mutating func yearEnd() -> Unicode.Scalar? {
        take { "年-./".unicodeScalars.contains($0) }
    }

    /// Takes a month of a year: `2026年11月` or `2026-11`.
    private mutating func month() -> Bool {
        guard let year = number(digits: 4...4), year > 0, let separator = yearEnd(), let month = number(digits: 1...2),
            separator != "年" || take("月")
        else { return false }
        return (1...12).contains(month)
    }
}
