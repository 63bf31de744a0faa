import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct SignalTests {
    @Test func `signals arrive in order, and none ends the process before its time`() async throws {
        let scratch = FileManager.default.temporaryDirectory
        let output = scratch.appending(component: uniqueName("signals"))
        defer { try? FileManager.default.removeItem(at: output) }
        var setting = ChildProcess.Setting(builtProgram("lane-signals").path)
        setting.output = output.path
        let process = try ChildProcess(setting)
        func lines() -> [String] {
            let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
        }
        var expected = ["ready"]
        try await eventually("it is ready") { lines() == expected }
        for signal in [SIGHUP, SIGINT, SIGHUP, SIGTERM] {
            kill(process.processID, signal)
            expected.append("signal \(signal)")
            if signal == SIGTERM { expected.append("stopped") }
            try await eventually("signal \(signal) is named") { lines() == expected }
        }
        #expect(await process.exit() == 0)
    }
}
