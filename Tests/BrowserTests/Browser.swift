import Foundation
import Glibc
import HTTPClient
import JSON
import Lane
import TestSupport
import Testing

/// A headless Chromium on this machine alone, asked over WebDriver.
///
/// One serves all tests of the suite, one after the other, as it is heavy.
final class Browser: Sendable {
    private let lane: Lane
    private let client: HTTPClient
    private let directory: ReapedDirectory
    private let driver: ChildProcess
    private let driverURL: String
    private let session: String

    private static let chromium = "/usr/bin/chromium"
    private static let chromedriver = "/usr/bin/chromedriver"
    @TaskLocal private static var current: Browser?

    /// Whether this machine has what it takes.
    static var isInstalled: Bool {
        [chromium, chromedriver].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The browser of the suite, as if nobody had used it yet: no cookies, English, light, as wide as a desk.
    static func fresh() async throws -> Browser {
        let browser = try #require(current)
        try await browser.open("about:blank")
        _ = try await browser.tool("Network.clearBrowserCookies")
        try await browser.speak("en-US")
        try await browser.prefer(dark: false)
        try await browser.resize(width: 1280, height: 900)
        return browser
    }

    /// Does something with a browser of its own at hand, and ends it in order.
    static func run(_ body: () async throws -> Void) async throws {
        let browser = try await Browser()
        let result: Result<Void, any Error>
        do {
            try await $current.withValue(browser) { try await body() }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await browser.end()
        try result.get()
    }

    private func end() async {
        _ = try? await tool("Browser.close")
        driver.signalGroup(SIGTERM)
        _ = await driver.exit()
        await client.close()
        await lane.stop()
        await directory.remove()
        // The last of its processes may have written once more while the directory went.
        let left = directory.url
        try? await eventually("the profile is gone") {
            try? FileManager.default.removeItem(at: left)
            return !FileManager.default.fileExists(atPath: left.path)
        }
    }

    private init() async throws {
        lane = try Lane(name: "browser")
        client = HTTPClient(on: lane)
        directory = try ReapedDirectory(prefix: "wxpush-browser")
        let port = try FreePorts.take(1)[0]
        let address = "http://127.0.0.1:\(port)"
        var setting = ChildProcess.Setting(Self.chromedriver, ["--port=\(port)"])
        let home = directory.url.path
        setting.environment = [
            "PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home,
            "LANG": "C.UTF-8", directory.marker.name: directory.marker.value,
        ]
        setting.directory = home
        setting.output = directory.url.appending(component: "driver.log").path
        driver = try ChildProcess(setting)
        driverURL = address
        let (client, driver) = (client, driver)
        try await eventually("the driver listens", within: .seconds(120)) {
            guard driver.isRunning else { throw BrowserError(code: "ended", message: "the driver has ended") }
            return (try? await client.send(.get(address + "/status")).status) == 200
        }
        let answer = try await Self.ask(client, .post(address + "/session", .json(Self.wishes(home).bytes)))
        guard let id = answer.object?["sessionId"]?.string else {
            throw BrowserError(code: "no session", message: answer.description)
        }
        session = "\(address)/session/\(id)"
    }

    private static func wishes(_ home: String) -> JSONValue {
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
            "--user-data-dir=\(home)/profile", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-default-apps",
            // Whatever else it wants to ask the world finds nobody.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-proxy-server",
        ]
        let options: JSONValue = ["binary": .string(chromium), "args": .array(arguments.map { .string($0) })]
        return [
            "capabilities": [
                "alwaysMatch": [
                    "browserName": "chrome", "goog:chromeOptions": options,
                    "goog:loggingPrefs": ["browser": "ALL"], "unhandledPromptBehavior": "ignore",
                ]
            ]
        ]
    }

    // MARK: Asking

    /// Sends a command of WebDriver about the session; without a body it is a question.
    @discardableResult
    func command(_ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let url = "\(session)/\(path)"
        return try await Self.ask(client, body.map { .post(url, .json($0.bytes)) } ?? .get(url))
    }

    /// Sends a command of Chromium's own tools.
    @discardableResult
    func tool(_ name: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
        try await command("goog/cdp/execute", ["cmd": .string(name), "params": parameters])
    }

    private static func ask(_ client: HTTPClient, _ request: HTTPRequest) async throws -> JSONValue {
        var request = request
        request.timeout = .seconds(120)
        request.responseLimit = 64 << 20
        let answer = try await client.send(request)
        let value = try JSONValue(parsing: answer.body).object?["value"] ?? .null
        guard answer.status == 200 else {
            let fault = value.object
            throw BrowserError(
                code: fault?["error"]?.string ?? "status \(answer.status)",
                message: String((fault?["message"]?.string ?? "").prefix(400)))
        }
        return value
    }
}

/// What the driver has refused with.
struct BrowserError: Error, CustomStringConvertible {
    /// WebDriver's word for it.
    let code: String
    /// What it says besides.
    let message: String

    /// Both.
    var description: String { "\(code): \(message)" }

    /// Whether the page was just about to change there, so that another try may go well.
    var isPassing: Bool {
        [
            "no such element", "stale element reference", "element not interactable", "element click intercepted",
            "invalid element state",
        ].contains(code)
    }
}
