extension LiquidValue {
    /// How deep values may nest to be printed or compared.
    static let depth = 64

    /// The text that filters work on, as Ruby's `to_s` gives it.
    func text() throws(LiquidError.Fault) -> String {
        switch self {
        case .string(let text): return text
        case .nil: return ""
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return String(number)
        case .double(let number): return number.rubyText
        case .range(let range): return "\(range.first)..\(range.last)"
        case .loop: return "Liquid::ForloopDrop"
        case .array, .object:
            var bytes: [UInt8] = []
            try inspect(into: &bytes, limit: Limits.inspectedBytes, depth: 0)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Appends the value as Ruby shows it within a list or an object.
    func inspect(into output: inout [UInt8], limit: Int, depth: Int) throws(LiquidError.Fault) {
        guard depth < Self.depth else { throw .limit(.nesting, Self.depth) }
        guard output.count <= limit else { throw .limit(.outputBytes, limit) }
        switch self {
        case .nil: output.append(contentsOf: "nil".utf8)
        case .string(let text): text.inspect(into: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { output.append(contentsOf: ", ".utf8) }
                try element.inspect(into: &output, limit: limit, depth: depth + 1)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (place, member) in object.members.enumerated() {
                if place > 0 { output.append(contentsOf: ", ".utf8) }
                member.key.inspect(into: &output)
                output.append(contentsOf: "=>".utf8)
                try member.value.inspect(into: &output, limit: limit, depth: depth + 1)
            }
            output.append(UInt8(ascii: "}"))
        default: output.append(contentsOf: try text().utf8)
        }
    }
}

extension String {
    /// Appends the text in quotes, with escapes where Ruby writes them.
    fileprivate func inspect(into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        let bytes = utf8Span.span
        for place in bytes.indices {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case UInt8(ascii: "#"):
                let next = place + 1 < bytes.count ? bytes[place + 1] : 0
                if [UInt8(ascii: "{"), UInt8(ascii: "$"), UInt8(ascii: "@")].contains(next) {
                    output.append(UInt8(ascii: "\\"))
                }
                output.append(byte)
            case 0x07...0x0D: output.append(contentsOf: [UInt8(ascii: "\\"), Array("abtnvfr".utf8)[Int(byte) - 7]])
            case 0x1B: output.append(contentsOf: "\\e".utf8)
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16, uppercase: true)
                output.append(contentsOf: (byte < 0x10 ? "\\x0" : "\\x").utf8)
                output.append(contentsOf: digits.utf8)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

extension Double {
    /// The number as Ruby prints it: the shortest digits, with an exponent below 0.0001 and from 10^16 on.
    var rubyText: String {
        guard isFinite else { return isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity" }
        guard self != 0 else { return sign == .minus ? "-0.0" : "0.0" }
        let number = Decimal(magnitude)
        let digits = String(number.coefficient)
        let point = digits.utf8.count + number.exponent
        let sign = self < 0 ? "-" : ""
        if point > 16 || point < -3 {
            let power = point - 1
            let rest = digits.dropFirst()
            let exponent = power.magnitude < 10 ? "0\(power.magnitude)" : "\(power.magnitude)"
            return "\(sign)\(digits.prefix(1)).\(rest.isEmpty ? "0" : rest)e\(power < 0 ? "-" : "+")\(exponent)"
        }
        if point <= 0 { return "\(sign)0.\(String(repeating: "0", count: -point))\(digits)" }
        if digits.utf8.count <= point {
            return "\(sign)\(digits)\(String(repeating: "0", count: point - digits.utf8.count)).0"
        }
        return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
    }
}
