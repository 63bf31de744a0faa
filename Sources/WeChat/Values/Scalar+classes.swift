extension Unicode.Scalar {
    /// Whether it is a Chinese character: the script Han, ideographs and their radicals.
    var isHan: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF: true
        case 0x2E80...0x2FD5, 0x3005, 0x3007, 0x3021...0x3029, 0x3038...0x303B: true
        case 0xF900...0xFAD9: true
        case 0x20000...0x2EE5F, 0x2F800...0x2FA1D, 0x30000...0x323AF: true
        default: false
        }
    }

    /// Whether it is one of 0 to 9; full-width digits are not.
    var isDigit: Bool { ("0"..."9").contains(self) }

    /// Whether it is one of A to Z and a to z; full-width letters are not.
    var isLatinLetter: Bool { ("A"..."Z").contains(self) || ("a"..."z").contains(self) }

    /// Whether it is in ASCII and can be printed, the blank included.
    var isPrintableASCII: Bool { (0x20...0x7E).contains(value) }

    /// Whether it ends a line or controls a terminal.
    var isControl: Bool {
        value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0x2028 || value == 0x2029
    }

    /// Whether nothing is seen of it: a blank, a zero-width space, a direction mark.
    var isInvisible: Bool {
        if (0x21...0x7E).contains(value) || isHan { return false }
        return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
    }

    /// Whether it can be part of a symbol: no letter, no digit, no Chinese and no blank in any script.
    var isSymbol: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: false
        case .decimalNumber, .letterNumber, .otherNumber: false
        default: !isHan && !properties.isWhitespace
        }
    }
}
