/// Counts what only grows; to be used on the lane of its shard.
package struct Counter: Sendable {
    let cells: Cells

    /// Counts one or more.
    package func add(_ amount: UInt64 = 1) { cells.change(0) { $0 &+ amount } }
}

/// Holds a value that goes up and down; to be used on the lane of its shard.
package struct Gauge: Sendable {
    let cells: Cells

    /// Takes a new value.
    package func set(_ value: Double) { cells.change(0) { _ in value.bitPattern } }

    /// Goes up, or down by a negative amount.
    package func add(_ amount: Double) { cells.change(0) { (Double(bitPattern: $0) + amount).bitPattern } }
}

/// Counts values by the bucket they fall into; to be used on the lane of its shard.
package struct Histogram: Sendable {
    let cells: Cells

    /// Counts a value; one that is no number counts for none.
    package func observe(_ value: Double) {
        if value.isNaN { return }
        var bucket = 0
        // A dozen comparisons in a row cost less than jumping about.
        while bucket < cells.bounds.count, value > cells.bounds[bucket] { bucket += 1 }
        cells.change(bucket) { $0 &+ 1 }
        cells.change(cells.count - 1) { (Double(bitPattern: $0) + value).bitPattern }
    }

    /// Counts a time in seconds.
    package func observe(_ duration: Duration) { observe(duration / .seconds(1)) }
}
