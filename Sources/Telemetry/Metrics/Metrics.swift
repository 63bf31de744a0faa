package import Lane

/// The numbers that the program keeps about itself, in families, each with a number for each set of labels.
///
/// A lane counts in a ``Shard`` of its own, where counting is a plain addition; what all lanes have counted is put together when
/// somebody asks.
///
///     let metrics = Metrics()
///     let jobs = metrics.counter("wxpush_jobs_total", "Finished jobs.", labels: "app", "status")
///     let shard = metrics.shard(on: lane)
///     let sent = shard[jobs, "mini", "sent"]      // once
///     sent.add()                                  // as often as need be
package final class Metrics: Sendable {
    private let families = Locked<[Family]>([])

    /// No families yet.
    package init() {}

    /// Declares a family of counts that only grow.
    ///
    /// Beyond `limit` sets of labels all others share one, in which every label is `other`: what comes from outside must not be able to
    /// fill the memory. Labels that have few values can be `kept` beyond it, for another `limit` of sets.
    package func counter(
        _ name: String, _ help: String, labels: String..., limit: Int = 1000, kept: [String] = []
    ) -> Metric<Counter> {
        declare(
            Family(name: name, help: help, labels: labels, limit: limit, kept: kept, kind: .counter), Counter.init)
    }

    /// Declares a family of values that go up and down; those of several lanes are added up.
    package func gauge(_ name: String, _ help: String, labels: String..., limit: Int = 1000) -> Metric<Gauge> {
        declare(Family(name: name, help: help, labels: labels, limit: limit, kind: .gauge), Gauge.init)
    }

    /// Declares a family of distributions; `bounds` are the upper limits of the buckets, in rising order.
    package func histogram(
        _ name: String, _ help: String, labels: String..., bounds: [Double] = Metrics.seconds, limit: Int = 1000
    ) -> Metric<Histogram> {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of \(name) do not rise")
        precondition(!labels.contains("le"), "\(name) has a label that belongs to its buckets")
        return declare(
            Family(name: name, help: help, labels: labels, limit: limit, kind: .histogram(bounds)), Histogram.init)
    }

    /// Bounds for times from one millisecond to half a minute.
    package static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    /// Where the code of one lane counts.
    package func shard(on lane: Lane) -> Shard { Shard(self, lane) }

    /// All numbers in Prometheus' text format; may be called from any thread, and asks no lane.
    package func text() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for family in families { family.write(into: &text) }
        return text
    }

    /// The names of all families that were declared, counted in or not.
    package var names: [String] { families.withLock { $0.map(\.name) } }

    private func declare<Instrument>(
        _ family: Family, _ instrument: @escaping @Sendable (Cells) -> Instrument
    ) -> Metric<Instrument> {
        for name in [family.name] + family.labels { precondition(name.isMetricName, "\(name) is no name of a metric") }
        return families.withLock { families in
            precondition(!families.contains { $0.name == family.name }, "\(family.name) is declared twice")
            families.append(family)
            return Metric(family: families.count - 1, instrument: instrument)
        }
    }

    /// Cells for a lane to count in, and the labels under which they will show.
    func cells(of family: Int, for labels: [String], on lane: Lane) -> (cells: Cells, labels: [String]) {
        families.withLock { $0[family].addCells(for: labels, on: lane) }
    }

    /// The cells of a family that have come since there were so many.
    func cells(of family: Int, since count: Int) -> [(labels: [String], cells: Cells)] {
        families.withLock { Array($0[family].history.dropFirst(count)) }
    }
}

/// A family of numbers of one kind, as ``Metrics`` has declared it.
package struct Metric<Instrument>: Sendable {
    let family: Int
    let instrument: @Sendable (Cells) -> Instrument
}

extension String {
    /// Whether Prometheus takes it for the name of a metric or a label; colons are left to its own rules.
    fileprivate var isMetricName: Bool {
        let isLetter = { (byte: UInt8) in byte == UInt8(ascii: "_") || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) }
        return utf8.first.map(isLetter) == true && utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }
}
