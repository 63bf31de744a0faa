/// A decimal number: what Ruby's filters calculate with, so that 10.1 minus 2.2 is 7.9.
struct Decimal {
    /// The digits.
    var coefficient: Int128
    /// The power of ten that they are multiplied by.
    var exponent: Int

    private static let widest = 36

    /// A number of digits and a power of ten.
    init(_ coefficient: Int128, exponent: Int = 0) {
        self.coefficient = coefficient
        self.exponent = exponent
    }

    /// A finite double in the fewest digits that mean it.
    init(_ double: Double) {
        self.init(scanning: double.description)
        while coefficient != 0, coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
    }

    /// Digits with a fraction, as the reader of numbers has checked them.
    init(scanning text: String) {
        (coefficient, exponent) = (0, 0)
        var isFraction = false
        var isNegative = false
        var bytes = text.utf8[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"):
                exponent += Int(String(Substring(bytes))) ?? 0
                bytes = bytes[bytes.endIndex...]
            default:
                let (shifted, overflow) = coefficient.multipliedReportingOverflow(by: 10)
                if overflow || shifted > .max - 9 {
                    if !isFraction { exponent += 1 }
                } else {
                    coefficient = shifted + Int128(byte &- 0x30)
                    if isFraction { exponent -= 1 }
                }
            }
        }
        if isNegative { coefficient = -coefficient }
    }

    /// The nearest double.
    var double: Double {
        if exponent == 0, let exact = Double(exactly: coefficient) { return exact }
        return Double("\(coefficient)e\(exponent)") ?? .nan
    }

    /// The same number with a smaller or equal exponent; nil where the digits do not fit.
    private func scaled(to smaller: Int) -> Int128? {
        guard coefficient != 0 else { return 0 }
        guard exponent - smaller <= Self.widest else { return nil }
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: Self.power(exponent - smaller))
        return overflow ? nil : product
    }

    /// Ten to a power from 0 to 38.
    private static func power(_ exponent: Int) -> Int128 {
        var power: Int128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// Both coefficients under the smaller exponent; nil where they do not fit.
    private func aligned(with other: Decimal) -> (Int128, Int128, Int)? {
        let smaller = min(exponent, other.exponent)
        guard let one = scaled(to: smaller), let two = other.scaled(to: smaller) else { return nil }
        return (one, two, smaller)
    }
}

extension Decimal {
    /// The sum; that of the nearest doubles where the digits are too many.
    static func + (one: Decimal, two: Decimal) -> Decimal? {
        if let (left, right, exponent) = one.aligned(with: two) {
            let (sum, overflow) = left.addingReportingOverflow(right)
            if !overflow { return Decimal(sum, exponent: exponent) }
        }
        return rounded(one.double + two.double)
    }

    /// The difference.
    static func - (one: Decimal, two: Decimal) -> Decimal? {
        one + Decimal(0 &- two.coefficient, exponent: two.exponent)
    }

    /// The product.
    static func * (one: Decimal, two: Decimal) -> Decimal? {
        let (product, overflow) = one.coefficient.multipliedReportingOverflow(by: two.coefficient)
        if !overflow { return Decimal(product, exponent: one.exponent + two.exponent) }
        return rounded(one.double * two.double)
    }

    /// The quotient in twenty digits or more; the divisor is not zero.
    static func / (one: Decimal, two: Decimal) -> Decimal? {
        var (left, exponent) = (one.coefficient, one.exponent - two.exponent)
        guard left != 0 else { return Decimal(0) }
        while true {
            let (next, overflow) = left.multipliedReportingOverflow(by: 10)
            if overflow { break }
            (left, exponent) = (next, exponent - 1)
        }
        let quotient = left.dividedReportingOverflow(by: two.coefficient)
        if !quotient.overflow, quotient.partialValue.magnitude > 1_000_000_000_000_000_000 {
            return Decimal(quotient.partialValue, exponent: exponent)
        }
        return rounded(one.double / two.double)
    }

    /// What a floored division leaves over; the divisor is not zero.
    static func % (one: Decimal, two: Decimal) -> Decimal? {
        if let (left, right, exponent) = one.aligned(with: two), right != 0 {
            let rest = left.remainderReportingOverflow(dividingBy: right).partialValue
            return Decimal(rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest, exponent: exponent)
        }
        let (left, right) = (one.double, two.double)
        let rest = left.truncatingRemainder(dividingBy: right)
        return rounded(rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest)
    }

    /// Whether it is smaller.
    static func < (one: Decimal, two: Decimal) -> Bool {
        if let (left, right, _) = one.aligned(with: two) { return left < right }
        return one.double < two.double
    }

    private static func rounded(_ double: Double) -> Decimal? { double.isFinite ? Decimal(double) : nil }

    /// The number with at most so many digits after the point, or zeros before it.
    func rounded(places: Int, _ rule: FloatingPointRoundingRule) -> Decimal {
        guard exponent < -places, coefficient != 0 else { return self }
        let dropped = -places - exponent
        guard dropped <= Self.widest else {
            let up = rule == .up && coefficient > 0
            return Decimal(up ? 1 : rule == .down && coefficient < 0 ? -1 : 0, exponent: -places)
        }
        let unit = Self.power(dropped)
        var (whole, rest) = coefficient.quotientAndRemainder(dividingBy: unit)
        switch rule {
        case .up: whole += rest > 0 ? 1 : 0
        case .down: whole -= rest < 0 ? 1 : 0
        default:
            if rest < 0 { rest = 0 - rest }
            if rest >= unit - rest { whole += coefficient < 0 ? -1 : 1 }
        }
        return Decimal(whole, exponent: -places)
    }

    /// The number without its fraction; nil where no `Int64` holds it.
    var integer: Int64? {
        let whole = exponent < 0 ? rounded(places: 0, coefficient < 0 ? .up : .down) : self
        guard let value = whole.scaled(to: 0) else { return nil }
        return Int64(exactly: value)
    }
}
