import Foundation
import TestSupport
import Testing

/// The demo, as a newcomer would run it, with the executable of this build.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct DemoTests {
    @Test(.enabled(if: Site.has("/usr/bin/jq") && Site.has("/usr/bin/curl"), "curl or jq is not installed"))
    func `every job of the demo comes out as it should, and nothing is left behind`() async throws {
        let scratch = try ReapedDirectory(prefix: "wxpush-demo-test")
        var setting = ChildProcess.Setting(Site.repository.appending(path: "Scripts/demo").path, ["--once"])
        setting.environment = [
            scratch.marker.name: scratch.marker.value, "PATH": "/usr/local/bin:/usr/bin:/bin",
            "WXPUSH_BIN": builtProgram("wxpush").path, "TMPDIR": scratch.url.path,
        ]
        do {
            let output = try await ChildProcess.run(setting, scratch: scratch.url, limit: .seconds(300))
            #expect(output.contains("every job has exactly the result that it should have"))
            // The demo's own directory is in this one, with its logs and data.
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path) == [])
        } catch {
            await scratch.remove()
            throw error
        }
        await scratch.remove()
    }
}
