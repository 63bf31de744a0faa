/// The fetches of a token that WeChat limits per day.
package enum RefreshKind: String, CaseIterable, Sendable {
    /// The stable endpoint with `force_refresh`: 20 a day, at least 30 seconds apart.
    case forced
    /// The classic endpoint, where each call makes a new token: 2,000 a day.
    case classic
}

/// Whether a limited fetch may be made.
package enum RefreshGrant: Hashable, Sendable {
    /// It may, and is counted; `spent` includes it.
    case granted(spent: Int)
    /// The last one was too short a while ago.
    case tooSoon(wait: Duration)
    /// The day's budget is used up; a new day begins in Shanghai after `wait`.
    case exhausted(spent: Int, wait: Duration)
}

/// The calendar by which WeChat counts.
package enum ShanghaiDay {
    private static let length: Int64 = 86_400_000_000
    private static let offset: Int64 = 8 * 3_600_000_000

    /// The number of the day that a time falls into, counted from 1970; China has kept UTC+8 without summer time since 1991.
    package static func number(atMicroseconds time: Int64) -> Int64 { (time + offset).flooredQuotient(by: length) }

    /// How long the day of that time lasts yet.
    package static func remaining(atMicroseconds time: Int64) -> Duration {
        .microseconds((number(atMicroseconds: time) + 1) * length - offset - time)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
