import Glibc

/// How long answers take.
package enum Latency: Hashable, Sendable {
    /// Always as long.
    case fixed(Duration)
    /// Anything between two.
    case uniform(ClosedRange<Duration>)
    /// Mostly short with a long tail, as real services are: half of the answers within the first, 99 of 100 within the second.
    case lognormal(median: Duration, p99: Duration)

    /// No time at all.
    package static let none = Latency.fixed(.zero)
}

extension Latency {
    /// How long one answer takes; ten minutes at most.
    func sample(using random: inout RandomSource) -> Duration {
        switch self {
        case .fixed(let duration): return duration
        case .uniform(let range):
            let bounds = range.lowerBound.wholeMicroseconds...range.upperBound.wholeMicroseconds
            return .microseconds(Int64.random(in: bounds, using: &random))
        case .lognormal(let median, let p99):
            // The 99th percentile of the normal distribution lies 2.326 deviations above its mean.
            let spread = log(p99.inSeconds / median.inSeconds) / 2.326_347_874
            let radius = (-2 * log(Double.random(in: 0x1p-53...1, using: &random))).squareRoot()
            let normal = radius * cos(Double.random(in: 0..<(2 * .pi), using: &random))
            return .seconds(min(600, median.inSeconds * exp(spread * normal)))
        }
    }
}

extension Latency: CustomStringConvertible {
    /// Reads `50ms`, `10ms..80ms` or `p50=80ms,p99=900ms`; nil for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("p50=") {
            guard let comma = text.firstIndex(of: ","), text[comma...].hasPrefix(",p99="),
                let median = Duration(words: String(text[..<comma].dropFirst(4))),
                let p99 = Duration(words: String(text[comma...].dropFirst(5))), median > .zero, p99 >= median
            else { return nil }
            self = .lognormal(median: median, p99: p99)
        } else if let dots = text.firstRange(of: "..") {
            guard let low = Duration(words: String(text[..<dots.lowerBound])),
                let high = Duration(words: String(text[dots.upperBound...])), low <= high
            else { return nil }
            self = .uniform(low...high)
        } else {
            guard let duration = Duration(words: text) else { return nil }
            self = .fixed(duration)
        }
    }

    /// As ``init(_:)`` reads it.
    package var description: String {
        switch self {
        case .fixed(let duration): duration.words
        case .uniform(let range): "\(range.lowerBound.words)..\(range.upperBound.words)"
        case .lognormal(let median, let p99): "p50=\(median.words),p99=\(p99.words)"
        }
    }

    /// What ``init(_:)`` reads, for messages.
    package static let forms = "a time such as 50ms, a range such as 10ms..80ms, or p50=80ms,p99=900ms"
}
