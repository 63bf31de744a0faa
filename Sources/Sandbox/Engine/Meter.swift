/// Counts the calls of one API by one app over one period.
struct Meter {
    /// How many are allowed.
    let limit: Int
    /// Over which time.
    let period: CallLimit.Period
    /// Whether a call beyond that is refused, or only counted.
    let isEnforced: Bool
    private var window: Int64 = 0
    private var used = 0

    /// A meter at zero.
    init(_ limit: Int, per period: CallLimit.Period, isEnforced: Bool = true) {
        self.limit = limit
        self.period = period
        self.isEnforced = isEnforced
    }

    /// Whether one more call would be one too many.
    func isFull(at now: Instant) -> Bool { isEnforced && used(at: now) >= limit }

    /// Counts a call.
    mutating func count(at now: Instant) {
        let current = Self.window(of: period, at: now)
        if current != window {
            window = current
            used = 0
        }
        used += 1
    }

    /// How many calls there were in the current period.
    func used(at now: Instant) -> Int { window == Self.window(of: period, at: now) ? used : 0 }

    /// Forgets all calls.
    mutating func clear() { used = 0 }

    /// The code of a call that is one too many.
    var code: Int {
        switch period {
        case .second: 44990
        case .minute: 45011
        case .day: 45009
        }
    }

    private static func window(of period: CallLimit.Period, at now: Instant) -> Int64 {
        switch period {
        case .second: now.seconds
        case .minute: now.seconds / 60
        case .day: now.day
        }
    }
}

extension Endpoint {
    /// What WeChat allows in a day.
    var dailyQuota: Int {
        switch self {
        case .token: 2000
        case .stableToken, .customer: 500_000
        case .subscribe: 10_000_000
        case .miniTemplate: 1_000_000
        default: 100_000
        }
    }
}
