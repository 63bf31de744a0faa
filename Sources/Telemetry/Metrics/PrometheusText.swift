extension Family {
    /// The family in Prometheus' text format; nothing while nobody counts in it.
    var text: String {
        if series.isEmpty { return "" }
        let kindName =
            switch kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        var text = "# HELP \(name) \(help.escaped(quotes: false))\n# TYPE \(name) \(kindName)\n"
        for (values, cells) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let pairs = zip(labels, values).map { "\($0)=\"\($1.escaped(quotes: true))\"" }
            switch kind {
            case .counter: text += "\(name)\(Self.list(pairs)) \(Self.count(cells, 0))\n"
            case .gauge: text += "\(name)\(Self.list(pairs)) \(Self.sum(cells, 0).prometheus)\n"
            case .histogram(let bounds): text += histogram(bounds, pairs, cells)
            }
        }
        return text
    }

    private func histogram(_ bounds: [Double], _ pairs: [String], _ cells: [Cells]) -> String {
        var text = ""
        var total: UInt64 = 0
        for (bucket, bound) in (bounds + [.infinity]).enumerated() {
            total &+= Self.count(cells, bucket)
            text += "\(name)_bucket\(Self.list(pairs + ["le=\"\(bound.prometheus)\""])) \(total)\n"
        }
        text += "\(name)_sum\(Self.list(pairs)) \(Self.sum(cells, bounds.count + 1).prometheus)\n"
        return text + "\(name)_count\(Self.list(pairs)) \(total)\n"
    }

    private static func count(_ cells: [Cells], _ place: Int) -> UInt64 {
        cells.reduce(0) { $0 &+ $1.bits(place) }
    }

    private static func sum(_ cells: [Cells], _ place: Int) -> Double {
        cells.reduce(0) { $0 + Double(bitPattern: $1.bits(place)) }
    }

    private static func list(_ pairs: [String]) -> String {
        pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
    }
}

extension Double {
    /// The number as the format spells it.
    var prometheus: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        return self == rounded() && magnitude < 1e15 ? "\(Int64(self))" : description
    }
}

extension String {
    /// The text with backslashes and line ends escaped, and quotes where it stands in quotes.
    func escaped(quotes: Bool) -> String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\": result += #"\\"#
            case "\n": result += #"\n"#
            case "\"" where quotes: result += #"\""#
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
