extension ParameterType {
    /// What is wrong with a value, or nil; the first rule that is broken, in the order blank, control, length, content.
    ///
    /// `listed` are the values a template gives for an `enum` or a `const`; without them any is let through.
    package func check(_ value: String, listed: [String]? = nil) -> Violation? {
        let found = value.weChatCount
        func violation(_ rule: Violation.Rule, limit: Int? = nil) -> Violation {
            Violation(type: self, rule: rule, limit: limit, found: found)
        }
        if value.unicodeScalars.allSatisfy(\.isInvisible) { return violation(.notBlank) }
        if value.unicodeScalars.contains(where: \.isControl) { return violation(.oneLine) }
        if let limit = limit(for: value), found > limit { return violation(.length, limit: limit) }
        if let shape, !fits(value) { return violation(.content(shape), limit: limit(for: value)) }
        guard self == .enumeration || self == .constant, let listed else { return nil }
        return listed.contains { $0.utf8.elementsEqual(value.utf8) } ? nil : violation(.listed)
    }

    /// The value within its type's limit, where a shorter one still says something.
    ///
    /// Names and texts end in `…`; a phrase is Chinese throughout and ends without. A number, a date, a telephone number or
    /// a code would become another one, so they stay as they are and fail their check.
    package func cut(_ value: String) -> String {
        guard let limit = limit(for: value) else { return value }
        switch self {
        case .thing, .shortThing, .keyword, .name: return value.cut(to: limit, mark: "…")
        case .phrase: return value.cut(to: limit, mark: "")
        default: return value
        }
    }

    /// How many characters a value may have; a name's limit depends on what it is written in.
    package func limit(for value: String) -> Int? {
        switch self {
        case .thing, .constant, .keyword: 20
        case .number, .letter, .characterString: 32
        case .symbol, .phrase, .shortThing: 5
        case .phoneNumber: 17
        case .carNumber: 8
        case .name: value.unicodeScalars.contains(where: \.isHan) ? 10 : 20
        case .time, .date, .amount, .enumeration, .unknown: nil
        }
    }

    private var shape: Violation.Shape? {
        switch self {
        case .number: .number
        case .letter: .letters
        case .symbol: .symbols
        case .characterString: .ascii
        case .time: .time
        case .date: .date
        case .amount: .amount
        case .phoneNumber: .phoneNumber
        case .carNumber: .carNumber
        case .phrase: .chinese
        case .thing, .shortThing, .name, .enumeration, .constant, .keyword, .unknown: nil
        }
    }

    private func fits(_ value: String) -> Bool {
        let scalars = value.unicodeScalars
        return switch self {
        case .number: value.isNumber
        case .letter: scalars.allSatisfy(\.isLatinLetter)
        case .symbol: scalars.allSatisfy(\.isSymbol)
        case .characterString: scalars.allSatisfy(\.isPrintableASCII)
        case .time: value.isRange { $0.time() }
        case .date: value.isRange { $0.date() }
        case .amount: value.isAmount
        case .phoneNumber: scalars.allSatisfy { $0.isPrintableASCII && !$0.isLatinLetter }
        case .carNumber: value.isNumberPlate
        case .phrase: scalars.allSatisfy(\.isHan)
        default: true
        }
    }
}
