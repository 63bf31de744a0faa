import Foundation
import JSON
import TestSupport
import Testing

/// Somebody else's SDK against the sandbox.
struct ThirdPartyTests {
    @Test(
        .enabled("wechatpy cannot be installed: is python3-venv there, and PyPI in reach?") {
            await Wechatpy.isInstalled
        })
    func `wechatpy gets a token, sends and logs in, unchanged but for its base URL`() async throws {
        let python = try #require(await Wechatpy.shared.value)
        try await Rehearsal.run { stage in
            let script = repository.appending(path: "Tests/Fixtures/wechatpy/send.py").path
            var setting = ChildProcess.Setting(python.interpreter, [script, stage.endpoint])
            setting.environment = ["LC_ALL": "C.UTF-8"]
            let output = try await ChildProcess.run(setting, scratch: python.directory.url, limit: .seconds(60))
            #expect(output.contains("sent with wechatpy"))
            let messages = try await stage.control("/sandbox/messages?openid=oThirdParty")["messages"]?.array ?? []
            #expect(messages.compactMap { $0.object?["kind"]?.string } == ["template", "customer"])
            let text = messages.last?.object?["message"]?.object?["text"]?.object?["content"]?.string
            #expect(text == "您的订单已发货 <b>&amp;</b>")
        }
    }
}

/// wechatpy in a virtual environment of this process.
private struct Wechatpy: Sendable {
    let directory: ReapedDirectory
    let interpreter: String

    static var isInstalled: Bool {
        get async { await shared.value != nil }
    }

    static let shared = Task { await install() }

    private static func install() async -> Wechatpy? {
        guard let directory = try? ReapedDirectory(prefix: "wxpush-wechatpy") else { return nil }
        let place = directory.url.appending(component: "venv").path
        func run(_ program: String, _ arguments: [String]) async -> Bool {
            var setting = ChildProcess.Setting(program, arguments)
            setting.environment = ["PATH": "/usr/bin:/bin", "HOME": directory.url.path]
            // How this machine reaches PyPI.
            for (name, value) in ProcessInfo.processInfo.environment {
                if name.hasPrefix("PIP_") || name.lowercased().hasSuffix("_proxy") { setting.environment[name] = value }
            }
            return (try? await ChildProcess.run(setting, scratch: directory.url, limit: .seconds(120))) != nil
        }
        guard await run("/usr/bin/python3", ["-m", "venv", place]),
            await run("\(place)/bin/pip", ["install", "--quiet", "--no-input", "wechatpy[cryptography]==1.8.18"])
        else {
            await directory.remove()
            return nil
        }
        return Wechatpy(directory: directory, interpreter: "\(place)/bin/python")
    }
}

/// Where the project's files are.
private let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
