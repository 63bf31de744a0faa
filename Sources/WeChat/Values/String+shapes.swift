extension String {
    /// Digits, and a point with digits after it at most.
    var isNumber: Bool {
        var reader = ShapeReader(self)
        return reader.digits() != nil && reader.decimals() && reader.isAtEnd
    }

    /// A currency sign, up to ten digits, decimals, and `元`; only the digits must be there.
    var isAmount: Bool {
        var reader = ShapeReader(self)
        _ = reader.take { "¥￥$€£".unicodeScalars.contains($0) }
        guard let digits = reader.digits(), digits <= 10, reader.decimals() else { return false }
        _ = reader.take { $0 == "元" }
        return reader.isAtEnd
    }

    /// Letters and digits; the first and the last character may be Chinese.
    var isNumberPlate: Bool {
        let scalars = unicodeScalars
        let inner = scalars.dropFirst().dropLast()
        return inner.allSatisfy { $0.isDigit || $0.isLatinLetter }
            && [scalars.first, scalars.last].allSatisfy { end in
                end.map { $0.isDigit || $0.isLatinLetter || $0.isHan } ?? false
            }
    }

    /// One thing of a shape, or two with `~` between.
    func isRange(of shape: (inout ShapeReader) -> Bool) -> Bool {
        var reader = ShapeReader(self)
        guard shape(&reader) else { return false }
        if reader.isAtEnd { return true }
        return reader.take { $0 == "~" } != nil && shape(&reader) && reader.isAtEnd
    }
}
