/// What arithmetic filters calculate with.
enum Number {
    /// A whole number; what comes of whole numbers is one again.
    case integer(Int64)
    /// A number with a fraction.
    case decimal(Decimal)

    /// The number as a decimal.
    var decimal: Decimal {
        switch self {
        case .integer(let number): Decimal(Int128(number))
        case .decimal(let number): number
        }
    }

    /// The value; decimals become doubles again.
    var value: LiquidValue {
        switch self {
        case .integer(let number): .integer(number)
        case .decimal(let number): .double(number.double)
        }
    }

    /// Whether it is zero.
    var isZero: Bool {
        switch self {
        case .integer(let number): number == 0
        case .decimal(let number): number.coefficient == 0
        }
    }

    /// Whether it is below another.
    static func < (one: Number, two: Number) -> Bool {
        if case (.integer(let one), .integer(let two)) = (one, two) { return one < two }
        return one.decimal < two.decimal
    }
}

extension LiquidValue {
    /// The number that arithmetic filters take it for; what is none counts as zero.
    func number() throws(LiquidError.Fault) -> Number {
        switch self {
        case .integer(let number): return .integer(number)
        case .double(let number):
            guard number.isFinite else { throw .numberTooLarge }
            return .decimal(Decimal(number))
        case .string(let text):
            let trimmed = text.trimmed()
            return trimmed.isDecimal ? .decimal(Decimal(scanning: trimmed)) : .integer(try text.leadingInteger())
        default: return .integer(0)
        }
    }

    /// The whole number that arguments like `limit` must be.
    func wholeNumber() throws(LiquidError.Fault) -> Int64 {
        if case .integer(let number) = self { return number }
        let text = try text()
        guard let number = text.wholeNumber else {
            let found = if case .double = self { "a number with a fraction" } else { kind }
            throw .value(found: found, expected: "a whole number")
        }
        return number
    }

    /// The end of a range of constants: the whole part of a number, or that which a text starts with.
    func rangeEnd() throws(LiquidError.Fault) -> Int64 {
        switch self {
        case .integer(let number): return number
        case .double(let number):
            guard let whole = Decimal(number).integer else { throw .numberTooLarge }
            return whole
        case .string(let text): return try text.leadingInteger()
        case .nil: return 0
        default: throw .value(found: kind, expected: "a whole number as the end of a range")
        }
    }

    /// The end of a range that is computed: as Ruby, stricter with numbers.
    func computedRangeEnd() throws(LiquidError.Fault) -> Int64 {
        switch self {
        case .nil: 0
        case .string(let text): try text.leadingInteger()
        default: try wholeNumber()
        }
    }

    /// Below zero, zero or above as it lies before, beside or behind another value; nil where they do not compare.
    func order(before other: LiquidValue) -> Int? {
        switch (self, other) {
        case (.integer(let one), .integer(let two)): one < two ? -1 : one > two ? 1 : 0
        case (.double(let one), .double(let two)): one < two ? -1 : one > two ? 1 : one == two ? 0 : nil
        case (.integer(let one), .double(let two)): Self.order(two, before: one).map { -$0 }
        case (.double(let one), .integer(let two)): Self.order(one, before: two)
        case (.string(let one), .string(let two)): one.precedes(two) ? -1 : two.precedes(one) ? 1 : 0
        default: (try? equals(other)) == true ? 0 : nil
        }
    }

    /// Exact, as no double holds every whole number.
    private static func order(_ one: Double, before two: Int64) -> Int? {
        if one.isNaN { return nil }
        if one >= 0x1p63 { return 1 }
        if one < -0x1p63 { return -1 }
        let whole = Int64(one.rounded(.down))
        if whole != two { return whole < two ? -1 : 1 }
        return one > one.rounded(.down) ? 1 : 0
    }
}

extension String {
    /// Whether it is digits, a point and digits.
    fileprivate var isDecimal: Bool {
        let digits = utf8.first == UInt8(ascii: "-") ? utf8.dropFirst() : utf8[...]
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
    }

    /// The whole number that it starts with, as Ruby's `to_i` reads it; zero if there is none.
    fileprivate func leadingInteger() throws(LiquidError.Fault) -> Int64 {
        var bytes = utf8.drop(while: \.isSpace)
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        var number: Int64 = 0
        var wasDigit = false
        for byte in bytes {
            if byte == UInt8(ascii: "_"), wasDigit {
                wasDigit = false
                continue
            }
            guard byte.isDigit else { break }
            let (shifted, overflow) = number.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte - 0x30)
            let (sum, more) =
                isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !overflow, !more else { throw .numberTooLarge }
            number = sum
            wasDigit = true
        }
        return number
    }

    /// The number that the whole text is, as Ruby's `Integer` reads it: with a sign, a base, and `_` between digits.
    ///
    /// One beyond 64 bits counts as the last within: as a length or a place it means the same.
    fileprivate var wholeNumber: Int64? {
        let text = trimmed()
        var digits = Substring(text)
        var sign = ""
        if let first = digits.first, first == "-" || first == "+" {
            sign = first == "-" ? "-" : ""
            digits.removeFirst()
        }
        var radix = 10
        if digits.utf8.first == UInt8(ascii: "0"), digits.utf8.count > 1 {
            let mark = digits.dropFirst().first
            radix = mark == "x" || mark == "X" ? 16 : mark == "b" || mark == "B" ? 2 : 8
            digits = digits.dropFirst(radix == 8 && mark != "o" && mark != "O" ? 1 : 2)
        }
        let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
        let areDigits = groups.allSatisfy { group in
            !group.isEmpty && group.allSatisfy { $0.isASCII && $0.isHexDigit }
        }
        guard areDigits else { return nil }
        let joined = groups.joined()
        guard joined.allSatisfy({ ($0.hexDigitValue ?? radix) < radix }) else { return nil }
        return Int64(sign + joined, radix: radix) ?? (sign.isEmpty ? .max : .min)
    }
}
