extension [UInt8] {
    /// Appends a string in quotes.
    mutating func appendQuoted(_ text: String) {
        append(UInt8(ascii: "\""))
        appendEscaped(text)
        append(UInt8(ascii: "\""))
    }

    /// Appends a string's UTF-8 with quotes, backslashes and control characters escaped, and nothing else.
    ///
    /// WeChat takes `\u4f60` for a fault and shows it; a slash needs no escape.
    mutating func appendEscaped(_ text: String) {
        var text = text
        text.withUTF8 { source in
            var plain = source.startIndex
            for place in source.indices {
                let byte = source[place]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                append(contentsOf: source[plain..<place])
                appendEscape(of: byte)
                plain = place + 1
            }
            append(contentsOf: source[plain...])
        }
    }

    private mutating func appendEscape(of byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        default:
            append(contentsOf: byte < 0x10 ? "u000".utf8 : "u00".utf8)
            append(contentsOf: String(byte, radix: 16).utf8)
        }
    }
}
