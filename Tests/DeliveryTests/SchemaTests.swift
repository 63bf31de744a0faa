import Foundation
import JSON
import TestSupport
import Testing
import WeChat
import Worker

/// The schemas of jobs and results, held against what a worker takes and gives.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct SchemaTests {
    private static let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Schemas")
    private static let hasValidator =
        Site.has("/usr/bin/python3")
        && FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/jsonschema")

    private static func lines(_ name: String) throws -> [String] {
        try String(contentsOf: schemas.appending(component: name), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    @Test func `the schema of results has every reason there is, and no other`() throws {
        let path = Site.repository.appending(path: "docs/result.schema.json")
        let schema = try JSONValue(parsing: Array(Data(contentsOf: path)))
        let listed = schema.object?["properties"]?.object?["reason"]?.object?["enum"]?.array?.compactMap(\.string) ?? []
        let reasons = JobReason.allCases.map(\.rawValue) + Reason.allCases.filter { $0 != .ok }.map(\.rawValue)
        #expect(Set(listed) == Set(reasons))
        #expect(listed.count == Set(listed).count)
    }

    @Test(.enabled(if: hasValidator, "python3-jsonschema is not installed"))
    func `what the schemas take and refuse, a worker takes and refuses, and its results are as the schema says`()
        async throws
    {
        // In that year all kinds of message were alive.
        try await Site.run(sandbox: ["--era", "2019"]) { site in
            let (good, bad, others) = try (
                Self.lines("good-jobs.jsonl"), Self.lines("bad-jobs.jsonl"), Self.lines("other-jobs.jsonl")
            )
            try await validate("job", "good-jobs.jsonl", "valid", at: site)
            try await validate("job", "bad-jobs.jsonl", "invalid", at: site)
            try await validate("result", "bad-results.jsonl", "invalid", at: site)

            let taken = try await results(of: good, at: site)
            #expect(taken.count == good.count)
            for result in taken { #expect(result.object?["status"]?.string == "sent", "\(result)") }
            let refused = try await results(of: bad, at: site)
            #expect(refused.count == bad.count)
            for result in refused {
                let members = result.object
                #expect(members?["status"]?.string == "failed" && members?["attempts"]?.integer == 0, "\(result)")
            }
            let rest = try await results(of: others, at: site)
            #expect(rest.count == others.count)
            let statuses = Set(rest.compactMap { $0.object?["status"]?.string })
            #expect(statuses == Set(Verdict.Status.allCases.map(\.rawValue)))

            let all = (taken + refused + rest).map { "\($0)\n" }.joined()
            try all.write(to: site.file("results.jsonl"), atomically: true, encoding: .utf8)
            try await validate("result", site.file("results.jsonl").path, "valid", at: site)
        }
    }

    /// Sends jobs as they stand, and returns their results.
    private func results(of jobs: [String], at site: Site) async throws -> [JSONValue] {
        let file = site.file(uniqueName("jobs"))
        try (jobs.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
        let (_, output) = try await site.run(
            builtProgram("wxpush").path,
            [
                "send", file.path, "--config", site.file("wxpush.yaml").path, "--no-check", "--wait", "--json",
                "--timeout", "60s",
            ])
        return try output.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
            try JSONValue(parsing: Array($0.utf8))
        }
    }

    /// Has each line of a file judged by a schema, all alike.
    private func validate(_ schema: String, _ file: String, _ verdict: String, at site: Site) async throws {
        let path = file.hasPrefix("/") ? file : Self.schemas.appending(component: file).path
        let schemaPath = Site.repository.appending(path: "docs/\(schema).schema.json").path
        let script = Self.schemas.appending(component: "validate.py").path
        try await site.succeed("/usr/bin/python3", [script, schemaPath, path, verdict])
    }
}
