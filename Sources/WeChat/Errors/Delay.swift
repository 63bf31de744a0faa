/// How long a job, or what is paused, waits.
package enum Delay: Hashable, Sendable {
    /// Not at all.
    case none
    /// The growing, jittered delays of the retry settings.
    case backoff
    /// A fixed time.
    case fixed(Duration)
    /// Until the next minute starts.
    case nextMinute
    /// Until the next day starts in Shanghai. WeChat does not say when its days start, so one call probes now and then.
    case nextDay
    /// Until the next month starts in Shanghai, with a probe a day.
    case nextMonth
    /// Until a person has acted: one call probes every few minutes.
    case person
    /// For ever: what meets the pause fails at once, without a call.
    case forever
}

extension Delay {
    /// Shanghai is eight hours ahead of UTC all year round.
    private static let shanghai = 8 * 3600
    private static let day = 86_400

    /// How long to wait from a moment until the next call; nil where that is not for the clock to say.
    ///
    /// `probes` is how many calls have met the same limit since the pause began: probes of a daily limit come after 5, 10,
    /// 20, 40 and then every 60 minutes, and never later than midnight.
    package func wait(at unixSeconds: Int, probes: Int = 0) -> Duration? {
        let local = unixSeconds + Self.shanghai
        let days = local >= 0 ? local / Self.day : (local - Self.day + 1) / Self.day
        let untilMidnight = (days + 1) * Self.day - local
        switch self {
        case .none: return .zero
        case .backoff, .forever: return nil
        case .fixed(let duration): return duration
        case .nextMinute: return .seconds(60 - ((local % 60) + 60) % 60)
        case .nextDay: return .seconds(min(untilMidnight, 300 << min(max(probes, 0), 4), 3600))
        case .nextMonth:
            let today = CivilDate(daysSinceEpoch: days)
            let left = CivilDate.days(inMonth: today.month, of: today.year) - today.day
            return .seconds(min(untilMidnight + left * Self.day, Self.day))
        case .person: return .seconds(300)
        }
    }

    /// The delay in a few words, for the documentation.
    package var summary: String {
        switch self {
        case .none: "–"
        case .backoff: "growing delays"
        case .fixed(let duration): Self.words(for: duration)
        case .nextMinute: "next minute"
        case .nextDay: "next day in Shanghai, probing"
        case .nextMonth: "next month in Shanghai, probing daily"
        case .person: "until a person acts, probing every 5 min"
        case .forever: "for ever"
        }
    }

    private static func words(for duration: Duration) -> String {
        let seconds = duration.components.seconds
        return switch seconds {
        case let hours where hours % 3600 == 0: "\(hours / 3600) h"
        case let minutes where minutes % 60 == 0: "\(minutes / 60) min"
        default: "\(seconds) s"
        }
    }
}
