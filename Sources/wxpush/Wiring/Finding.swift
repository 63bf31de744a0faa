import JSON
import Terminal
import YAML

/// What a check has found out about one thing.
struct Finding: Sendable {
    /// How it stands.
    enum Verdict: String, Sendable {
        /// As it should be.
        case ok
        /// Somebody should have a look.
        case warning
        /// Something does not work.
        case failed
    }

    /// The part that it belongs to: `broker`, `cache`, an app's name, `templates`.
    let area: String
    /// What was looked at.
    let subject: String
    let verdict: Verdict
    /// What is there; for what is not as it should be, the way out too.
    let detail: String
    /// Whether something that is needed cannot be reached.
    var isUnreachable = false

    init(_ verdict: Verdict, _ area: String, _ subject: String, _ detail: String) {
        self.verdict = verdict
        self.area = area
        self.subject = subject
        self.detail = detail
    }

    /// What has kept a check from going on.
    init(_ failure: Failure, _ area: String, _ subject: String) {
        self.init(.failed, area, subject, failure.description)
        isUnreachable = failure.kind == .unreachable
    }
}

extension Failure {
    /// What is wrong with files: a single fault in its own words, more of them below a first line.
    init(_ faults: [Fault], in title: String) {
        let lines = faults.map(\.description)
        self.init(.misused, (lines.count == 1 ? lines : [title] + lines).joined(separator: "\n"))
    }

    /// What is wrong, each fault by itself.
    var faults: [String] {
        let lines = description.split(separator: "\n").map(String.init)
        return lines.count == 1 ? lines : Array(lines.dropFirst())
    }
}

extension Finding {
    /// Prints findings: lines of JSON, or an aligned list.
    static func print(_ findings: [Finding], asJSON isJSON: Bool, to output: Output) async throws(OutputError) {
        let areaWidth = findings.map(\.area.displayWidth).max() ?? 0
        let subjectWidth = findings.map(\.subject.displayWidth).max() ?? 0
        for finding in findings {
            if isJSON {
                try await output.json { json in
                    json.member("area", finding.area)
                    json.member("check", finding.subject)
                    json.member("verdict", finding.verdict.rawValue)
                    json.member("detail", finding.detail)
                }
            } else {
                let verdict = finding.verdict.rawValue
                let columns = [
                    output.screen.paint(verdict, finding.verdict.style) + pad(verdict, 7),
                    finding.area + pad(finding.area, areaWidth),
                    finding.subject + pad(finding.subject, subjectWidth), finding.detail.visible,
                ]
                try await output.line(columns.joined(separator: "  "))
            }
        }
    }

    /// Names the first of those that have failed, on standard error.
    static func complain(_ findings: [Finding]) async {
        let failed = findings.filter { $0.verdict == .failed }
        guard let first = failed.first else { return }
        let rest = failed.count > 1 ? " (and \(failed.count - 1) more)" : ""
        await Program.complain("wxpush: \(first.area), \(first.subject): \(first.detail)\(rest)")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.displayWidth))
    }
}

extension Finding.Verdict {
    var style: Style {
        switch self {
        case .ok: .good
        case .warning: .warning
        case .failed: .bad
        }
    }
}
