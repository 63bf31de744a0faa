extension Duration {
    /// The units that a time is spelled with, the longest first.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads `5s` or `1m30s`: whole numbers, each with its unit, the longer units first.
    init?(spelled text: String) {
        var rest = text[...]
        var units = Self.units[...]
        var total: Int64 = 0
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard let count = Int64(digits), let place = units.firstIndex(where: { $0.name == name }) else {
                return nil
            }
            let (part, isTooLong) = count.multipliedReportingOverflow(by: units[place].milliseconds)
            let (sum, isTooMuch) = total.addingReportingOverflow(part)
            guard !isTooLong, !isTooMuch else { return nil }
            total = sum
            units = units[(place + 1)...]
        } while !rest.isEmpty
        self = .milliseconds(total)
    }

    /// As it is read, in the fewest parts: `90s` is `1m30s`.
    var spelled: String {
        let (seconds, attoseconds) = components
        var rest = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        var text = ""
        for unit in Self.units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text.isEmpty ? "0s" : text
    }
}
