import Lane
import Operations
import TestSupport
import Testing

@Suite("Telling systemd") struct ServiceManagerTests {
    private func onLane(_ body: @escaping @Sendable (Lane) async throws -> Void) async throws {
        let lane = try Lane(name: "manager")
        let result = await Task(executorPreference: lane) { try await body(lane) }.result
        await lane.stop()
        try result.get()
    }

    @Test("Messages arrive in order, at a path and at a name without a file", arguments: [false, true])
    func messages(isAbstract: Bool) async throws {
        try await onLane { lane in
            let socket = try ManagerSocket(isAbstract: isAbstract)
            let manager = ServiceManager(environment: ["NOTIFY_SOCKET": socket.name], on: lane)
            #expect(manager.isListening && manager.watchdog == nil)
            manager.status("not ready: broker\naway")
            manager.status("not ready: broker\naway")
            manager.ready()
            manager.reloading()
            manager.beat()
            manager.stopping(within: .seconds(40))
            let said = socket.messages()
            #expect(said.count == 5)
            #expect(said.prefix(2) == ["STATUS=not ready: broker away", "READY=1"])
            #expect(said[2].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
            #expect(said.suffix(2) == ["WATCHDOG=1", "STOPPING=1\nEXTEND_TIMEOUT_USEC=40000000"])
        }
    }

    @Test func `what the socket has no room for is said later, in order`() async throws {
        try await onLane { lane in
            let socket = try ManagerSocket(isAbstract: true)
            let manager = ServiceManager(environment: ["NOTIFY_SOCKET": socket.name], on: lane)
            let count = 60
            for number in 0..<count { manager.status("\(number)") }
            var said: [String] = []
            try await eventually("all have come") {
                said += socket.messages()
                return said.count == count
            }
            #expect(said == (0..<count).map { "STATUS=\($0)" })
        }
    }

    @Test(
        "A watchdog is served at half its time, and only if it is ours",
        arguments: [
            (["WATCHDOG_USEC": "30000000"], 15), (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "77"], 15),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "78"], nil), (["WATCHDOG_USEC": "-5"], nil),
            (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
        ] as [([String: String], Int?)])
    func watchdog(environment: [String: String], seconds: Int?) async throws {
        try await onLane { lane in
            let with = environment.merging(["NOTIFY_SOCKET": "@wxpush-nobody"]) { $1 }
            let manager = ServiceManager(environment: with, processID: 77, on: lane)
            #expect(manager.watchdog == seconds.map { .seconds($0) })
            #expect(ServiceManager(environment: environment, processID: 77, on: lane).watchdog == nil)
            // Nobody listens; that is no reason to fail.
            manager.ready()
        }
    }

    @Test(
        "A name that is none is left alone",
        arguments: ["", "@", "relative", "vsock:2:1", "/" + String(repeating: "x", count: 200)])
    func nonsense(name: String) async throws {
        try await onLane { lane in
            let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name], on: lane)
            #expect(!manager.isListening)
            manager.ready()
        }
    }
}
