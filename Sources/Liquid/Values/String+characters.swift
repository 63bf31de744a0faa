// Characters are counted as people see them: a family emoji is one, and so is a letter with its accent.

extension String {
    /// How many characters it has.
    var characterCount: Int { isOneScalarPerCharacter ? unicodeScalarCount : count }

    /// The characters from one place up to another, both within `characterCount`.
    func characters(_ range: Range<Int>) -> String {
        guard isOneScalarPerCharacter else {
            let start = index(startIndex, offsetBy: range.lowerBound)
            return String(self[start..<index(start, offsetBy: range.count)])
        }
        let start = offset(ofScalar: range.lowerBound, from: 0)
        return part(start..<offset(ofScalar: range.count, from: start))
    }

    /// Each character by itself.
    var eachCharacter: [LiquidValue] { map { .string(String($0)) } }

    private var unicodeScalarCount: Int {
        let bytes = utf8Span.span
        var count = 0
        for place in bytes.indices where bytes[place] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    private func offset(ofScalar number: Int, from start: Int) -> Int {
        let bytes = utf8Span.span
        var (place, left) = (start, number)
        while place < bytes.count {
            if bytes[place] & 0xC0 != 0x80 {
                if left == 0 { break }
                left -= 1
            }
            place += 1
        }
        return place
    }

    /// Whether every scalar is plainly a character of its own.
    ///
    /// That holds for ASCII without carriage returns, Han characters, kana, and the punctuation of both; of such texts the
    /// messages mostly consist, and they need no look-up in Unicode's tables.
    private var isOneScalarPerCharacter: Bool {
        let bytes = utf8Span.span
        var place = 0
        while place < bytes.count {
            let lead = bytes[place]
            if lead < 0x80 {
                guard lead != 0x0D else { return false }
                place += 1
            } else {
                guard lead & 0xF0 == 0xE0, place + 2 < bytes.count else { return false }
                let scalar =
                    UInt32(lead & 0x0F) << 12 | UInt32(bytes[place + 1] & 0x3F) << 6 | UInt32(bytes[place + 2] & 0x3F)
                switch scalar {
                case 0x2010...0x2027, 0x3000...0x3029, 0x3041...0x3096, 0x30A0...0x30FF, 0x3400...0x4DBF,
                    0x4E00...0x9FFF, 0xFF01...0xFF9D:
                    place += 3
                default: return false
                }
            }
        }
        return true
    }
}
