import Testing

@testable import Lane

@Suite struct TimerHeapTests {
    private func moment(_ nanoseconds: UInt64) -> Moment { Moment(nanoseconds: nanoseconds) }

    /// Runs the actions of all timers that are due, in their order.
    private func fire(_ heap: inout TimerHeap, at now: UInt64) {
        while let action = heap.popDue(at: moment(now)) { action() }
    }

    @Test func `timers fire in the order of their deadlines, and only when due`() {
        var heap = TimerHeap()
        var order: [UInt64] = []
        for deadline: UInt64 in [70, 30, 90, 10, 50] {
            _ = heap.add(at: moment(deadline)) { order.append(deadline) }
        }
        #expect(heap.nextDeadline == moment(10))
        fire(&heap, at: 50)
        #expect(order == [10, 30, 50])
        #expect(heap.nextDeadline == moment(70))
        fire(&heap, at: 1000)
        #expect(order == [10, 30, 50, 70, 90])
        #expect(heap.isEmpty)
    }

    @Test func `a timer that has fired or was cancelled cannot be cancelled, nor the one that has its place now`() {
        var heap = TimerHeap()
        let fired = heap.add(at: moment(1)) {}
        fire(&heap, at: 1)
        let next = heap.add(at: moment(2)) {}
        #expect(heap.cancel(fired) == nil)
        #expect(heap.cancel(next) != nil)
        #expect(heap.cancel(next) == nil)
        #expect(heap.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `thousands of random timers and cancellations agree with a sorted list`(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func random(below limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        var heap = TimerHeap()
        var waiting: [(id: TimerHeap.ID, number: Int, deadline: UInt64)] = []
        var fired: [UInt64] = []
        var now: UInt64 = 0
        for number in 0..<5000 {
            switch random(below: 10) {
            case 0..<6:
                let deadline = now + random(below: 1000)
                waiting.append((heap.add(at: moment(deadline)) { fired.append(deadline) }, number, deadline))
            case 6..<8 where !waiting.isEmpty:
                let victim = waiting.remove(at: Int(random(below: UInt64(waiting.count))))
                #expect(heap.cancel(victim.id) != nil)
            default:
                now += random(below: 100)
                fired = []
                fire(&heap, at: now)
                let due = waiting.filter { $0.deadline <= now }.map(\.deadline).sorted()
                #expect(fired == due)
                waiting.removeAll { $0.deadline <= now }
            }
            #expect(heap.count == waiting.count)
        }
    }
}
