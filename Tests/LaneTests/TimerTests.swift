import Lane
import Synchronization
import Testing

@Suite struct TimerTests {
    @Test func `every timer fires, and none before it is due`() async throws {
        let early = try await withLane { lane in
            let waiting = Mutex(Set([7, 3, 9, 1, 5]))
            let early = Mutex(0)
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                lane.perform {
                    for delay in [7, 3, 9, 1, 5] {
                        let due = Moment.now + .milliseconds(delay)
                        _ = lane.schedule(after: .milliseconds(delay)) {
                            if Moment.now < due { early.withLock { $0 += 1 } }
                            let isLast = waiting.withLock {
                                $0.remove(delay)
                                return $0.isEmpty
                            }
                            if isLast { continuation.resume() }
                        }
                    }
                }
            }
            return early.withLock { $0 }
        }
        #expect(early == 0)
    }

    @Test func `sleeping lasts at least as long as asked`() async throws {
        try await withLane { lane in
            for milliseconds in [0, 1, 13] {
                let start = Moment.now
                try await lane.sleep(for: .milliseconds(milliseconds))
                #expect(Moment.now - start >= .milliseconds(milliseconds))
            }
        }
    }

    @Test func `tens of thousands sleep at once and all wake`() async throws {
        try await withLane { lane in
            try await withThrowingTaskGroup { group in
                for index in 0..<20_000 {
                    group.addTask { try await lane.sleep(for: .milliseconds(20 + index % 50)) }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a cancelled sleeper wakes at once, with an error`() async throws {
        try await withLane { lane in
            let sleepers = (0..<1000).map { _ in
                Task(executorPreference: lane) { try await lane.sleep(for: .seconds(3600)) }
            }
            await Task.yield()
            for sleeper in sleepers { sleeper.cancel() }
            for sleeper in sleepers {
                await #expect(throws: CancellationError.self) { try await sleeper.value }
            }
        }
    }

    @Test func `a task cancelled before it sleeps does not sleep`() async throws {
        try await withLane { lane in
            let gate = AsyncStream<Void>.makeStream()
            let sleeper = Task(executorPreference: lane) {
                for await _ in gate.stream {}
                try await lane.sleep(for: .seconds(3600))
            }
            sleeper.cancel()
            gate.continuation.finish()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test func `sleeping on a lane from another thread comes back to that thread's executor`() async throws {
        let lane = try Lane(name: "other")
        try await lane.sleep(for: .milliseconds(1))
        #expect(!lane.isCurrent)
        let sleeper = Task(executorPreference: globalConcurrentExecutor) { try await lane.sleep(for: .seconds(3600)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        await lane.stop()
    }

    @Test func `a cancelled timer never fires, and the others do`() async throws {
        let fired = try await withLane { lane in
            let fired = Mutex<Set<Int>>([])
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                lane.perform {
                    let timers = (0..<1000).map { index in
                        lane.schedule(after: .microseconds((index * 7919) % 3000)) {
                            _ = fired.withLock { $0.insert(index) }
                        }
                    }
                    for index in stride(from: 0, to: 1000, by: 3) { lane.cancel(timers[index]) }
                    for index in stride(from: 0, to: 1000, by: 3) { lane.cancel(timers[index]) }
                    _ = lane.schedule(after: .milliseconds(10)) { continuation.resume() }
                }
            }
            return fired.withLock { $0 }
        }
        #expect(fired == Set((0..<1000).filter { $0 % 3 != 0 }))
    }
}
