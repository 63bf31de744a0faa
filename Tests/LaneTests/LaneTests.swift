import Glibc
import Lane
import Synchronization
import Testing

/// Runs a test on a lane of its own, and stops the lane whatever happens.
func withLane<Value: Sendable>(
    _ name: String = "test", _ body: @escaping @Sendable (Lane) async throws -> Value
) async throws -> Value {
    let lane = try Lane(name: name)
    let result = await Task(executorPreference: lane) { try await body(lane) }.result
    await lane.stop()
    return try result.get()
}

@Suite struct LaneTests {
    /// Counts on its lane, and knows whether it was ever elsewhere.
    actor Counter: LaneBound {
        nonisolated let lane: Lane
        private(set) var value = 0
        private(set) var strayed = false

        init(on lane: Lane) { self.lane = lane }

        func increment() {
            value += 1
            if !lane.isCurrent { strayed = true }
        }

        func incrementMany(_ other: Counter, times: Int) async {
            for _ in 0..<times {
                increment()
                await other.increment()
                if !lane.isCurrent { strayed = true }
            }
        }
    }

    @Test func `a task stays on its lane across suspensions`() async throws {
        try await withLane { lane in
            #expect(lane.isCurrent)
            await Task.yield()
            #expect(lane.isCurrent)
            try await lane.sleep(for: .milliseconds(1))
            #expect(lane.isCurrent)
            await withTaskGroup { group in
                for _ in 0..<10 { group.addTask { #expect(lane.isCurrent) } }
            }
        }
    }

    @Test func `actors of one lane reach one another without leaving it`() async throws {
        try await withLane { lane in
            let one = Counter(on: lane)
            let two = Counter(on: lane)
            await one.incrementMany(two, times: 1000)
            #expect(await one.value == 1000)
            #expect(await two.value == 1000)
            #expect(await !one.strayed)
            #expect(await !two.strayed)
        }
    }

    @Test func `actors of two lanes call one another from thread to thread`() async throws {
        try await withLane("left") { left in
            try await withLane("right") { right in
                let here = Counter(on: left)
                let there = Counter(on: right)
                await here.incrementMany(there, times: 2000)
                #expect(await there.value == 2000)
                #expect(await !there.strayed)
                #expect(await !here.strayed)
            }
        }
    }

    @Test func `work handed over by many threads all arrives`() async throws {
        try await withLane { lane in
            let counter = Counter(on: lane)
            await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask(executorPreference: globalConcurrentExecutor) {
                        for _ in 0..<2000 { await counter.increment() }
                    }
                }
            }
            #expect(await counter.value == 16_000)
            #expect(await !counter.strayed)
        }
    }

    @Test func `the stack has the size that was asked for`() async throws {
        /// Touches a mebibyte of stack in every round.
        @Sendable func descend(_ rounds: Int) -> Int {
            guard rounds > 0 else { return 0 }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 20) { buffer in
                for index in stride(from: 0, to: buffer.count, by: 4096) { buffer[index] = 1 }
                return descend(rounds - 1) + Int(buffer[0])
            }
        }
        #expect(try await withLane { _ in descend(14) } == 14)
    }

    @Test func `the thread carries the lane's name`() async throws {
        let name = try await withLane("lane-with-a-name") { _ in
            let file = try #require(fopen("/proc/thread-self/comm", "r"))
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = fread(&bytes, 1, bytes.count, file)
            return Array(bytes[..<count])
        }
        #expect(name == Array("lane-with-a-nam\n".utf8))
    }

    @Test func `the end of a turn comes after all that was ready`() async throws {
        let order = try await withLane { lane in
            let order = Mutex<[String]>([])
            await withCheckedContinuation { continuation in
                lane.perform {
                    lane.atEndOfTurn {
                        order.withLock { $0.append("end") }
                        continuation.resume()
                    }
                    for _ in 0..<3 { lane.perform { order.withLock { $0.append("work") } } }
                }
            }
            return order.withLock { $0 }
        }
        #expect(order == ["work", "work", "work", "end"])
    }

    @Test func `a busy task leaves room for descriptors and timers`() async throws {
        try await withLane { lane in
            let done = Atomic(false)
            async let timer: Void = {
                try await lane.sleep(for: .milliseconds(5))
                done.store(true, ordering: .relaxed)
            }()
            while !done.load(ordering: .relaxed) { await Task.yield() }
            try await timer
        }
    }

    @Test func `stopping wakes what sleeps and waits for the thread`() async throws {
        let lane = try Lane(name: "stopping")
        let sleeper = Task(executorPreference: lane) { try await lane.sleep(for: .seconds(3600)) }
        let begun = Task(executorPreference: lane) {}
        await begun.value
        await lane.stop()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        await lane.stop()
    }

    @Test func `a task that outlives its lane ends the program`() async {
        await #expect(processExitsWith: .failure) {
            let lane = try Lane(name: "stopped")
            await lane.stop()
            await Task(executorPreference: lane) {}.value
        }
    }

    @Test func `a closure for a lane that has stopped is let go`() async throws {
        let lane = try Lane(name: "stopped")
        await lane.stop()
        final class Held: Sendable {}
        weak var held: Held?
        do {
            let object = Held()
            held = object
            lane.perform { _ = object }
        }
        #expect(held == nil)
    }

    @Test func `a timer that sets itself anew does not keep a lane from stopping`() async throws {
        let lane = try Lane(name: "ticking")
        let fired = Mutex(0)
        @Sendable func tick() {
            fired.withLock { $0 += 1 }
            _ = lane.schedule(after: .zero) { tick() }
        }
        lane.perform { tick() }
        try await lane.sleep(for: .milliseconds(2))
        await lane.stop()
        #expect(fired.withLock { $0 } > 1)
    }

    @Test func `what the end of a turn asks of the next one is done`() async throws {
        try await withLane { lane in
            await withCheckedContinuation { continuation in
                lane.perform { lane.atEndOfTurn { lane.atEndOfTurn { continuation.resume() } } }
            }
        }
    }
}
