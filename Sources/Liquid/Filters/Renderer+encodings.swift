extension Renderer {
    /// A text behind a filter that escapes, encodes, or undoes that.
    mutating func encoded(_ filter: Filter, _ value: LiquidValue) throws(LiquidError.Fault) -> LiquidValue {
        switch filter {
        case .escape, .h, .urlDecode, .urlEncode: if value.isNil { return .nil }
        default: break
        }
        let text = try value.text()
        let bytes: [UInt8]
        switch filter {
        case .base64Encode: bytes = Base64.encoded(text.utf8, .standard)
        case .base64URLSafeEncode: bytes = Base64.encoded(text.utf8, .urlSafe)
        case .base64Decode: bytes = try decoded(text, .standard)
        case .base64URLSafeDecode: bytes = try decoded(text, .urlSafe)
        case .urlEncode: bytes = text.percentEncoded
        case .urlDecode: bytes = text.percentDecoded
        case .stripHTML: bytes = Markup.stripped(text)
        default: bytes = Markup.escaped(text, keepsEntities: filter == .escapeOnce)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .value(found: "other bytes", expected: "UTF-8 behind '\(filter.rawValue)'")
        }
        return .string(text)
    }

    private func decoded(_ text: String, _ alphabet: Base64.Alphabet) throws(LiquidError.Fault) -> [UInt8] {
        guard let bytes = Base64.decoded(text.utf8, alphabet) else {
            throw .value(found: "other text", expected: "Base64")
        }
        return bytes
    }
}

/// Base64 in both alphabets.
enum Base64 {
    /// What stands for 62 and 63.
    enum Alphabet {
        case standard
        case urlSafe

        fileprivate var digits: [UInt8] {
            let common = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
            return common + Array((self == .standard ? "+/" : "-_").utf8)
        }
    }

    /// Bytes in Base64, padded.
    static func encoded(_ bytes: some Collection<UInt8>, _ alphabet: Alphabet) -> [UInt8] {
        let digits = alphabet.digits
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        var (group, count) = (0, 0)
        for byte in bytes {
            (group, count) = (group << 8 | Int(byte), count + 1)
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] { output.append(digits[group >> shift & 63]) }
            (group, count) = (0, 0)
        }
        guard count > 0 else { return output }
        group <<= 8 * (3 - count)
        for shift in [18, 12, 6].prefix(count + 1) { output.append(digits[group >> shift & 63]) }
        output.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - count))
        return output
    }

    /// The bytes of a text in Base64; nil if it is none.
    ///
    /// Strict as Ruby: groups of four with padding, which the alphabet for URLs may leave out.
    static func decoded(_ text: some BidirectionalCollection<UInt8>, _ alphabet: Alphabet) -> [UInt8]? {
        let digits = alphabet.digits
        var values: [UInt8?] = Array(repeating: nil, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        let padding = text.reversed().prefix(while: { $0 == UInt8(ascii: "=") }).count
        let length = text.count - padding
        let isPadded = text.count % 4 == 0 && padding <= 2
        guard isPadded || alphabet == .urlSafe && padding == 0, length % 4 != 1 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(length / 4 * 3 + 2)
        var (group, bits) = (0, 0)
        for byte in text.prefix(length) {
            guard let value = values[Int(byte)] else { return nil }
            (group, bits) = ((group << 6 | Int(value)) & 0xFFFF, bits + 6)
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        // The bits that are left over would be lost.
        return group & (1 << bits - 1) == 0 ? output : nil
    }
}

extension String {
    /// With `+` for spaces and `%` before what no URL holds.
    fileprivate var percentEncoded: [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(utf8.count)
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: " "): output.append(UInt8(ascii: "+"))
            case _ where byte.isWord, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"): output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
        }
        return output
    }

    /// With what `+` and `%` stand for.
    fileprivate var percentDecoded: [UInt8] {
        let bytes = utf8Span.span
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "%"), place + 1 < bytes.count, let high = bytes[place].hexDigit,
                let low = bytes[place + 1].hexDigit
            {
                output.append(high << 4 | low)
                place += 2
            } else {
                output.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return output
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46, 0x61...0x66: (self | 0x20) - 0x61 + 10
        default: nil
        }
    }
}
