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

    /// A set of labels, and what lanes count for it.
    struct Series: Sendable {
        let labels: [String]
        /// The labels as the text format writes them, without the brackets.
        let list: String
        var cells: [Cells]
    }

    let name: String
    let help: String
    let labels: [String]
    let limit: Int
    /// The labels that keep their values for twice as many sets.
    let kept: [String]
    let kind: Kind
    /// The cells of all lanes, in the order of their labels: it is kept, so that no scrape has to sort.
    private(set) var series: [Series] = []
    /// The same, in the order in which they came: who has seen some of them needs to look at the rest only.
    private(set) var history: [(labels: [String], cells: Cells)] = []

    init(name: String, help: String, labels: [String], limit: Int, kept: [String] = [], kind: Kind) {
        self.name = name
        self.help = help
        self.labels = labels
        self.limit = limit
        self.kept = kept
        self.kind = kind
    }

    /// Cells for a lane, which has none of these labels yet.
    mutating func addCells(for values: [String], on lane: Lane) -> (cells: Cells, labels: [String]) {
        precondition(values.count == labels.count, "\(name) has other labels")
        let values = shown(values)
        let place = place(of: values)
        if let cells = place.isTaken ? series[place.index].cells.first(where: { $0.lane === lane }) : nil {
            return (cells, values)
        }
        let count =
            switch kind {
            case .counter, .gauge: 1
            // One for each bucket, one for what is beyond the last, and one for the sum.
            case .histogram(let bounds): bounds.count + 2
            }
        let cells = Cells(count: count, bounds: bounds, lane: lane)
        if place.isTaken {
            series[place.index].cells.append(cells)
        } else {
            let pairs = zip(labels, values).map { "\($0)=\"\($1.escaped(quotes: true))\"" }
            let list = pairs.joined(separator: ",")
            series.insert(Series(labels: values, list: list, cells: [cells]), at: place.index)
        }
        history.append((values, cells))
        return (cells, values)
    }

    /// The labels under which these are counted: themselves, as long as there is room.
    private func shown(_ values: [String]) -> [String] {
        if series.count < limit || place(of: values).isTaken { return values }
        let short = zip(labels, values).map { kept.contains($0) ? $1 : "other" }
        if series.count < limit * 2 || place(of: short).isTaken { return short }
        return labels.map { _ in "other" }
    }

    /// Where the series of these labels is, or would be.
    private func place(of values: [String]) -> (index: Int, isTaken: Bool) {
        var (low, high) = (0, series.count)
        while low < high {
            let middle = (low + high) / 2
            if series[middle].labels.lexicographicallyPrecedes(values) { low = middle + 1 } else { high = middle }
        }
        return (low, low < series.count && series[low].labels == values)
    }

    private var bounds: [Double] {
        if case .histogram(let bounds) = kind { bounds } else { [] }
    }
}
