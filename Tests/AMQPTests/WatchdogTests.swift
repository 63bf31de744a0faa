import Glibc
import TestSupport
import Testing

@testable import AMQP

/// Two ends of a local connection.
private struct SocketPair: ~Copyable, Sendable {
    let near: Int32
    let far: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        (near, far) = (ends[0], ends[1])
    }

    deinit {
        close(near)
        close(far)
    }

    /// Whether the near end gets shut down within a time.
    func isShutDown(within limit: Duration) async throws -> Bool {
        let far = self.far
        return try await onOwnThread {
            var wait = pollfd(fd: far, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, Int32(limit.components.seconds * 1000)) == 1 else { return false }
            var byte: UInt8 = 0
            return read(far, &byte, 1) == 0
        }
    }

    /// Whether bytes still pass.
    var works: Bool {
        var (out, back): (UInt8, UInt8) = (42, 0)
        guard send(near, &out, 1, Int32(MSG_NOSIGNAL)) == 1 else { return false }
        return recv(far, &back, 1, Int32(MSG_DONTWAIT)) == 1 && back == 42
    }
}

@Suite("The watchdog") struct WatchdogTests {
    @Test func `shuts down the socket of a call that stays too long`() async throws {
        let pair = SocketPair()
        let entry = Watchdog.watch(pair.near, limit: .milliseconds(10))
        entry.enter()
        #expect(try await pair.isShutDown(within: .seconds(20)))
        entry.leave()
        entry.end()
    }

    @Test func `ends a wait of the thread that hangs`() async throws {
        let pair = SocketPair()
        let near = pair.near
        let entry = Watchdog.watch(near, limit: .milliseconds(10))
        let count = try await onOwnThread {
            entry.enter()
            defer { entry.leave() }
            var byte: UInt8 = 0
            return read(near, &byte, 1)
        }
        #expect(count == 0)
        entry.end()
        _ = consume pair
    }

    @Test func `leaves those alone that come back in time, that have ended, or that may take longer`() async throws {
        let idle = SocketPair()
        let left = SocketPair()
        let ended = SocketPair()
        let patient = SocketPair()
        let idleEntry = Watchdog.watch(idle.near, limit: .milliseconds(1))
        // Long enough for a thread that loses its turn between the two.
        let leftEntry = Watchdog.watch(left.near, limit: .milliseconds(400))
        leftEntry.enter()
        leftEntry.leave()
        let endedEntry = Watchdog.watch(ended.near, limit: .milliseconds(1))
        endedEntry.enter()
        endedEntry.end()
        let patientEntry = Watchdog.watch(patient.near, limit: .seconds(600))
        patientEntry.enter()

        // One that does hang, comes last and may take longer: once it is found, the others would have been.
        let hanging = SocketPair()
        let entry = Watchdog.watch(hanging.near, limit: .milliseconds(500))
        entry.enter()
        #expect(try await hanging.isShutDown(within: .seconds(20)))
        entry.end()
        let works = [idle.works, left.works, ended.works, patient.works]
        #expect(works == [true, true, true, true])
        for entry in [idleEntry, leftEntry, patientEntry] { entry.end() }
    }

    @Test func `still watches a call when one within it has come back`() async throws {
        let pair = SocketPair()
        let entry = Watchdog.watch(pair.near, limit: .milliseconds(10))
        let outer = entry.enter()
        let inner = entry.enter()
        entry.leave(to: inner)
        #expect(try await pair.isShutDown(within: .seconds(20)))
        entry.leave(to: outer)
        entry.end()
    }

    @Test func `watches no more when a call and the one within it have come back`() async throws {
        let pair = SocketPair()
        let entry = Watchdog.watch(pair.near, limit: .milliseconds(400))
        let outer = entry.enter()
        let inner = entry.enter()
        entry.leave(to: inner)
        entry.leave(to: outer)
        let hanging = SocketPair()
        let last = Watchdog.watch(hanging.near, limit: .milliseconds(500))
        last.enter()
        #expect(try await hanging.isShutDown(within: .seconds(20)))
        let works = pair.works
        #expect(works)
        entry.end()
        last.end()
    }

    @Test func `watches again after the last entry has ended`() async throws {
        for _ in 0..<3 {
            let pair = SocketPair()
            let entry = Watchdog.watch(pair.near, limit: .milliseconds(1))
            entry.enter()
            #expect(try await pair.isShutDown(within: .seconds(20)))
            entry.end()
            entry.end()
        }
    }
}
