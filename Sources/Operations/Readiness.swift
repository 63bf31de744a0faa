import HTTPServer
import JSON

/// Whether a process can work, and what keeps it from it.
package struct ReadinessReport: Hashable, Sendable {
    /// One thing that is in the way.
    package struct Cause: Hashable, Sendable {
        /// What it concerns, in one word: `broker`, `cache`, `apps`, `start`, `stop`.
        package let part: String
        /// One sentence about it.
        package let detail: String

        /// A cause in words.
        package init(_ part: String, _ detail: String) {
            self.part = part
            self.detail = detail
        }
    }

    /// What is in the way; nothing if the process can work.
    package let causes: [Cause]

    /// A report of what is in the way.
    package init(_ causes: [Cause]) { self.causes = causes }

    /// Whether nothing is in the way.
    package var isReady: Bool { causes.isEmpty }

    /// One line for people.
    package var summary: String {
        isReady ? "ready" : "not ready: " + causes.map { "\($0.part): \($0.detail)" }.joined(separator: "; ")
    }

    /// The report as JSON; the causes only if they are for whoever asks.
    package func json(withCauses: Bool) -> [UInt8] {
        var json = JSONWriter(reserving: 128)
        json.object { json in
            json.member("ready", isReady)
            guard withCauses else { return }
            json.list("causes") { json in
                for cause in causes {
                    json.object { json in
                        json.member("part", cause.part)
                        json.member("detail", cause.detail)
                    }
                }
            }
        }
        return json.bytes
    }
}
