/// Numbers that are looked up when somebody asks, in Prometheus' text format.
///
/// What is counted as it happens belongs into ``Metrics``.
package struct Exposition: Sendable {
    /// One number and the values of its labels.
    package typealias Sample = (labels: [String], value: Double)

    /// What was written so far.
    package private(set) var text = ""

    /// Nothing yet.
    package init() {}

    /// Writes a family of counts that only grow.
    package mutating func counter(_ name: String, _ help: String, labels: String..., samples: [Sample]) {
        write(name, help, "counter", labels, samples)
    }

    /// Writes a count that only grows.
    package mutating func counter(_ name: String, _ help: String, _ value: Double) {
        write(name, help, "counter", [], [([], value)])
    }

    /// Writes a family of values that go up and down.
    package mutating func gauge(_ name: String, _ help: String, labels: String..., samples: [Sample]) {
        write(name, help, "gauge", labels, samples)
    }

    /// Writes a value that goes up and down.
    package mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        write(name, help, "gauge", [], [([], value)])
    }

    private mutating func write(
        _ name: String, _ help: String, _ kind: String, _ labels: [String], _ samples: [Sample]
    ) {
        if samples.isEmpty { return }
        text += "# HELP \(name) \(help.escaped(quotes: false))\n# TYPE \(name) \(kind)\n"
        for (values, value) in samples {
            let pairs = zip(labels, values).map { "\($0)=\"\($1.escaped(quotes: true))\"" }
            let list = pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
            text += "\(name)\(list) \(value.prometheus)\n"
        }
    }
}
