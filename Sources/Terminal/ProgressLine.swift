package import Lane

/// What is said about a long run: how far it is, how fast it goes, how long it takes.
package struct ProgressLine {
    private static let barWidth = 20
    let label: String
    /// How much there is to do, if that is known.
    let total: Int?
    let start: Moment

    /// A run that starts now, or at another moment.
    package init(_ label: String, total: Int?, start: Moment = .now) {
        self.label = label.visible
        self.total = total
        self.start = start
    }

    /// The line; the bar goes first where there is no room for all.
    package func text(done: Int, at now: Moment, width: Int) -> String {
        let elapsed = max(0, (now - start) / .seconds(1))
        // The first moments say nothing about the pace.
        let rate = elapsed >= 0.5 ? Double(done) / elapsed : nil
        var parts = [label]
        if let total, total > 0 {
            let share = min(1, max(0, Double(done) / Double(total)))
            parts.append("\(done) of \(total)")
            parts.append("\(Int(share * 100))%")
            if let rate { parts.append(Self.pace(rate)) }
            if let rate, rate > 0, done < total { parts.append(Self.span(Double(total - done) / rate) + " left") }
            let full = Int(share * Double(Self.barWidth))
            let bar =
                "[" + String(repeating: "#", count: full) + String(repeating: ".", count: Self.barWidth - full) + "]"
            let long = ([label, bar] + parts.dropFirst()).joined(separator: "  ")
            if long.displayWidth < width { return long }
        } else {
            parts.append("\(done)")
            if let rate { parts.append(Self.pace(rate)) }
            parts.append(Self.span(elapsed))
        }
        // One column stays free: in the last one some terminals begin a new line.
        return parts.joined(separator: "  ").truncated(toWidth: width - 1)
    }

    private static func pace(_ rate: Double) -> String {
        rate >= 10 ? "\(Int(min(rate, 1e15)))/s" : "\(Double(Int(rate * 10)) / 10)/s"
    }

    private static func span(_ seconds: Double) -> String {
        let seconds = Int(min(seconds, 1e9).rounded(.up))
        return switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m\(seconds % 60)s"
        case ..<86_400: "\(seconds / 3600)h\(seconds % 3600 / 60)m"
        default: "\(seconds / 86_400)d\(seconds % 86_400 / 3600)h"
        }
    }
}
