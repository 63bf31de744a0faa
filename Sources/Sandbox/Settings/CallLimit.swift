/// How often something may be called.
package struct CallLimit: Hashable, Sendable {
    /// What a limit counts over; each has its own code.
    package enum Period: String, CaseIterable, Hashable, Sendable {
        /// 44990.
        case second
        /// 45011.
        case minute
        /// 45009; days end at midnight in China.
        case day
    }

    /// The path; a `*` at its end stands for anything, nil for all messages together with everything else.
    package var path: String?
    /// The appid; nil for each app by itself.
    package var app: String?
    /// How many calls.
    package var count: Int
    /// Over which time.
    package var period: Period

    /// So many calls of a path, by each app.
    package init(_ count: Int, per period: Period, path: String? = nil, app: String? = nil) {
        self.count = count
        self.period = period
        self.path = path
        self.app = app
    }
}

extension CallLimit {
    /// Reads `PATH=COUNT/PERIOD` or `COUNT/PERIOD`, such as `/cgi-bin/message/*=200/second`.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.count == 2 ? String(parts[0]) : nil
        guard let numbers = parts.last?.split(separator: "/"), numbers.count == 2, let count = Int(numbers[0]),
            count >= 0, let period = Period(rawValue: String(numbers[1])), path?.hasPrefix("/") != false
        else { return nil }
        self.init(count, per: period, path: path)
    }

    /// Reads a limit at a place of a file.
    init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members(["path", "app", "count", "per"])
        self.init(
            try members.required("count").integer(in: 0...Int.max), per: try members.required("per").word(),
            path: try members.text("path"), app: try members.text("app"))
    }

    /// Whether it holds for a path of an app.
    func concerns(path: String, app: String) -> Bool {
        guard self.app == nil || self.app == app else { return false }
        guard let pattern = self.path else { return true }
        return pattern.hasSuffix("*") ? path.hasPrefix(pattern.dropLast()) : path == pattern
    }
}
