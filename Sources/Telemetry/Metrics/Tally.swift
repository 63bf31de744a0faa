/// The counts of a family, added up by what their labels have in common.
///
/// For those who look often: what a label means is found out once, and a look is a walk along the cells. May be used on any
/// thread; counting goes on meanwhile.
package struct Tally<Group: Hashable & Sendable>: Sendable {
    private let metrics: Metrics
    private let family: Int
    private let group: @Sendable ([String]) -> Group
    private var places: [Group: Int] = [:]
    private var cells: [Cells] = []
    /// The place of the group that each of them belongs to.
    private var groupOf: [Int] = []

    /// The groups, in the order in which they were first seen: one that is there keeps its place.
    package private(set) var groups: [Group] = []
    /// What each of them came to at the last ``read()``.
    package private(set) var counts: [UInt64] = []

    /// A tally of a family; `group` tells from the values of the labels what a count belongs to.
    package init(
        of metric: Metric<Counter>, in metrics: Metrics, by group: @escaping @Sendable ([String]) -> Group
    ) {
        self.metrics = metrics
        family = metric.family
        self.group = group
    }

    /// Adds up what has been counted until now.
    package mutating func read() {
        for (labels, new) in metrics.cells(of: family, since: cells.count) {
            cells.append(new)
            groupOf.append(place(of: group(labels)))
        }
        var sums = [UInt64](repeating: 0, count: groups.count)
        for index in cells.indices { sums[groupOf[index]] &+= cells[index].bits(0) }
        counts = sums
    }

    private mutating func place(of group: Group) -> Int {
        if let place = places[group] { return place }
        places[group] = groups.count
        groups.append(group)
        return groups.count - 1
    }
}

extension Metrics {
    /// The values of all series of a family, those of several lanes added up.
    package func values(of metric: Metric<Gauge>) -> [Double] {
        var sums: [[String]: Double] = [:]
        for (labels, cells) in cells(of: metric.family, since: 0) {
            sums[labels, default: 0] += Double(bitPattern: cells.bits(0))
        }
        return Array(sums.values)
    }
}
