extension String {
    /// How many characters WeChat may count at most: UTF-16 units.
    ///
    /// WeChat says that a Chinese character counts one, which rules out bytes, and does not say what an emoji or a letter
    /// with a combining mark counts. A grapheme is at least one scalar, and a scalar at least one unit: whichever of them
    /// WeChat counts, a value within its limit in units is within it. Beyond Unicode's first plane, and with combining
    /// marks, this may refuse what WeChat would have taken, never the other way round.
    package var weChatCount: Int { utf16.count }

    /// The text in at most so many units, its end replaced by a mark, cut between characters as people see them.
    ///
    /// A single such character may be longer than any limit, since marks can be piled up; then the cut falls between
    /// scalars.
    func cut(to limit: Int, mark: String) -> String {
        guard utf16.count > limit else { return self }
        var room = Swift.max(0, limit - mark.utf16.count)
        var start = Substring(self)
        var end = startIndex
        for index in indices {
            let units = self[index].utf16.count
            guard units <= room else { break }
            room -= units
            end = self.index(after: index)
        }
        if end == startIndex {
            for index in unicodeScalars.indices {
                let units = unicodeScalars[index].utf16.count
                guard units <= room else { break }
                room -= units
                end = unicodeScalars.index(after: index)
            }
        }
        start = self[..<end]
        while start.last?.isWhitespace == true { start.removeLast() }
        return start + mark
    }
}
