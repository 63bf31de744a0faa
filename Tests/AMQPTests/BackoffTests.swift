import Testing

@testable import AMQP

@Suite("A backoff") struct BackoffTests {
    private static func bound(of backoff: Backoff, afterFailures failures: Int) -> Duration {
        var random = SeededRandom(UInt64(failures))
        return (0..<2000).reduce(.zero) { longest, _ in
            max(longest, backoff.delay(afterFailures: failures, using: &random))
        }
    }

    @Test(arguments: [
        (0, 100), (1, 100), (2, 200), (3, 400), (4, 800), (9, 25_600), (10, 30_000), (64, 30_000), (1_000_000, 30_000),
        (Int.max, 30_000),
    ])
    func `waits up to a bound that doubles with each failure`(failures: Int, milliseconds: Int) {
        let longest = Self.bound(of: Backoff(), afterFailures: failures)
        #expect(longest <= .milliseconds(milliseconds))
        #expect(longest > .milliseconds(milliseconds) * 99 / 100)
    }

    @Test(arguments: [1, 5, 100]) func `uses the whole range down to nothing`(failures: Int) {
        var random = SeededRandom(42)
        let backoff = Backoff()
        let bound = Self.bound(of: backoff, afterFailures: failures)
        var tenths = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 {
            let delay = backoff.delay(afterFailures: failures, using: &random)
            #expect(delay >= .zero)
            tenths[min(9, Int(delay / bound * 10))] += 1
        }
        #expect(tenths.allSatisfy { $0 > 800 && $0 < 1200 }, "\(tenths)")
    }

    @Test func `is the same for the same random numbers`() {
        var (one, two) = (SeededRandom(3), SeededRandom(3))
        let backoff = Backoff()
        for failures in 1...20 {
            #expect(
                backoff.delay(afterFailures: failures, using: &one)
                    == backoff.delay(afterFailures: failures, using: &two))
        }
    }

    @Test func `keeps to limits of its own`() {
        var backoff = Backoff()
        backoff.first = .milliseconds(3)
        backoff.limit = .milliseconds(10)
        let bounds = (1...5).map { Self.bound(of: backoff, afterFailures: $0) }
        for (bound, expected) in zip(bounds, [3, 6, 10, 10, 10]) {
            #expect(bound <= .milliseconds(expected))
            #expect(bound > .milliseconds(expected) * 99 / 100)
        }
        backoff.first = .seconds(60)
        #expect(Self.bound(of: backoff, afterFailures: 1) <= .milliseconds(10))
        backoff.limit = .zero
        #expect(Self.bound(of: backoff, afterFailures: 9) == .zero)
        backoff = Backoff()
        backoff.first = .zero
        #expect(Self.bound(of: backoff, afterFailures: 9) == .zero)
    }
}
