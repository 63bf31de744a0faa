/// Reads the ways in which services write dates and times.
///
/// RFC 3339 and its relatives, RFC 2822, the dates of C, plain dates in Western and Chinese order, and numbers: seconds since
/// 1970, with thirteen digits milliseconds, as text with eight or fourteen a date without separators.
struct TimeReader {
    private var year: Int?
    private var month: Int?
    private var day: Int?
    private var clock: (hour: Int, minute: Int, second: Int)?
    private var nanoseconds = 0
    private var isAfternoon: Bool?
    private var written: Zone?
    private let bytes: [UInt8]
    private let zone: Zone
    private var place = 0

    /// The time that a text means; nil if it means none.
    ///
    /// - Parameters:
    ///   - zone: Where a time without a zone is meant.
    ///   - now: What is left out is taken from here.
    static func read(_ text: String, zone: Zone, now: @autoclosure () -> CivilTime) -> CivilTime? {
        let bytes = Array(text.trimmed().utf8)
        guard bytes.count <= 128 else { return nil }
        if bytes.allSatisfy(\.isDigit) { return readDigits(bytes, zone: zone, now: now()) }
        let word = bytes.map(\.folded)
        if word.elementsEqual("now".utf8) || word.elementsEqual("today".utf8) { return now() }
        var reader = TimeReader(bytes: bytes, zone: zone)
        return reader.readAll() ? reader.time(now: now()) : nil
    }

    /// The time of a number of seconds, or milliseconds; nil if it lies too far away.
    static func read(_ number: Int64, zone: Zone) -> CivilTime? {
        let isMilliseconds = (1_000_000_000_000..<10_000_000_000_000).contains(number)
        let seconds = isMilliseconds ? number / 1000 : number
        guard CivilTime.range.contains(seconds) else { return nil }
        return CivilTime(
            seconds: seconds, nanoseconds: isMilliseconds ? Int(number % 1000) * 1_000_000 : 0, zone: zone)
    }

    private static func readDigits(
        _ bytes: [UInt8], zone: Zone, now: @autoclosure () -> CivilTime
    ) -> CivilTime? {
        guard bytes.count <= 19 else { return nil }
        if bytes.count == 8 || bytes.count == 14 {
            var reader = TimeReader(bytes: bytes, zone: zone)
            reader.year = reader.digits(4)
            reader.month = reader.digits(2)
            reader.day = reader.digits(2)
            if bytes.count == 14 { reader.clock = (reader.digits(2), reader.digits(2), reader.digits(2)) }
            if let year = reader.year, (1900..<2200).contains(year), let time = reader.time(now: now()) { return time }
        }
        return Int64(String(decoding: bytes, as: UTF8.self)).flatMap { read($0, zone: zone) }
    }

    private init(bytes: [UInt8], zone: Zone) {
        self.bytes = bytes
        self.zone = zone
    }

    // MARK: Parts

