/// A moment as a calendar and a clock show it in a zone.
struct CivilTime {
    /// Seconds since 1970.
    let seconds: Int64
    /// Nanoseconds beyond them.
    let nanoseconds: Int
    /// The zone.
    let zone: Zone
    /// The year.
    let year: Int
    /// The month, from 1.
    let month: Int
    /// The day of the month, from 1.
    let day: Int
    /// The day of the year, from 1.
    let dayOfYear: Int
    /// The day of the week, from 0 for Sunday.
    let weekday: Int
    /// The hour.
    let hour: Int
    /// The minute.
    let minute: Int
    /// The second.
    let second: Int

    /// The moments that can be shown: some thirty million years around 1970.
    static let range: ClosedRange<Int64> = -1_000_000_000_000_000...1_000_000_000_000_000

    /// A moment within `range` in a zone.
    init(seconds: Int64, nanoseconds: Int, zone: Zone) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.zone = zone
        let local = Int(seconds) + zone.offset
        let days = Self.floor(local, 86_400)
        let clock = local - days * 86_400
        (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60)
        weekday = (days % 7 + 11) % 7
        // Counts in eras of 400 years, and years that begin in March, so that the leap day comes last.
        let shifted = days + 719_468
        let era = Self.floor(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayFromMarch + 2) / 153
        day = dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        dayOfYear = days - Self.days(year: year, month: 1, day: 1) + 1
    }

    /// The days from 1970 to a date; days beyond the end of a month run into the next.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = floor(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayFromMarch = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayFromMarch - 719_468
    }

    private static func floor(_ number: Int, _ divisor: Int) -> Int {
        number >= 0 ? number / divisor : (number + 1) / divisor - 1
    }

    /// The year and the week of ISO 8601.
    var isoWeek: (year: Int, week: Int) {
        let week = (dayOfYear - 1 - (weekday + 6) % 7 + 10) / 7
        if week < 1 { return (year - 1, Self.isoWeeks(of: year - 1)) }
        if week > Self.isoWeeks(of: year) { return (year + 1, 1) }
        return (year, week)
    }

    private static func isoWeeks(of year: Int) -> Int {
        let first = ((days(year: year, month: 1, day: 1) % 7) + 11) % 7
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return first == 4 || isLeap && first == 3 ? 53 : 52
    }
}
