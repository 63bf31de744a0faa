extension Renderer {
    /// The value as a date in a format; what is no date stays as it is, and so does everything under an empty format.
    mutating func dated(_ value: LiquidValue, _ format: String) throws(LiquidError.Fault) -> LiquidValue {
        guard !format.isEmpty, let time = time(value) else { return value }
        let shown =
            context.keepsWrittenZone || time.zone == context.zone
            ? time : CivilTime(seconds: time.seconds, nanoseconds: time.nanoseconds, zone: context.zone)
        // A directive of a few letters can ask for a wide field.
        try spend(250 + 10 * format.utf8.count)
        let bytes = Strftime.text(shown, format: format)
        try check(length: bytes.count)
        try spend(bytes.count / 4)
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    private func time(_ value: LiquidValue) -> CivilTime? {
        switch value {
        case .integer(let number): TimeReader.read(number, zone: context.zone)
        case .string(let text): text.isEmpty ? nil : TimeReader.read(text, zone: context.zone, now: now)
        default: nil
        }
    }

    private var now: CivilTime {
        var (seconds, nanoseconds) = context.now.quotientAndRemainder(dividingBy: 1_000_000_000)
        if nanoseconds < 0 { (seconds, nanoseconds) = (seconds - 1, nanoseconds + 1_000_000_000) }
        return CivilTime(seconds: seconds, nanoseconds: Int(nanoseconds), zone: context.zone)
    }
}
