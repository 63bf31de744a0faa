import Lane

/// Where the code of one lane counts; to be used on that lane.
///
/// Counters and the like are handed out by their labels, and are best kept: looking one up costs about as much as a hundred additions.
package final class Shard: Sendable {
    private struct Key: Hashable {
        let family: Int
        let labels: [String]
    }

    private let metrics: Metrics
    private let lane: Lane
    /// Touched by the lane's own thread alone, which the subscript sees to.
    nonisolated(unsafe) private var known: [Key: Cells] = [:]

    init(_ metrics: Metrics, _ lane: Lane) {
        self.metrics = metrics
        self.lane = lane
    }

    /// The instrument for some values of the labels, in the order in which those were declared.
    package subscript<Instrument>(_ metric: Metric<Instrument>, _ labels: String...) -> Instrument {
        lane.checkIsolated()
        let key = Key(family: metric.family, labels: labels)
        if let cells = unsafe known[key] { return metric.instrument(cells) }
        let (cells, shown) = metrics.cells(of: metric.family, for: labels, on: lane)
        // What was not found room for is not remembered either.
        if shown == labels { unsafe known[key] = cells }
        return metric.instrument(cells)
    }
}
