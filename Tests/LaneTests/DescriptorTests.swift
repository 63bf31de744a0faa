import Glibc
import Lane
import Synchronization
import Testing

@Suite struct DescriptorTests {
    /// A pair of connected sockets, closed when the test lets go of it.
    final class SocketPair: Sendable {
        let near: Int32
        let far: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends)
            (near, far) = (ends[0], ends[1])
        }

        deinit {
            close(near)
            close(far)
        }
    }

    @Test func `bytes that arrive are reported until they are read`() async throws {
        let pair = SocketPair()
        let text = try await withLane { lane in
            let text = Mutex<[UInt8]>([])
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                lane.perform {
                    do {
                        let watch = Mutex<Lane.Watch?>(nil)
                        let started = try lane.watch(pair.near, for: .readable) { readiness in
                            #expect(readiness.contains(.readable))
                            var byte: UInt8 = 0
                            #expect(read(pair.near, &byte, 1) == 1)
                            let count = text.withLock {
                                $0.append(byte)
                                return $0.count
                            }
                            if count == 5 {
                                if let watch = watch.withLock({ $0 }) { lane.cancel(watch) }
                                continuation.resume()
                            }
                        }
                        watch.withLock { $0 = started }
                        write(pair.far, "hello", 5)
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            }
            return text.withLock { $0 }
        }
        #expect(text == Array("hello".utf8))
    }

    @Test func `interest can change, and a hang-up is always told`() async throws {
        let pair = SocketPair()
        let seen = try await withLane { lane in
            let seen = Mutex<[String]>([])
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                lane.perform {
                    do {
                        let watch = Mutex<Lane.Watch?>(nil)
                        let started = try lane.watch(pair.near, for: .writable) { readiness in
                            guard let started = watch.withLock({ $0 }) else { return }
                            if readiness.contains(.failed) {
                                seen.withLock { $0.append("failed") }
                                lane.cancel(started)
                                continuation.resume()
                            } else if readiness.contains(.writable) {
                                seen.withLock { $0.append("writable") }
                                try? lane.update(started, for: [])
                                shutdown(pair.far, Int32(SHUT_RDWR))
                            }
                        }
                        watch.withLock { $0 = started }
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            }
            return seen.withLock { $0 }
        }
        #expect(seen == ["writable", "failed"])
    }

    @Test func `an event that was on its way when its watch ended finds nobody`() async throws {
        let one = SocketPair()
        let two = SocketPair()
        let calls = try await withLane { lane in
            let calls = Mutex(0)
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                lane.perform {
                    let watches = Mutex<[Lane.Watch]>([])
                    for pair in [one, two] {
                        write(pair.far, "x", 1)
                        let watch = try? lane.watch(pair.near, for: .readable) { _ in
                            calls.withLock { $0 += 1 }
                            for watch in watches.withLock({ $0 }) { lane.cancel(watch) }
                            _ = lane.schedule(after: .milliseconds(2)) { continuation.resume() }
                        }
                        if let watch { watches.withLock { $0.append(watch) } }
                    }
                }
            }
            return calls.withLock { $0 }
        }
        #expect(calls == 1)
    }

    @Test func `a descriptor that cannot be watched is an error`() async throws {
        try await withLane { lane in
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                lane.perform {
                    let error = #expect(throws: LaneError.self) {
                        _ = try lane.watch(-1, for: .readable) { _ in }
                    }
                    #expect(error?.description == "epoll_ctl failed: Bad file descriptor")
                    continuation.resume()
                }
            }
        }
    }

    @Test func `what came while the lane was held up is seen before timers that fell due meanwhile`() async throws {
        // More than one wait for events brings.
        let pairs = (0..<300).map { _ in SocketPair() }
        let seen = try await withLane { lane in
            let seen = Mutex(0)
            return try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int, any Error>) in
                lane.perform {
                    do {
                        for pair in pairs {
                            _ = try lane.watch(pair.near, for: .readable) { _ in
                                var byte: UInt8 = 0
                                if read(pair.near, &byte, 1) == 1 { seen.withLock { $0 += 1 } }
                            }
                        }
                    } catch {
                        return continuation.resume(throwing: error)
                    }
                    _ = lane.schedule(after: .milliseconds(1)) {
                        continuation.resume(returning: seen.withLock { $0 })
                    }
                    for pair in pairs { write(pair.far, "x", 1) }
                    usleep(5000)
                }
            }
        }
        #expect(seen == pairs.count)
    }
}
