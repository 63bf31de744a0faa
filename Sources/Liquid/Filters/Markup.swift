/// HTML, as far as filters deal with it.
enum Markup {
    /// A text with entities for what HTML would read.
    static func escaped(_ text: String, keepsEntities: Bool) -> [UInt8] {
        let bytes = text.utf8Span.span
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        for place in bytes.indices {
            switch bytes[place] {
            case UInt8(ascii: "&") where !(keepsEntities && isEntity(bytes, after: place)):
                output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
            case let byte: output.append(byte)
            }
        }
        return output
    }

    /// Whether letters, or `#` and digits, and a semicolon follow.
    private static func isEntity(_ bytes: Span<UInt8>, after ampersand: Int) -> Bool {
        var place = ampersand + 1
        guard place < bytes.count else { return false }
        let isNumber = bytes[place] == UInt8(ascii: "#")
        if isNumber { place += 1 }
        let start = place
        while place < bytes.count, isNumber ? bytes[place].isDigit : bytes[place].isLetter { place += 1 }
        return place > start && place < bytes.count && bytes[place] == UInt8(ascii: ";")
    }

    /// A text without scripts, styles, comments and tags.
    static func stripped(_ text: String) -> [UInt8] {
        without(
            [("<", ">")],
            in: without([("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>")], in: Array(text.utf8)))
    }

    /// Bytes without what stands from a start to the next end.
    ///
    /// An end that was sought in vain is not sought again, so the time grows with the length alone.
    private static func without(_ pairs: [(String, String)], in bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var pairs = pairs.map { (start: Array($0.0.utf8), end: Array($0.1.utf8)) }
        var place = 0
        search: while place < bytes.count {
            if bytes[place] == UInt8(ascii: "<") {
                for (index, pair) in pairs.enumerated() where bytes.stands(pair.start, at: place) {
                    guard let end = bytes.end(of: pair.end, from: place + pair.start.count) else {
                        pairs.remove(at: index)
                        continue search
                    }
                    place = end
                    continue search
                }
            }
            output.append(bytes[place])
            place += 1
        }
        return output
    }
}

extension [UInt8] {
    fileprivate func stands(_ part: [UInt8], at place: Int) -> Bool {
        place + part.count <= count && self[place..<place + part.count].elementsEqual(part)
    }

    /// The place behind the first occurrence from a place on.
    fileprivate func end(of part: [UInt8], from start: Int) -> Int? {
        var place = start
        while place + part.count <= count {
            if stands(part, at: place) { return place + part.count }
            place += 1
        }
        return nil
    }
}
