extension Renderer {
    /// A number behind an arithmetic filter.
    func calculated(
        _ filter: Filter, _ value: LiquidValue, _ argument: LiquidValue?
    ) throws(LiquidError.Fault) -> LiquidValue {
        let number = try value.number()
        switch filter {
        case .abs:
            if case .integer(let number) = number {
                guard number != .min else { throw .numberTooLarge }
                return .integer(abs(number))
            }
            let decimal = number.decimal
            return .double(Decimal(abs(decimal.coefficient), exponent: decimal.exponent).double)
        case .ceil: return try Self.whole(number, .up)
        case .floor: return try Self.whole(number, .down)
        case .round: return try Self.rounded(number, argument)
        default: break
        }
        let other = try (argument ?? .nil).number()
        switch filter {
        case .atLeast: return number < other ? other.value : number.value
        case .atMost: return other < number ? other.value : number.value
        default: return try Self.combined(filter, number, other)
        }
    }

    /// The sum of two numbers.
    static func sum(_ one: Number, _ two: Number) throws(LiquidError.Fault) -> Number {
        if case (.integer(let one), .integer(let two)) = (one, two) {
            let (sum, overflow) = one.addingReportingOverflow(two)
            guard !overflow else { throw .numberTooLarge }
            return .integer(sum)
        }
        guard let sum = one.decimal + two.decimal else { throw .numberTooLarge }
        return .decimal(sum)
    }

    private static func combined(_ filter: Filter, _ one: Number, _ two: Number) throws(LiquidError.Fault)
        -> LiquidValue
    {
        let divides = filter == .dividedBy || filter == .modulo
        if divides, two.isZero { throw .divisionByZero }
        if case (.integer(let one), .integer(let two)) = (one, two) { return .integer(try combined(filter, one, two)) }
        let (left, right) = (one.decimal, two.decimal)
        let result: Decimal? =
            switch filter {
            case .plus: left + right
            case .minus: left - right
            case .times: left * right
            case .dividedBy: left / right
            default: left % right
            }
        guard let double = result?.double, double.isFinite else { throw .numberTooLarge }
        return .double(double)
    }

    /// Division of whole numbers rounds down.
    private static func combined(_ filter: Filter, _ one: Int64, _ two: Int64) throws(LiquidError.Fault) -> Int64 {
        let (result, overflow) =
            switch filter {
            case .plus: one.addingReportingOverflow(two)
            case .minus: one.subtractingReportingOverflow(two)
            case .times: one.multipliedReportingOverflow(by: two)
            case .dividedBy: one.dividedReportingOverflow(by: two)
            default: one.remainderReportingOverflow(dividingBy: two)
            }
        if filter == .modulo { return result != 0 && (result < 0) != (two < 0) ? result + two : result }
        guard !overflow else { throw .numberTooLarge }
        let isUneven = filter == .dividedBy && one % two != 0
        return isUneven && (one < 0) != (two < 0) ? result - 1 : result
    }

    private static func whole(_ number: Number, _ rule: FloatingPointRoundingRule) throws(LiquidError.Fault)
        -> LiquidValue
    {
        guard case .decimal(let decimal) = number else { return number.value }
        guard let whole = decimal.rounded(places: 0, rule).integer else { throw .numberTooLarge }
        return .integer(whole)
    }

    private static func rounded(_ number: Number, _ argument: LiquidValue?) throws(LiquidError.Fault) -> LiquidValue {
        let wanted = try (argument ?? 0).number().decimal
        let places = Int(max(-400, min(400, wanted.integer ?? (wanted.coefficient < 0 ? -400 : 400))))
        let half = FloatingPointRoundingRule.toNearestOrAwayFromZero
        if case .integer = number, places >= 0 { return number.value }
        let rounded = number.decimal.rounded(places: places, half)
        guard places <= 0 else { return .double(rounded.double) }
        guard let whole = rounded.integer else { throw .numberTooLarge }
        return .integer(whole)
    }
}
