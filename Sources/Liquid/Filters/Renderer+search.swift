extension Renderer {
    /// Where a text first stands in another from an offset on.
    ///
    /// Counts each byte that is compared, for some texts make that many.
    mutating func offset(of part: String, in text: String, from start: Int) throws(LiquidError.Fault) -> Int? {
        let (whole, sought) = (text.utf8Span.span, part.utf8Span.span)
        guard sought.count <= whole.count - start else { return nil }
        guard sought.count > 0 else { return start }
        let first = sought[0]
        var compared = 0
        for place in start...(whole.count - sought.count) where whole[place] == first {
            var length = 1
            while length < sought.count, whole[place + length] == sought[length] { length += 1 }
            if length == sought.count { return place }
            compared += length
            if compared > 4096 {
                try spend(compared / 8)
                compared = 0
            }
        }
        return nil
    }

    /// Where a text last stands in another.
    mutating func lastOffset(of part: String, in text: String) throws(LiquidError.Fault) -> Int? {
        let (whole, sought) = (text.utf8Span.span, part.utf8Span.span)
        guard sought.count <= whole.count else { return nil }
        var compared = 0
        for place in (0...(whole.count - sought.count)).reversed() {
            var length = 0
            while length < sought.count, whole[place + length] == sought[length] { length += 1 }
            if length == sought.count { return place }
            compared += length
            if compared > 4096 {
                try spend(compared / 8)
                compared = 0
            }
        }
        return nil
    }

    /// The text with one part or each exchanged for another.
    mutating func replacing(
        _ part: String, in text: String, with other: String, onlyFirst: Bool = false
    ) throws(LiquidError.Fault) -> String {
        if part.isEmpty { return try interleaving(other, in: text, onlyFirst: onlyFirst) }
        guard var found = try offset(of: part, in: text, from: 0) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        let whole = text.utf8Span.span
        var start = 0
        while true {
            for place in start..<found { bytes.append(whole[place]) }
            bytes.append(contentsOf: other.utf8)
            try check(length: bytes.count)
            try spend(2)
            start = found + part.utf8.count
            guard !onlyFirst, let next = try offset(of: part, in: text, from: start) else { break }
            found = next
        }
        for place in start..<whole.count { bytes.append(whole[place]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text with another before each of its characters and at its end: what Ruby makes of an empty part.
    private mutating func interleaving(
        _ other: String, in text: String, onlyFirst: Bool
    ) throws(LiquidError.Fault) -> String {
        if onlyFirst { return other + text }
        var bytes: [UInt8] = []
        for character in text {
            bytes.append(contentsOf: other.utf8)
            bytes.append(contentsOf: character.utf8)
            try check(length: bytes.count)
            try spend(8)
        }
        bytes.append(contentsOf: other.utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}
