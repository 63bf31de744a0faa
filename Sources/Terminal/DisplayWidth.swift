extension String {
    /// The columns that a terminal takes to show the text: two for a Chinese character or an emoji, none for a combining mark.
    package var displayWidth: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.displayWidth }
    }

    /// The text, cut to so many columns with an ellipsis at its end; whole if it fits.
    package func truncated(toWidth limit: Int) -> String {
        // No character of more than one column has less than two bytes, nor one of one column less than one.
        if utf8.count <= limit || displayWidth <= limit { return self }
        var result = ""
        var width = 1
        for character in self {
            width += character.displayWidth
            if width > limit { break }
            result.append(character)
        }
        return limit > 0 ? result + "…" : ""
    }
}

extension Character {
    /// The columns that a terminal takes to show the character.
    var displayWidth: Int {
        // What follows this mark is shown as an emoji, were it a letter by itself.
        if unicodeScalars.contains("\u{FE0F}") { return 2 }
        return unicodeScalars.reduce(0) { max($0, $1.displayWidth) }
    }
}

extension Unicode.Scalar {
    /// The columns of a scalar by itself.
    fileprivate var displayWidth: Int {
        if value < 0x300 { return 1 }
        if isWide || properties.isEmojiPresentation { return 2 }
        return switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        default: 1
        }
    }

    /// Whether it is wide or full-width by Unicode's annex 11, emoji aside.
    private var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F: true
        case 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F: true
        case 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF: true
        case 0x1F200...0x1F265, 0x20000...0x3FFFD: true
        default: false
        }
    }
}