    private mutating func readAll() -> Bool {
        while let byte = byte() {
            if byte.isDigit {
                guard readNumber() else { return false }
            } else if byte.isLetter {
                guard readWord() else { return false }
            } else if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), clock != nil {
                guard readOffset() else { return false }
            } else if byte >= 0x80 {
                guard readHan() else { return false }
            } else if byte.isSpace || [UInt8](",.()'".utf8).contains(byte) {
                place += 1
            } else {
                return false
            }
        }
        return year != nil || month != nil || clock != nil
    }

    private func byte(ahead: Int = 0) -> UInt8? { place + ahead < bytes.count ? bytes[place + ahead] : nil }

    private mutating func takes(_ text: StaticString) -> Bool {
        guard bytes[place...].starts(with: "\(text)".utf8) else { return false }
        place += text.utf8CodeUnitCount
        return true
    }

    /// The number that so many digits are, at the most.
    private mutating func digits(_ most: Int) -> Int {
        var (number, count) = (0, 0)
        while count < most, let byte = byte(), byte.isDigit {
            number = number * 10 + Int(byte - 0x30)
            count += 1
            place += 1
        }
        return number
    }

    private mutating func readNumber() -> Bool {
        let start = place
        let number = digits(9)
        let length = place - start
        switch byte() {
        case UInt8(ascii: ":") where clock == nil && length <= 2: return readClock(hour: number)
        case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."):
            if year == nil, month == nil, byte(ahead: 1)?.isDigit == true { return readDate(number, length: length) }
        default: break
        }
        if takes("年") {
            year = number
        } else if takes("月") {
            month = number
        } else if takes("日") || takes("号") {
            day = number
        } else if takes("点") || takes("时") {
            let minute = byte()?.isDigit == true ? digits(2) : 0
            _ = takes("分")
            let second = byte()?.isDigit == true ? digits(2) : 0
            _ = takes("秒")
            clock = (number, minute, second)
        } else if length <= 2, let letter = byte(),
            letter.folded == UInt8(ascii: "a") || letter.folded == UInt8(ascii: "p"),
            byte(ahead: 1)?.folded == UInt8(ascii: "m"), clock == nil
        {
            clock = (number, 0, 0)
        } else if length <= 2, day == nil {
            day = number
            if ["st", "nd", "rd", "th"].contains(where: { bytes[place...].starts(with: $0.utf8) }) { place += 2 }
        } else if length == 4 || length == 2, year == nil {
            year = length == 2 ? number + (number < 69 ? 2000 : 1900) : number
        } else if length == 8, year == nil {
            (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        } else if length == 6, clock == nil, year != nil {
            clock = (number / 10_000, number / 100 % 100, number % 100)
        } else {
            return false
        }
        if byte()?.folded == UInt8(ascii: "t"), byte(ahead: 1)?.isDigit == true { place += 1 }
        return true
    }

    /// The rest of a date whose parts `-`, `/` or `.` separates, after its first number.
    private mutating func readDate(_ first: Int, length: Int) -> Bool {
        let separator = byte()
        place += 1
        let start = place
        let second = digits(3)
        if place - start == 3 {
            return separator == UInt8(ascii: "-") && readOrdinal(second, of: first, length: length)
        }
        guard byte() == separator, byte(ahead: 1)?.isDigit == true else {
            guard length == 4 else { return false }
            (year, month) = (first, second)
            return true
        }
        place += 1
        let thirdStart = place
        let third = digits(4)
        if length >= 3 {
            (year, month, day) = (first, second, third)
        } else if place - thirdStart == 4 {
            (day, month, year) = (first, second, third)
        } else {
            (year, month, day) = (first + (first < 69 ? 2000 : 1900), second, third)
        }
        if byte()?.folded == UInt8(ascii: "t"), byte(ahead: 1)?.isDigit == true { place += 1 }
        return true
    }

    /// A date by the day of its year, `2026-324`.
    private mutating func readOrdinal(_ number: Int, of year: Int, length: Int) -> Bool {
        guard length == 4, byte()?.isDigit != true else { return false }
        let days = CivilTime.days(year: year, month: 1, day: number)
        let date = CivilTime(seconds: Int64(days) * 86_400, nanoseconds: 0, zone: .utc)
        guard date.year == year else { return false }
        (self.year, month, day) = (year, date.month, date.day)
        if byte()?.folded == UInt8(ascii: "t"), byte(ahead: 1)?.isDigit == true { place += 1 }
        return true
    }

    private mutating func readClock(hour: Int) -> Bool {
        place += 1
        guard byte()?.isDigit == true else { return false }
        let minute = digits(2)
        var second = 0
        if byte() == UInt8(ascii: ":"), byte(ahead: 1)?.isDigit == true {
            place += 1
            second = digits(2)
        }
        if let point = byte(), point == UInt8(ascii: ".") || point == UInt8(ascii: ","), byte(ahead: 1)?.isDigit == true
        {
            place += 1
            let start = place
            nanoseconds = digits(9)
            for _ in place - start..<9 { nanoseconds *= 10 }
            while byte()?.isDigit == true { place += 1 }
        }
        clock = (hour, minute, second)
        return true
    }

    private mutating func readOffset() -> Bool {
        let start = place
        place += 1
        while let byte = byte(), byte.isDigit || byte == UInt8(ascii: ":") { place += 1 }
        guard let offset = Zone.offset(bytes[start..<place]) else { return false }
        written = Zone(offset: offset, abbreviation: "")
        return true
    }

    private mutating func readWord() -> Bool {
        let start = place
        while byte()?.isLetter == true { place += 1 }
        let word = String(decoding: bytes[start..<place].map(\.folded), as: UTF8.self)
        if let month = Self.index(of: word, in: Strftime.months) {
            guard self.month == nil else { return false }
            self.month = month + 1
        } else if word == "am" || word == "pm" {
            isAfternoon = word == "pm"
        } else if word == zone.abbreviation.lowercased() {
            written = zone
        } else if let hours = Self.hours[word] {
            written = hours == 0 ? .utc : Zone(offset: hours * 3600, abbreviation: word.uppercased())
        } else {
            return Self.index(of: word, in: Strftime.weekdays) != nil || word == "at" || word == "on" || word == "of"
        }
        return true
    }

    private static let hours = [
        "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
        "pdt": -7,
        "jst": 9, "kst": 9, "hkt": 8, "cet": 1, "cest": 2, "bst": 1,
    ]

    /// Which name a word is, or the first three letters or more of.
    private static func index(of word: String, in names: [String]) -> Int? {
        word.utf8.count < 3 ? nil : names.firstIndex { $0.lowercased().hasPrefix(word) }
    }

    private mutating func readHan() -> Bool {
        for (word, means) in [("上午", false), ("早上", false), ("凌晨", false), ("下午", true), ("晚上", true)]
        where bytes[place...].starts(with: word.utf8) {
            isAfternoon = means
            place += word.utf8.count
            return true
        }
        for word in Strftime.chineseWeekdays + Strftime.shortChineseWeekdays + ["星期天", "周天", "　"]
        where bytes[place...].starts(with: word.utf8) {
            place += word.utf8.count
            return true
        }
        return false
    }

    // MARK: The whole

    private func time(now: @autoclosure () -> CivilTime) -> CivilTime? {
        let zone = written ?? zone
        let hasDate = year != nil || month != nil || day != nil
        let today = year == nil ? CivilTime(seconds: now().seconds, nanoseconds: 0, zone: zone) : nil
        guard let year = year ?? today?.year, let month = month ?? (hasDate ? 1 : today?.month),
            let day = day ?? (hasDate ? 1 : today?.day)
        else { return nil }
        var (hour, minute, second) = clock ?? (0, 0, 0)
        if let isAfternoon {
            guard hour <= 12 || isAfternoon else { return nil }
            if hour <= 12 { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        }
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day), minute < 60, second <= 60,
            hour < 24 || hour == 24 && minute == 0 && second == 0
        else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - zone.offset
        return CivilTime(seconds: Int64(seconds), nanoseconds: nanoseconds, zone: zone)
    }
}
