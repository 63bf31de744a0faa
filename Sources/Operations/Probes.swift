import HTTPServer
import Lane
package import Telemetry

/// What orchestrators, supervisors and Prometheus ask.
extension OperationsRoute {
    /// `/metrics`: what the process counts, and what it looks up when somebody asks.
    ///
    /// - Parameter sources: Called on the lane of the server.
    package static func metrics(
        _ metrics: Metrics, sources: [@Sendable (inout Exposition) -> Void]
    ) -> OperationsRoute {
        OperationsRoute("/metrics", "numbers in Prometheus' text format") { _, _ in
            var exposition = Exposition()
            for source in sources { source(&exposition) }
            let text = metrics.text() + exposition.text
            return .now(
                ServerResponse(
                    fields: [ServerField("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
                    body: Array(text.utf8)))
        }
    }

    /// `/healthz`: whether the process is to be left running; for everybody, as it says little else.
    ///
    /// - Parameter troubles: What a new start may mend, one sentence each.
    package static func health(of troubles: @escaping @Sendable () -> [String]) -> OperationsRoute {
        OperationsRoute("/healthz", "whether the process lives", access: .probe) { _, _ in
            let troubles = troubles()
            if troubles.isEmpty { return .now(.text("alive\n")) }
            return .now(.text(status: 503, troubles.joined(separator: "; ") + "\n"))
        }
    }

    /// `/readyz`: whether the process can work; for everybody, but the causes only for those who carry the token.
    package static func readiness(of report: @escaping @Sendable () -> ReadinessReport) -> OperationsRoute {
        OperationsRoute("/readyz", "whether the process can work, and what is in the way", access: .everybody) {
            _, asker in
            let report = report()
            return .now(.json(status: report.isReady ? 200 : 503, report.json(withCauses: asker.isTrusted)))
        }
    }
}
