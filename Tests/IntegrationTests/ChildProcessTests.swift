import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    private let scratch = FileManager.default.temporaryDirectory

    @Test func `a run returns both outputs and sees only its own environment`() async throws {
        var setting = ChildProcess.Setting("/bin/sh", ["-c", "echo out; echo err >&2; echo $MINE; pwd"])
        setting.environment = ["MINE": "mine"]
        setting.directory = "/usr"
        #expect(try await ChildProcess.run(setting, scratch: scratch) == "out\nerr\nmine\n/usr\n")
        let everything = try await ChildProcess.run(ChildProcess.Setting("/usr/bin/env"), scratch: scratch)
        #expect(everything.isEmpty)
    }

    @Test func `a child inherits no descriptor of ours`() async throws {
        let peer = try ScriptedServer.start { peer in try peer.drain() }
        let listing = ChildProcess.Setting("/bin/ls", ["/proc/self/fd"])
        // The fourth is the directory that is being listed.
        #expect(try await ChildProcess.run(listing, scratch: scratch) == "0\n1\n2\n3\n")
        await peer.stop()
    }

    @Test func `a failing run throws its status and its words`() async throws {
        let setting = ChildProcess.Setting("/bin/sh", ["-c", "echo no luck; exit 3"])
        let error = await #expect(throws: BrokerError.self) {
            try await ChildProcess.run(setting, scratch: scratch)
        }
        #expect(error?.description.contains("status 3") == true)
        #expect(error?.description.contains("no luck") == true)
    }

    @Test func `a run ends at its limit, with all that it started`() async throws {
        let setting = ChildProcess.Setting("/bin/sh", ["-c", "/bin/sleep 600 & wait"])
        await #expect(throws: BrokerError.self) {
            try await ChildProcess.run(setting, scratch: scratch, limit: .milliseconds(50))
        }
    }

    @Test func `a program that does not exist throws`() {
        #expect(throws: BrokerError.self) { try ChildProcess(ChildProcess.Setting("/no/such/program")) }
    }

    @Test func `every name is another`() async {
        let names = await withTaskGroup(of: String.self) { group in
            for _ in 0..<1000 { group.addTask { uniqueName("q") } }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.count == 1000)
    }
}
