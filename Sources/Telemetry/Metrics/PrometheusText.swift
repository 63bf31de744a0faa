extension Family {
    /// Writes the family in Prometheus' text format; nothing while nobody counts in it.
    func write(into text: inout String) {
        if series.isEmpty { return }
        let kindName =
            switch kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        text += "# HELP \(name) \(help.escaped(quotes: false))\n# TYPE \(name) \(kindName)\n"
        for series in series {
            switch kind {
            case .counter: write(name, series.list, String(series.count(0)), into: &text)
            case .gauge: write(name, series.list, series.sum(0).prometheus, into: &text)
            case .histogram(let bounds): write(series, bounds, into: &text)
            }
        }
    }

    private func write(_ series: Series, _ bounds: [Double], into text: inout String) {
        let (bucket, prefix) = (name + "_bucket", series.list.isEmpty ? "" : series.list + ",")
        var total: UInt64 = 0
        for (place, bound) in (bounds + [.infinity]).enumerated() {
            total &+= series.count(place)
            write(bucket, "\(prefix)le=\"\(bound.prometheus)\"", String(total), into: &text)
        }
        write(name + "_sum", series.list, series.sum(bounds.count + 1).prometheus, into: &text)
        write(name + "_count", series.list, String(total), into: &text)
    }

    /// A line; put together piece by piece, as there are ten thousand of them.
    private func write(_ name: String, _ list: String, _ value: String, into text: inout String) {
        text += name
        if !list.isEmpty {
            text += "{"
            text += list
            text += "}"
        }
        text += " "
        text += value
        text += "\n"
    }
}

extension Family.Series {
    fileprivate func count(_ place: Int) -> UInt64 { cells.reduce(0) { $0 &+ $1.bits(place) } }

    fileprivate func sum(_ place: Int) -> Double { cells.reduce(0) { $0 + Double(bitPattern: $1.bits(place)) } }
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
