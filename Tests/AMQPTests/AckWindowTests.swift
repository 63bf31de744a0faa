import Lane
import Testing

@testable import AMQP

private let start = Moment(nanoseconds: 1_000_000_000)
private let afterPatience = start + AckWindow.patience

/// A window that can be asked within an expectation.
private final class Window {
    private var acks = AckWindow()

    /// A window of so many deliveries.
    init(_ count: UInt64 = 0) {
        for tag in 0..<count { #expect(deliver(tag + 1)) }
    }

    var open: Int { acks.open }
    var finished: Int { acks.finished }

    func deliver(_ tag: UInt64) -> Bool { acks.deliver(tag) }
    func finish(_ tag: UInt64) -> Bool { acks.finish(tag) }
    func settle(_ tag: UInt64) -> Bool { acks.settle(tag) }
    func reset() { acks.reset() }

    func acknowledgements(at now: Moment, all: Bool = false) -> [Settlement] {
        acks.acknowledgements(at: now, all: all)
    }
}

@Suite("An acknowledgement window") struct AckWindowTests {
    @Test func `that is empty has nothing to tell`() {
        let window = Window()
        #expect(window.acknowledgements(at: start) == [])
        #expect(window.acknowledgements(at: start, all: true) == [])
        #expect(window.open == 0)
        #expect(window.finished == 0)
    }

    @Test(arguments: [0, 1, 3, 5, UInt64.max]) func `knows a delivery out of order`(tag: UInt64) {
        let window = Window(3)
        #expect(!window.deliver(tag))
        #expect(window.open == 3)
        #expect(window.deliver(4))
    }

    @Test func `tells of a single finished delivery by its own number`() {
        let window = Window(2)
        #expect(window.finish(1))
        #expect(window.open == 1)
        #expect(window.finished == 1)
        #expect(window.acknowledgements(at: start) == [.acknowledge(tag: 1, multiple: false)])
        #expect(window.finished == 0)
    }

    @Test func `tells of a run of finished deliveries at once, whatever their order`() {
        let window = Window(5)
        for tag: UInt64 in [3, 1, 4, 2] { #expect(window.finish(tag)) }
        #expect(window.acknowledgements(at: start) == [.acknowledge(tag: 4, multiple: true)])
        #expect(window.acknowledgements(at: start) == [])
        #expect(window.open == 1)
        #expect(window.finished == 0)
    }

    @Test func `waits with finished deliveries for a slow one before them`() {
        let window = Window(4)
        #expect(window.finish(2))
        #expect(window.finish(4))
        #expect(window.acknowledgements(at: start) == [])
        #expect(window.acknowledgements(at: start + AckWindow.patience / 2) == [])
        #expect(window.finished == 2)
        #expect(window.finish(1))
        #expect(
            window.acknowledgements(at: start + AckWindow.patience / 2) == [.acknowledge(tag: 2, multiple: true)])
    }

    @Test func `waits for a slow delivery only so long`() {
        let window = Window(4)
        for tag: UInt64 in [2, 4] { #expect(window.finish(tag)) }
        #expect(window.acknowledgements(at: start) == [])
        #expect(window.finish(3))
        #expect(
            window.acknowledgements(at: afterPatience) == [2, 3, 4].map { .acknowledge(tag: $0, multiple: false) })
        #expect(window.finished == 0)
        #expect(window.open == 1)
        // What was told one by one is not told again.
        #expect(window.finish(1))
        #expect(window.acknowledgements(at: afterPatience) == [.acknowledge(tag: 1, multiple: false)])
    }

    @Test func `begins to wait anew for each slow delivery`() {
        let window = Window(5)
        #expect(window.finish(2))
        #expect(window.acknowledgements(at: start) == [])
        #expect(window.acknowledgements(at: afterPatience) == [.acknowledge(tag: 2, multiple: false)])
        #expect(window.finish(4))
        #expect(window.acknowledgements(at: afterPatience) == [])
        #expect(
            window.acknowledgements(at: afterPatience + AckWindow.patience) == [.acknowledge(tag: 4, multiple: false)])
    }

