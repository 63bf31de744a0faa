extension Duration {
    /// Reads `50ms`, `1.5s`, `10m`, `2h` or `7d`; nil for anything else.
    package init?(words text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit: Double? =
            switch text[number.endIndex...] {
            case "us": 0.000_001
            case "ms": 0.001
            case "s": 1
            case "m": 60
            case "h": 3600
            case "d": 86_400
            default: nil
            }
        // Up to a century: no sum of a few of them leaves the range of any clock.
        guard let unit, let count = Double(number), count * unit <= 3_153_600_000 else { return nil }
        self = .seconds(count * unit)
    }

    /// The duration in seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// As ``init(words:)`` reads it.
    var words: String {
        let milliseconds = inSeconds * 1000
        if milliseconds != milliseconds.rounded() { return "\(wholeMicroseconds)us" }
        return milliseconds.truncatingRemainder(dividingBy: 1000) == 0
            ? "\(Int64(milliseconds / 1000))s" : "\(Int64(milliseconds))ms"
    }
}
