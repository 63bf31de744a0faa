import JSON
import Worker

/// What a term asks of a value.
enum DeadTest: Hashable, Sendable {
    /// There is none.
    case absent
    /// It is this.
    case exactly(String)
    /// It looks like this.
    case pattern(Glob)
    /// It begins like this.
    case prefix(String)
    /// It lies here; ages in milliseconds.
    case range(ClosedRange<Int64>)
    /// It has this in it; letters of ASCII count as small ones.
    case text([UInt8])

    init?(_ key: DeadQuery.Key, _ value: String) {
        switch key {
        case .reason, .app, .kind, .template, .to, .id: self = value.isEmpty ? .absent : .pattern(Glob(value))
        case .key:
            guard (1...32).contains(value.utf8.count), value.utf8.allSatisfy(Self.isHexDigit) else { return nil }
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
            guard !value.isEmpty else { return nil }
            self = .text(value.utf8.map(Self.small))
        }
    }

    func holds(for letter: DeadLetter, key: DeadQuery.Key, at now: Timestamp) -> Bool {
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
        case .text: isIn(letter)
        }
    }

    private func holds(_ text: String?) -> Bool {
        switch (self, text) {
        case (.absent, let text): text == nil
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

    private func isIn(_ letter: DeadLetter) -> Bool {
        guard case .text(let wanted) = self else { return false }
        if Self.contains(letter.body, wanted) { return true }
        if let detail = letter.detail, Self.contains(Array(detail.utf8), wanted) { return true }
        if let errmsg = letter.errmsg, Self.contains(Array(errmsg.utf8), wanted) { return true }
        // Some senders write \u4f60 for 你; a person looks for what it means.
        guard letter.body.contains(UInt8(ascii: "\\")), letter.body.count <= Job.Limits.body,
            let value = try? JSONValue(parsing: letter.body)
        else { return false }
        return Self.contains(value.bytes, wanted)
    }

    private static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            for start in 0...(bytes.count - wanted.count) where small(bytes[start]) == first {
                var length = 1
                while length < wanted.count, small(bytes[start + length]) == wanted[length] { length += 1 }
                if length == wanted.count { return true }
            }
            return false
        }
    }

    private static func small(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(small(byte))
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
