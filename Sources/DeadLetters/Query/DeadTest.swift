import Worker

/// What a term asks of a value.
enum DeadTest: Hashable, Sendable {
    /// There is none, or an empty one.
    case absent
    /// It is this.
    case exactly(String)
    /// It looks like this.
    case pattern(Glob)
    /// It begins like this.
    case prefix(String)
    /// It lies here; ages in milliseconds.
    case range(ClosedRange<Int64>)
    /// It has this in it.
    case text(Needle)

    init?(_ key: DeadQuery.Key, _ value: String) {
        switch key {
        case .reason, .app, .kind, .template, .to, .id: self = value.isEmpty ? .absent : .pattern(Glob(value))
        case .key:
            guard (1...32).contains(value.utf8.count), value.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                return nil
            }
            self = .prefix(value.lowercased())
        case .errcode:
            if value.isEmpty {
                self = .absent
            } else {
                guard let range = Self.range(value, least: .min, { Int64($0) }) else { return nil }
                self = .range(range)
            }
        case .attempts:
            guard let range = Self.range(value, least: 0, { Int64($0) }) else { return nil }
            self = .range(range)
        case .age:
            // A single time means at least so old: nobody asks for what died to the millisecond an hour ago.
            let value = value.contains("..") ? value : value + ".."
            guard let range = Self.range(value, least: .min, Self.milliseconds) else { return nil }
            self = .range(range)
        case .text:
            guard let needle = Needle(value) else { return nil }
            self = .text(needle)
        }
    }

    func holds(
        for letter: DeadLetter, _ searched: inout SearchedLetter, key: DeadQuery.Key, at now: Timestamp
    ) -> Bool {
        switch key {
        case .reason: holds(letter.reason)
        case .errcode: holds(letter.errcode)
        case .app: holds(letter.content?.app)
        case .kind: holds(letter.content?.kind)
        case .template: holds(letter.content?.template)
        case .to: holds(letter.content?.to)
        case .id: holds(letter.id)
        case .key: holds(letter.key.description)
        case .age: holds(letter.diedAt.map { now.milliseconds.subtractingReportingOverflow($0.milliseconds).0 })
        case .attempts: holds(letter.attempts)
        case .text: isIn(&searched)
        }
    }

    private func holds(_ text: String?) -> Bool {
        switch (self, text) {
        case (.absent, let text): text?.isEmpty ?? true
        case (.exactly(let wanted), let text?): wanted == text
        case (.pattern(let glob), let text?): glob.matches(text)
        case (.prefix(let prefix), let text?): text.hasPrefix(prefix)
        default: false
        }
    }

    private func holds(_ number: Int64?) -> Bool {
        switch (self, number) {
        case (.absent, let number): number == nil
        case (.range(let range), let number?): range.contains(number)
        default: false
        }
    }

    private func isIn(_ searched: inout SearchedLetter) -> Bool {
        guard case .text(let needle) = self else { return false }
        return searched.contains(needle)
    }

    // MARK: Ranges

    /// Reads `3`, `3..`, `..5` or `3..5`.
    private static func range(_ text: String, least: Int64, _ number: (Substring) -> Int64?) -> ClosedRange<Int64>? {
        let (low, high): (Int64?, Int64?)
        if let dots = text.firstRange(of: "..") {
            let (before, after) = (text[..<dots.lowerBound], text[dots.upperBound...])
            guard !before.isEmpty || !after.isEmpty else { return nil }
            low = before.isEmpty ? least : number(before)
            high = after.isEmpty ? .max : number(after)
        } else {
            low = number(text[...])
            high = low
        }
        guard let low, let high, low <= high else { return nil }
        return low...high
    }

    /// Reads `90s`, `1h30m`, `2d`.
    private static func milliseconds(_ text: Substring) -> Int64? {
        let units: [Character: Int64] = ["d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000]
        var (total, count): (Int64, Int64?) = (0, nil)
        for character in text {
            if let digit = character.wholeNumberValue, character.isASCII {
                guard (count ?? 0) < 1_000_000_000 else { return nil }
                count = (count ?? 0) * 10 + Int64(digit)
            } else {
                guard let unit = units[character], let number = count else { return nil }
                let (part, overflows) = number.multipliedReportingOverflow(by: unit)
                let (sum, overflowsToo) = total.addingReportingOverflow(part)
                if overflows || overflowsToo { return nil }
                (total, count) = (sum, nil)
            }
        }
        return count == nil && !text.isEmpty ? total : nil
    }
}
