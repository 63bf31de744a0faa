import Foundation
import JSON
import Telemetry
import TestSupport
import Testing
import Worker

/// What stands in `deploy/`: that it means the numbers that there are, and that people find out what to do.
@Suite("What is deployed beside the workers") struct DeployTests {
    private static let promtool = "/usr/bin/promtool"
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    /// The names of metrics in a text.
    private func names(in text: String) -> Set<String> {
        // A file's name or a word of the log is none.
        let pattern = /\b(?:wxpush|process)_[a-z_]+[a-z]\b/
        return Set(text.matches(of: pattern).map { String($0.output) })
    }

    /// Without what a histogram appends.
    private func family(_ name: String) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix("_seconds" + suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    private var alerts: [String] {
        get throws {
            try text("deploy/prometheus/wxpush-alerts.yaml").matches(of: /- alert: (\w+)/).map { String($0.output.1) }
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: promtool), "promtool is not installed"))
    func `each alert fires when it should, and keeps quiet when it should`() async throws {
        let directory = try ReapedDirectory(prefix: "wxpush-alerts")
        let rules = Self.root.appending(path: "deploy/prometheus")
        for command in ["check rules wxpush-alerts.yaml", "test rules wxpush-alerts.test.yaml"] {
            var setting = ChildProcess.Setting(
                "/bin/sh", ["-c", "cd '\(rules.path)' && exec \(Self.promtool) \(command)"])
            setting.environment = ["PATH": "/usr/bin:/bin"]
            let output = try await ChildProcess.run(setting, scratch: directory.url)
            #expect(output.contains("SUCCESS"), "\(output)")
        }
        await directory.remove()
        let cases = try text("deploy/prometheus/wxpush-alerts.test.yaml")
        for alert in try alerts {
            let uses = cases.components(separatedBy: "alertname: \(alert)").dropFirst()
            let quiet = uses.filter { $0.first == "}" }
            #expect(!quiet.isEmpty, "\(alert) has no case in which it keeps quiet")
            #expect(quiet.count < uses.count, "\(alert) has no case in which it fires")
        }
    }

    @Test func `each alert has a section that says what to do, and each section an alert`() throws {
        let rules = try text("deploy/prometheus/wxpush-alerts.yaml")
        let page = try text("docs/monitoring.md")
        let sections = page.matches(of: /(?m)^### (Wxpush\w+)$/).map { String($0.output.1) }
        let table = page.matches(of: /\| \[(Wxpush\w+)\]\(#(\w+)\) \| (\w+) \|/)
        let alerts = try alerts
        #expect(alerts.count > 20 && Set(alerts).count == alerts.count)
        #expect(sections == alerts)
        #expect(table.map { String($0.output.1) } == alerts)
        let severities = rules.matches(of: /severity: (\w+)/).map { String($0.output.1) }
        #expect(table.map { String($0.output.3) } == severities)
        for row in table { #expect(row.output.1.lowercased() == row.output.2) }
        for alert in alerts {
            #expect(rules.contains("runbook: docs/monitoring.md#\(alert.lowercased())\n"), "\(alert)")
        }
    }

    @Test func `the dashboard is one that Grafana takes`() throws {
        let parsed = try JSONValue(parsing: Array(text("deploy/grafana/wxpush.json").utf8))
        let dashboard = try #require(parsed.object)
        #expect(dashboard["uid"]?.string == "wxpush" && dashboard["schemaVersion"]?.integer == 37)
        let panels = try #require(dashboard["panels"]?.array).compactMap(\.object)
        var ids: Set<Int64> = []
        var taken: Set<[Int64]> = []
        for panel in panels {
            let title = panel["title"]?.string ?? ""
            #expect(panel["id"]?.integer.map { ids.insert($0).inserted } == true, "\(title)")
            let place = try #require(panel["gridPos"]?.object, "\(title)")
            let (x, y) = (place["x"]?.integer ?? -1, place["y"]?.integer ?? -1)
            let (width, height) = (place["w"]?.integer ?? 0, place["h"]?.integer ?? 0)
            #expect(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 24, "\(title)")
            for column in x..<x + width {
                for row in y..<y + height { #expect(taken.insert([column, row]).inserted, "\(title) lies on another") }
            }
            guard panel["type"]?.string != "row" else { continue }
            let targets = try #require(panel["targets"]?.array, "\(title)")
            #expect(!targets.isEmpty, "\(title)")
            for target in targets {
                #expect(target.object?["datasource"]?.object?["uid"]?.string == "${datasource}", "\(title)")
                #expect(target.object?["expr"]?.string?.isEmpty == false, "\(title)")
            }
        }
    }

    @Test(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
    func `every number that alerts, dashboard and documentation name is one that a worker has, and is explained`()
        async throws
    {
        let metrics = Metrics()
        _ = WorkerMetrics(in: metrics)
        let counted = Set(metrics.names)
        try await Site.run { site in
            try site.startWorker()
            try await site.awaitReadiness(true)
            try await site.send(["{not json"])
            try await site.send([(id: "s-1", to: "oS")])
            var live: Set<String> = []
            try await eventually("all that is looked up is there", within: .seconds(90)) {
                let lines = try await site.ask("/metrics").text.split(separator: "\n")
                live = Set(lines.filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) })
                return live.isSuperset(of: [
                    "wxpush_dead_oldest_seconds", "wxpush_token_remaining_seconds", "wxpush_queue_consumers",
                ])
            }
            let known = counted.union(live)
            for path in [
                "deploy/prometheus/wxpush-alerts.yaml", "deploy/prometheus/wxpush-alerts.test.yaml",
                "deploy/grafana/wxpush.json", "deploy/kubernetes/scaledobject.yaml", "docs/monitoring.md",
            ] {
                let named = Set(names(in: try text(path)).map(family))
                // Grafana's own name of the dashboard and the columns of a table are no numbers.
                #expect(named.subtracting(known).isEmpty, "\(path): \(named.subtracting(known).sorted())")
                if path == "docs/monitoring.md" {
                    let silent = known.subtracting(named).filter { !$0.hasPrefix("process_") }
                    #expect(silent.isEmpty, "not explained: \(silent.sorted())")
                }
            }
        }
    }
}
