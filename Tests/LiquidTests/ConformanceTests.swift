import Foundation
import JSON
import Liquid
import Testing

/// Where the cases of a conformance suite lie, as golden-liquid has them.
private let casesPath = ProcessInfo.processInfo.environment["WXPUSH_LIQUID_CASES"]

@Suite("Conformance") struct ConformanceTests {
    @Test(.enabled(if: casesPath != nil, "WXPUSH_LIQUID_CASES names no file of golden-liquid's cases"))
    func `renders what the reference implementation renders`() throws {
        let bytes = try Array(Data(contentsOf: URL(filePath: try #require(casesPath))))
        let cases = try #require(try JSONValue(parsing: bytes).object?["tests"]?.array?.compactMap(\.object))
        #expect(!cases.isEmpty)
        for one in cases {
            let name = one["name"]?.string ?? "without a name"
            let source = try #require(one["template"]?.string)
            let results = one["results"]?.array ?? one["result"].map { [$0] } ?? []
            let outcome = outcome(of: source, LiquidValue(one["data"] ?? [:]))
            if one["invalid"]?.bool == true {
                if case .success(let text) = outcome { Issue.record("\(name): \(source) is taken, as '\(text)'") }
            } else {
                switch outcome {
                case .success(let text):
                    if !results.contains(where: { $0.string == text }) {
                        Issue.record("\(name): \(source) gives '\(text)', not \(results)")
                    }
                case .failure(let error): Issue.record("\(name): \(source) fails, \(error)")
                }
            }
        }
    }

    private func outcome(of source: String, _ data: LiquidValue) -> Result<String, LiquidError> {
        let parameters: LiquidValue = if case .object = data { data } else { [:] }
        return Result { () throws(LiquidError) in
            try Template(source, dialect: .lax).render(context(parameters, keepsWrittenZone: true))
        }
    }
}
