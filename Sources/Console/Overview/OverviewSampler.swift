import Telemetry
import Worker

/// Looks at what a worker counts once a second, and remembers what it saw.
struct OverviewSampler: Sendable {
    /// What was counted in the last quarter of an hour, second by second.
    private(set) var history = OverviewHistory()
    /// What was counted at all; nil where there is no worker.
    private(set) var tally: WorkerTally?
    /// The number of the next second.
    private var next = 0
    /// The totals by status at the last look.
    private var totals: [Int]?
    /// The counts of all endings at each look of the last minute, the oldest first.
    private var minute: [[UInt64]] = []

    init(_ source: any OverviewSource) { tally = source.metrics.map(WorkerTally.init) }

    /// Looks at the end of a second; those that were slept through are unknown.
    mutating func sample(_ source: any OverviewSource, second: Int) {
        guard second >= next else { return }
        let time = Timestamp.now.milliseconds
        let isGap = second > next
        for missed in max(next, second - OverviewHistory.length)..<second {
            history.append(OverviewHistory.Second(), endingAt: time - Int64(second - missed) * 1000)
        }
        next = second + 1

        var point = OverviewHistory.Second()
        if tally != nil {
            tally?.read()
            let totals = self.totalsByStatus
            // What was counted in a gap belongs to no second.
            if let before = self.totals, !isGap { point.results = zip(totals, before).map { $0 - $1 } }
            self.totals = totals
            point.inFlight = tally?.inFlight
            minute.append(tally?.endings.counts ?? [])
            if minute.count > 61 { minute.removeFirst() }
        }
        let queues = source.queues()
        point.jobs = queues?.messages("jobs")
        point.dead = queues?.messages("dead")
        point.delay = queues?.messages("delay")
        history.append(point, endingAt: time)
    }

    /// Finished jobs since the start, in the order of `Verdict.Status.allCases`.
    var totalsByStatus: [Int] {
        var totals = [Int](repeating: 0, count: Verdict.Status.allCases.count)
        guard let tally else { return totals }
        for (ending, count) in zip(tally.endings.groups, tally.endings.counts) {
            guard let ending, let place = Verdict.Status.allCases.firstIndex(of: ending.status) else { continue }
            totals[place] += Int(clamping: count)
        }
        return totals
    }

    /// How many jobs ended in a way in the last minute, by the place of the way in the tally.
    func lastMinute(_ place: Int) -> Int {
        guard let first = minute.first, let last = minute.last, place < last.count else { return 0 }
        let before = place < first.count ? first[place] : 0
        return Int(clamping: last[place] &- before)
    }
}
