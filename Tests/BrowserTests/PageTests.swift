import TestSupport
import Testing

/// The page as people use it, in a real browser.
///
/// One after the other: there is one browser.
@Suite(
    "The page in a browser", .serialized,
    .enabled(if: Browser.isInstalled, "Chromium or its driver is not installed"),
    .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"), .browser)
enum PageTests {}

/// Starts the browser ahead of a suite and ends it behind.
struct BrowserTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await Browser.run(body)
    }
}

extension Trait where Self == BrowserTrait {
    /// With one browser for all tests of the suite.
    static var browser: Self { BrowserTrait() }
}
