// Liquid's texts are compared, searched and cut as UTF-8. Swift's own equality takes é and e with an accent for equal;
// Ruby does not.

extension String {
    /// Whether both are the same UTF-8.
    func hasSameBytes(as other: String) -> Bool {
        let (one, two) = (utf8Span.span, other.utf8Span.span)
        guard one.count == two.count else { return false }
        for place in one.indices where one[place] != two[place] { return false }
        return true
    }

    /// Whether its bytes come before another's.
    func precedes(_ other: String) -> Bool {
        let (one, two) = (utf8Span.span, other.utf8Span.span)
        for place in 0..<min(one.count, two.count) where one[place] != two[place] { return one[place] < two[place] }
        return one.count < two.count
    }

    /// The part between two offsets in UTF-8, which must lie between characters.
    func part(_ range: Range<Int>) -> String {
        let bytes = utf8
        let start = bytes.index(bytes.startIndex, offsetBy: range.lowerBound)
        return String(self[start..<bytes.index(start, offsetBy: range.count)])
    }

    /// Without the whitespace at its ends.
    func trimmed(start: Bool = true, end: Bool = true) -> String {
        let bytes = utf8Span.span
        let range = bytes.trimming(0..<bytes.count, start: start, end: end)
        return range.count == bytes.count ? self : part(range)
    }
}

extension Span<UInt8> {
    /// A range without the whitespace at its ends.
    func trimming(_ range: Range<Int>, start: Bool = true, end: Bool = true) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while start, lower < upper, self[lower].isBlank { lower += 1 }
        while end, lower < upper, self[upper - 1].isBlank { upper -= 1 }
        return lower..<upper
    }

    /// Whether other bytes stand at a place.
    func starts(with other: Span<UInt8>, at place: Int) -> Bool {
        guard other.count <= count - place else { return false }
        for offset in other.indices where self[place + offset] != other[offset] { return false }
        return true
    }
}

extension UInt8 {
    /// What Ruby strips: whitespace, and NUL.
    var isBlank: Bool { isSpace || self == 0 }
    /// What `\s` matches in Ruby.
    var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
    /// `0` to `9`.
    var isDigit: Bool { (0x30...0x39).contains(self) }
    /// An ASCII letter.
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    /// What `\w` matches in Ruby.
    var isWord: Bool { isLetter || isDigit || self == UInt8(ascii: "_") }
    /// The lower-case form of an ASCII letter.
    var folded: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