    @Test func `waits for a slow delivery only with so many`() {
        let window = Window(200)
        for tag in 2..<UInt64(1 + AckWindow.crowd) { #expect(window.finish(tag)) }
        #expect(window.finished == AckWindow.crowd - 1)
        #expect(window.acknowledgements(at: start) == [])
        #expect(window.finish(100))
        let told = window.acknowledgements(at: start)
        #expect(told.count == AckWindow.crowd)
        #expect(told.first == .acknowledge(tag: 2, multiple: false))
        #expect(told.last == .acknowledge(tag: 100, multiple: false))
    }

    @Test func `waits for nobody when all is to be told`() {
        let window = Window(5)
        for tag: UInt64 in [1, 2, 4] { #expect(window.finish(tag)) }
        #expect(
            window.acknowledgements(at: start, all: true) == [
                .acknowledge(tag: 2, multiple: true), .acknowledge(tag: 4, multiple: false),
            ])
        #expect(window.finished == 0)
        #expect(window.open == 2)
    }

    @Test func `settles nothing twice`() {
        let window = Window(3)
        #expect(window.finish(1))
        #expect(!window.finish(1))
        #expect(!window.settle(1))
        #expect(window.settle(2))
        #expect(!window.settle(2))
        #expect(!window.finish(2))
        _ = window.acknowledgements(at: start)
        for tag: UInt64 in [0, 1, 2, 4, .max] {
            #expect(!window.finish(tag))
            #expect(!window.settle(tag))
        }
        #expect(window.open == 1)
        #expect(window.finished == 0)
    }

    @Test func `steps over a delivery that was given back`() {
        let window = Window(5)
        #expect(window.finish(1))
        #expect(window.settle(2))
        #expect(window.finish(3))
        #expect(window.settle(4))
        // All up to 3 is right: 2 is settled already. 4 must not be named, for the broker no longer knows it.
        #expect(window.acknowledgements(at: start) == [.acknowledge(tag: 3, multiple: true)])
        #expect(window.open == 1)
    }

    @Test func `says nothing of deliveries that were all given back`() {
        let window = Window(3)
        for tag: UInt64 in 1...3 { #expect(window.settle(tag)) }
        #expect(window.acknowledgements(at: start, all: true) == [])
        #expect(window.open == 0)
        #expect(window.deliver(4))
        #expect(window.finish(4))
        #expect(window.acknowledgements(at: start) == [.acknowledge(tag: 4, multiple: false)])
    }

    @Test func `counts anew after its channel has ended`() {
        let window = Window(3)
        #expect(window.finish(2))
        #expect(window.acknowledgements(at: start) == [])
        window.reset()
        #expect(window.open == 0)
        #expect(window.finished == 0)
        #expect(!window.finish(1))
        #expect(window.deliver(1))
        #expect(window.deliver(2))
        #expect(window.finish(2))
        // Its patience is its own, not what was left of the channel before.
        #expect(window.acknowledgements(at: afterPatience) == [])
    }

    /// The broker's side: what it waits for, and whether it is told right.
    private struct Broker {
        var outstanding: Set<UInt64> = []
        /// Finished by the user, and not told.
        var finished: Set<UInt64> = []

        var open: Set<UInt64> { outstanding.subtracting(finished) }

        mutating func take(_ settlement: Settlement) {
            guard case .acknowledge(let tag, let multiple) = settlement else {
                Issue.record("a refusal out of nowhere")
                return
            }
            // A number that is not outstanding is one that a broker closes the channel for.
            #expect(outstanding.contains(tag))
            let named: Set = multiple ? outstanding.filter { $0 <= tag } : [tag]
            #expect(named.isSubset(of: finished), "an open delivery is acknowledged")
            outstanding.subtract(named)
            finished.subtract(named)
        }
    }

    @Test(arguments: 1...12) func `tells of every finished delivery once and of no other`(seed: UInt64) {
        var random = SeededRandom(seed)
        let window = Window()
        var broker = Broker()
        var last: UInt64 = 0
        var now = start
        for _ in 0..<4000 {
            switch Int.random(in: 0..<1000, using: &random) {
            case 0..<400:
                last += 1
                #expect(window.deliver(last))
                broker.outstanding.insert(last)
            case 400..<720:
                // Some that are done already, and some that never were.
                let near = last - min(last, UInt64.random(in: 0...30, using: &random))
                let tag = Bool.random(using: &random) ? near : broker.open.min() ?? near
                let isOpen = broker.open.contains(tag)
                #expect(window.finish(tag) == isOpen)
                if isOpen { broker.finished.insert(tag) }
            case 720..<790:
                let tag = last - min(last, UInt64.random(in: 0...30, using: &random))
                let isOpen = broker.open.contains(tag)
                #expect(window.settle(tag) == isOpen)
                if isOpen { broker.outstanding.remove(tag) }
            case 790..<980:
                now = now + .microseconds(Int.random(in: 0...9000, using: &random))
                for settlement in window.acknowledgements(at: now) { broker.take(settlement) }
                #expect(broker.finished.count < AckWindow.crowd)
                if let first = broker.open.min() {
                    #expect(broker.finished.allSatisfy { $0 > first }, "nothing before the first open one waits")
                } else {
                    #expect(broker.finished.isEmpty)
                }
            case 980..<998:
                for settlement in window.acknowledgements(at: now, all: true) { broker.take(settlement) }
                #expect(broker.finished.isEmpty)
            default:
                window.reset()
                broker = Broker()
                last = 0
            }
            #expect(window.finished == broker.finished.count)
            #expect(window.open == broker.open.count)
        }
        for tag in broker.open { #expect(window.finish(tag)) }
        broker.finished = broker.outstanding
        for settlement in window.acknowledgements(at: now) { broker.take(settlement) }
        #expect(broker.outstanding.isEmpty)
    }
}
