package import AMQP
package import JSON

/// How letters are sent again.
package struct RequeuePlan: Sendable {
    /// What is changed in them.
    package var edit = DeadEdit()
    /// The queue; the job queue if nil.
    package internal(set) var queue: ShortString?
    /// How many a second at most.
    package var rate: Double?
    /// How many go first, and have to come to a good end before the others follow.
    package var canary = 0
    /// The share of bad results with which it ends, 0 to 1.
    package var errorLimit: Double?
    /// Whether to wait for the result of every one.
    package var waits = false
    /// How long to wait for results without any news.
    package var patience = Duration.seconds(60)
    /// Who does it.
    package var author: String

    /// Everything at its default.
    package init(author: String) { self.author = author }

    /// What ``rate(_:)`` takes, in words that go on from "must be".
    package static let rates = "a rate such as 50/s, 100/m or 1000/h, and one a minute at least"

    /// Reads a pace, such as `50/s`, `100/m` or `1000/h`, as so many a second.
    ///
    /// Less than one a minute is none: each letter would cost a walk along the whole queue, and the run would last for days.
    package static func rate(_ text: String) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let units = ["s": 1.0, "m": 60, "min": 60, "h": 3600]
        guard parts.count == 2, let unit = units[String(parts[1])], let count = Int(parts[0]),
            (1...1_000_000).contains(count), Double(count) * 60 >= unit
        else { return nil }
        return Double(count) / unit
    }

    /// Whether the results of all letters are wanted.
    var wantsResults: Bool { waits || errorLimit != nil }
}

/// What has happened to a letter that was to be sent again.
package enum RequeueEvent: Sendable {
    /// It is back on the queue.
    case requeued(DeadLetter)
    /// It stays among the dead letters, for this reason.
    case kept(DeadLetter, String)
    /// Its result is here, and has been passed on to where it belongs.
    case result(DeadLetter, JSONObject)
}

/// What became of all.
package struct RequeueReport: Sendable {
    let total: Int
    /// Back on the queue.
    package internal(set) var requeued = 0
    /// Still among the dead letters, as they could not be sent.
    package internal(set) var kept = 0
    /// Not met any more: somebody else has moved them, or it ended before.
    package var untouched: Int { total - requeued - kept }
    /// Results by their status, as far as they were waited for.
    package internal(set) var results: [String: Int] = [:]
    /// Letters whose result was waited for in vain.
    package internal(set) var unanswered = 0
    /// Why it ended early; nil if it did not.
    package internal(set) var stopped: String?
    /// What broke; nil if nothing did.
    package internal(set) var failure: DeadError?

    /// Nothing has happened yet to so many.
    package init(total: Int) { self.total = total }

    /// Results that call for a person again.
    package var bad: Int { results["failed", default: 0] + results["unknown", default: 0] }

    /// Whether all has gone well.
    package var isClean: Bool {
        kept == 0 && untouched == 0 && bad == 0 && unanswered == 0 && stopped == nil && failure == nil
    }
}
