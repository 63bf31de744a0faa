extension Parser {
    /// The number that starts here.
    mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        let start = offset
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        let digits = offset
        var value: Int64 = 0
        var fits = true
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "0") {
            offset += 1
            if digit(bytes) != nil { throw expected(.noLeadingZero, bytes) }
        } else {
            while let digit = digit(bytes) {
                let (tens, isTooMuch) = value.multipliedReportingOverflow(by: 10)
                // Downwards for negative numbers: the least Int64 has no positive twin.
                let (sum, isFar) = tens.addingReportingOverflow(isNegative ? -digit : digit)
                value = sum
                fits = fits && !isTooMuch && !isFar
                offset += 1
            }
            if offset == digits { throw expected(.digit, bytes) }
        }
        let isIntegral = try !fractionAndExponent(bytes)
        guard offset - start <= limits.numberLength else {
            throw fail(.numberTooLong(limit: limits.numberLength), at: start)
        }
        // Minus zero is no integer: written again, it would lose its sign.
        if isIntegral, fits, !(isNegative && value == 0) { return .integer(value) }
        let text = bytes.extracting(start..<offset).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        return .decimal(JSONDecimal(checked: text))
    }

    /// Reads what may follow the integral digits; false if nothing does.
    private mutating func fractionAndExponent(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        let start = offset
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            try digits(bytes)
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
                offset += 1
            }
            try digits(bytes)
        }
        return offset > start
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(JSONError) {
        guard digit(bytes) != nil else { throw expected(.digit, bytes) }
        while digit(bytes) != nil { offset += 1 }
    }

    private func digit(_ bytes: Span<UInt8>) -> Int64? {
        guard offset < bytes.count else { return nil }
        let value = bytes[offset] &- UInt8(ascii: "0")
        return value < 10 ? Int64(value) : nil
    }
}
