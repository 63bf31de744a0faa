extension Parser {
    /// The rest of a string whose opening quote is read.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        let start = offset
        skipPlain(bytes)
        guard offset < bytes.count else { throw expected(.quote, bytes) }
        if bytes[offset] == UInt8(ascii: "\"") {
            let text = try text(bytes.extracting(start..<offset), startingAt: start)
            offset += 1
            return text
        }
        offset = start
        return try stringInPieces(bytes)
    }

    /// A string with escapes, or with bare control characters.
    private mutating func stringInPieces(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        scratch.removeAll(keepingCapacity: true)
        let start = offset
        while true {
            let plain = offset
            skipPlain(bytes)
            for place in plain..<offset { scratch.append(bytes[place]) }
            guard offset < bytes.count else { throw expected(.quote, bytes) }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                // The source is what is checked, for the place of a fault in it. Escapes are ASCII and stand for whole
                // characters, so that the pieces are UTF-8 exactly if the source is.
                if dialect == .strict { _ = try text(bytes.extracting(start..<offset), startingAt: start) }
                let text = try text(scratch.span, startingAt: start)
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                offset += 1
                try escape(bytes)
            case let control:
                guard dialect == .lenient else { throw fail(.controlCharacter(control), at: offset) }
                scratch.append(control)
                offset += 1
            }
        }
    }

    /// Passes over everything that stands for itself.
    private mutating func skipPlain(_ bytes: Span<UInt8>) {
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            offset += 1
        }
    }

    private func text(_ bytes: Span<UInt8>, startingAt start: Int) throws(JSONError) -> String {
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            guard dialect == .lenient else { throw fail(.invalidUTF8, at: start + error.byteOffsets.lowerBound) }
            return bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The character behind a backslash.
    private mutating func escape(_ bytes: Span<UInt8>) throws(JSONError) {
        guard offset < bytes.count else { throw expected(.escape, bytes) }
        switch bytes[offset] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(bytes[offset])
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"):
            offset += 1
            try unicodeEscape(bytes)
            return
        default: throw expected(.escape, bytes)
        }
        offset += 1
    }

    /// The character of `\uXXXX`, or of two of them that make a pair.
    private mutating func unicodeEscape(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = offset - 2
        let first = try fourDigits(bytes)
        var code = UInt32(first)
        if UTF16.isLeadSurrogate(first), offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u")
        {
            let resume = offset
            offset += 2
            let second = try fourDigits(bytes)
            if UTF16.isTrailSurrogate(second) {
                code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            } else {
                offset = resume
            }
        }
        guard let scalar = Unicode.Scalar(code) ?? (dialect == .lenient ? "\u{FFFD}" : nil) else {
            throw fail(.loneSurrogate, at: start)
        }
        scratch.append(contentsOf: String(scalar).utf8)
    }

    private mutating func fourDigits(_ bytes: Span<UInt8>) throws(JSONError) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else {
                throw expected(.hexDigit, bytes)
            }
            code = code << 4 | UInt16(digit)
            offset += 1
        }
        return code
    }
}
