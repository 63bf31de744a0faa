import Testing

@testable import Sandbox

@Suite("Latency") struct LatencyTests {
    @Test(arguments: ["50ms", "0s", "1500ms", "10ms..80ms", "0s..1s", "p50=80ms,p99=900ms", "250us"])
    func `reads what it writes`(text: String) throws {
        let latency = try #require(Latency(text))
        #expect(latency.description == text)
    }

    @Test(
        arguments: [
            "", "5", "ms", "-5ms", "5 ms", "1e3s", "80ms..10ms", "..", "1s..", "p50=1s", "p50=1s,p99=10ms",
            "p50=0s,p99=1s",
            "p99=1s,p50=1s", "99999999999999999999999s", "٥ms", "1.2.3s",
        ])
    func `refuses other words`(text: String) {
        #expect(Latency(text) == nil)
    }

    @Test func `of a long tail has its percentiles`() throws {
        let latency = try #require(Latency("p50=80ms,p99=900ms"))
        var random = RandomSource(seed: 3)
        let samples = (0..<20_000).map { _ in latency.sample(using: &random) }.sorted()
        #expect((75...85).contains(samples[10_000] / .milliseconds(1)))
        #expect((800...1000).contains(samples[19_800] / .milliseconds(1)))
    }

    @Test func `between two bounds stays there`() throws {
        let latency = try #require(Latency("10ms..20ms"))
        var random = RandomSource(seed: 3)
        let samples = (0..<2000).map { _ in latency.sample(using: &random) }.sorted()
        #expect(try #require(samples.first) < .milliseconds(11))
        #expect(try #require(samples.last) > .milliseconds(19))
        #expect(samples.allSatisfy { (.milliseconds(10)...(.milliseconds(20))).contains($0) })
    }
}
