import Lane

/// What is declared of some metrics, and the cells that lanes count them in.
struct Family: Sendable {
    /// What the numbers of a family mean.
    enum Kind {
        case counter
        case gauge
        /// With the upper limits of the buckets.
        case histogram([Double])
    }

    let name: String
    let help: String
    let labels: [String]
    let limit: Int
    let kind: Kind
    /// The cells of all lanes by the values of the labels.
    private(set) var series: [[String]: [Cells]] = [:]

    init(name: String, help: String, labels: [String], limit: Int, kind: Kind) {
        self.name = name
        self.help = help
        self.labels = labels
        self.limit = limit
        self.kind = kind
    }

    /// Cells for a lane, which has none of these labels yet.
    mutating func addCells(for values: [String], on lane: Lane) -> (cells: Cells, labels: [String]) {
        precondition(values.count == labels.count, "\(name) has other labels")
        var values = values
        if series[values] == nil, series.count >= limit { values = labels.map { _ in "other" } }
        if let cells = series[values]?.first(where: { $0.lane === lane }) { return (cells, values) }
        let count =
            switch kind {
            case .counter, .gauge: 1
            // One for each bucket, one for what is beyond the last, and one for the sum.
            case .histogram(let bounds): bounds.count + 2
            }
        let cells = Cells(count: count, bounds: bounds, lane: lane)
        series[values, default: []].append(cells)
        return (cells, values)
    }

    private var bounds: [Double] {
        if case .histogram(let bounds) = kind { bounds } else { [] }
    }
}
