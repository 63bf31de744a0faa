import JSON
import Worker

/// What was counted in each second of the last quarter of an hour.
struct OverviewHistory: Sendable {
    /// How many seconds are kept.
    static let length = 900
    /// The names of the series that are no results.
    private static let others = ["in_flight", "jobs", "dead", "delay"]

    /// What is known of one second.
    struct Second {
        /// Finished jobs, in the order of `Verdict.Status.allCases`.
        var results = [Int?](repeating: nil, count: Verdict.Status.allCases.count)
        var inFlight: Int?
        var jobs: Int?
        var dead: Int?
        var delay: Int?

        fileprivate var values: [Int?] { results + [inFlight, jobs, dead, delay] }
    }

    private var series: [SecondRing] = (Verdict.Status.allCases.map(\.rawValue) + others).map { _ in
        SecondRing(capacity: length)
    }
    /// When the newest second ended, in milliseconds since 1970.
    private var end: Int64 = 0

    /// The next second, which ended then.
    mutating func append(_ second: Second, endingAt time: Int64) {
        for (place, value) in second.values.enumerated() { series[place].append(value) }
        end = time
    }

    /// Jobs that finished in the newest second, in the order of `Verdict.Status.allCases`; nil if that is not known.
    var lastResults: [Int?] { series.prefix(Verdict.Status.allCases.count).map(\.last) }

    /// Writes the members of an object.
    func write(into json: inout JSONWriter) {
        json.member("end", end)
        json.member("step_ms", 1000)
        json.member("series") { json in
            for (name, ring) in zip(Verdict.Status.allCases.map(\.rawValue) + Self.others, series) {
                json.list(name) { ring.write(into: &$0) }
            }
        }
    }
}
