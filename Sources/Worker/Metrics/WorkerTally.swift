package import Telemetry

/// What a worker has counted, added up for people who look at it every second.
package struct WorkerTally: Sendable {
    /// How jobs end.
    package struct Ending: Hashable, Sendable {
        /// The word of their result.
        package let status: Verdict.Status
        /// Why they were not sent; empty if they were.
        package let reason: String
    }

    /// How the jobs of one app end.
    package struct AppEnding: Hashable, Sendable {
        /// The app; empty for jobs that name none that there is.
        package let app: String
        /// The word of their result.
        package let status: Verdict.Status
    }

    /// Finished jobs, by how they ended; nil is for what no worker counts.
    package private(set) var endings: Tally<Ending?>
    /// Finished jobs, by app.
    package private(set) var apps: Tally<AppEnding?>
    private let metrics: WorkerMetrics

    /// Adds up what a worker counts.
    package init(_ metrics: WorkerMetrics) {
        self.metrics = metrics
        // app, kind, template, status, reason
        endings = Tally(of: metrics.jobs, in: metrics.metrics) { labels in
            Verdict.Status(rawValue: labels[3]).map { Ending(status: $0, reason: labels[4]) }
        }
        apps = Tally(of: metrics.jobs, in: metrics.metrics) { labels in
            Verdict.Status(rawValue: labels[3]).map { AppEnding(app: labels[0], status: $0) }
        }
    }

    /// Counts what is there now.
    package mutating func read() {
        endings.read()
        apps.read()
    }

    /// How many jobs are being worked on.
    package var inFlight: Int { Int(saturating: metrics.metrics.values(of: metrics.inFlight).reduce(0, +)) }

    /// How many may be.
    package var inFlightLimit: Int { Int(saturating: metrics.metrics.values(of: metrics.prefetch).reduce(0, +)) }

    /// For how many seconds the oldest has been worked on.
    package var oldestSeconds: Double { metrics.metrics.values(of: metrics.oldest).max() ?? 0 }
}

extension Int {
    fileprivate init(saturating value: Double) { self = value >= 0 && value < 1e15 ? Int(value) : 0 }
}
