import Foundation
import JSON
import TestSupport
import Testing

/// What eyes see, and how they are made to look.
extension Browser {
    /// Opens an address.
    func open(_ url: String) async throws { try await command("url", ["url": .string(url)]) }

    /// Runs a script in the page, which may return something.
    @discardableResult
    func script(_ code: String, _ arguments: JSONValue...) async throws -> JSONValue {
        try await command("execute/sync", ["script": .string(code), "args": .array(arguments)])
    }

    /// Waits until a text can be read on the page.
    func see(_ text: String, in selector: String = "body") async throws {
        try await wait(
            "“\(text)” in \(selector)",
            "return [...document.querySelectorAll(arguments[0])].some((one) => one.innerText.includes(arguments[1]))",
            .string(selector), .string(text))
    }

    /// Waits until a text cannot be read on the page any more.
    func missing(_ text: String, in selector: String = "body") async throws {
        try await wait(
            "no “\(text)” in \(selector)",
            "return ![...document.querySelectorAll(arguments[0])].some((one) => one.innerText.includes(arguments[1]))",
            .string(selector), .string(text))
    }

    /// Waits until a script in the page says yes.
    func wait(_ what: String, _ code: String, _ arguments: JSONValue...) async throws {
        do {
            try await eventually(what, within: .seconds(60), every: .milliseconds(50)) {
                do {
                    let answer = try await command(
                        "execute/sync", ["script": .string(code), "args": .array(arguments)])
                    return answer.bool == true
                } catch let error as BrowserError where error.code == "javascript error" {
                    // The page was between two addresses, or has not got there.
                    return false
                }
            }
        } catch let error as ConditionNotMet {
            throw BrowserError(code: "not seen", message: "\(error.description); \(await glimpse())")
        }
    }

    /// Whether somebody can use what is at a place.
    func isEnabled(_ place: Place) async throws -> Bool {
        try await command("element/\(try await find(place))/enabled").bool == true
    }

    /// The path and the query of where one is.
    func location() async throws -> String {
        try await script("return location.pathname + location.search").string ?? ""
    }

    /// What the console has to complain about since the last call, network refusals that a test provokes left out.
    func complaints() async throws -> [String] {
        let entries = try await command("se/log", ["type": "browser"]).array ?? []
        return entries.compactMap { $0.object?["message"]?.string }.filter { !$0.contains("Failed to load resource") }
    }

    // MARK: The look

    /// Makes the window that wide and high, as a phone if it is narrow.
    func resize(width: Int64, height: Int64) async throws {
        try await tool(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(width), "height": .integer(height), "deviceScaleFactor": 1,
                "mobile": .bool(width < 500),
            ])
    }

    /// Makes the system prefer dark or light colours.
    func prefer(dark: Bool) async throws {
        try await tool(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]]])
    }

    /// Makes the browser's language another one, from the next address on.
    func speak(_ language: String) async throws {
        let agent = try await script("return navigator.userAgent")
        try await tool(
            "Emulation.setUserAgentOverride", ["userAgent": agent, "acceptLanguage": .string(language)])
    }

    /// Where the build is, and beside it the pictures that tests take, for people to look at.
    private static let pictures: URL = {
        var folder = builtProgram("wxpush").deletingLastPathComponent()
        while folder.path != "/", !folder.lastPathComponent.hasPrefix(".build") { folder.deleteLastPathComponent() }
        return folder.appending(component: "screenshots")
    }()

    /// Keeps a picture of the page, all of its height.
    func picture(_ name: String) async throws {
        let size = try await script(
            "return [innerWidth, Math.min(4000, Math.max(innerHeight, document.documentElement.scrollHeight))]"
        ).array
        let before = try await script("return [innerWidth, innerHeight]").array
        if let width = size?.first?.integer, let height = size?.last?.integer {
            try await resize(width: width, height: height)
        }
        let shot = try await command("screenshot").string ?? ""
        if let width = before?.first?.integer, let height = before?.last?.integer {
            try await resize(width: width, height: height)
        }
        let data = try #require(Data(base64Encoded: shot))
        try FileManager.default.createDirectory(at: Self.pictures, withIntermediateDirectories: true)
        try data.write(to: Self.pictures.appending(component: "\(name).png"))
    }
}
