package import Worker

/// Where the overview gets what it shows; asked on the lane of the page.
package protocol OverviewSource: Sendable {
    /// What stands behind the page.
    var mode: ConsoleMode { get }

    /// What the worker in this process counts; nil where there is none.
    var metrics: WorkerMetrics? { get }

    /// The queues, as they were found last; asked every second.
    func queues() -> OverviewFacts.Queues?

    /// All that is true now; asked when somebody looks.
    func facts() -> OverviewFacts

    /// Asks WeChat how much of an app's allowance is used.
    func quota(of app: String) async throws(QuotaFailure) -> [QuotaLine]
}

/// What is used of the daily allowance of one API.
package struct QuotaLine: Hashable, Sendable {
    /// The path of the API.
    package let api: String
    /// How many calls a day has.
    package let daily: Int64
    /// How many were made.
    package let used: Int64
    /// How many are left.
    package let remaining: Int64

    /// An allowance in numbers.
    package init(api: String, daily: Int64, used: Int64, remaining: Int64) {
        self.api = api
        self.daily = daily
        self.used = used
        self.remaining = remaining
    }
}

/// Why WeChat has not told what is used.
package enum QuotaFailure: Error, Hashable, Sendable {
    /// No app has that name.
    case unknownApp
    /// WeChat cannot be asked or does not tell; one sentence that says why, and shows no secret.
    case refused(String)
}
