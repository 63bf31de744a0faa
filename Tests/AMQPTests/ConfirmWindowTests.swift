import Testing

@testable import AMQP

/// A window of numbers, and what it has let go.
private struct Recorder {
    var window = ConfirmWindow<Int>()

    init(_ entries: some Sequence<Int> = []) {
        for entry in entries { window.append(entry) }
    }

    mutating func settle(_ tag: UInt64, multiple: Bool = false) -> [Int] {
        var settled: [Int] = []
        window.settle(tag, multiple: multiple) { settled.append($0) }
        return settled
    }

    mutating func drain() -> [Int] {
        var drained: [Int] = []
        window.drain { drained.append($0) }
        return drained
    }
}

@Suite("A confirm window") struct ConfirmWindowTests {
    @Test func `that is empty waits for nothing`() {
        var recorder = Recorder()
        #expect(recorder.window.isEmpty)
        #expect(recorder.window.waiting == 0)
        #expect(recorder.window.oldest == nil)
        #expect(recorder.settle(1) == [])
        #expect(recorder.settle(0, multiple: true) == [])
        #expect(recorder.window.firstReturned { _ in true } == nil)
        #expect(recorder.drain() == [])
    }

    @Test func `takes confirms in order`() {
        var recorder = Recorder(1...3)
        for number in 1...3 {
            #expect(recorder.window.oldest == number)
            #expect(recorder.settle(UInt64(number)) == [number])
        }
        #expect(recorder.window.isEmpty)
        #expect(recorder.window.oldest == nil)
    }

    @Test func `takes confirms out of order`() {
        var recorder = Recorder(1...5)
        #expect(recorder.settle(4) == [4])
        #expect(recorder.settle(2) == [2])
        #expect(recorder.window.oldest == 1)
        #expect(recorder.window.waiting == 3)
        #expect(recorder.settle(1) == [1])
        #expect(recorder.window.oldest == 3)
        #expect(recorder.settle(3) == [3])
        #expect(recorder.window.oldest == 5)
        #expect(recorder.settle(5) == [5])
        #expect(recorder.window.isEmpty)
    }

    @Test func `takes a confirm for all up to a number, but for those that were confirmed before`() {
        var recorder = Recorder(1...8)
        // In the order that a broker was seen to send: 7, 8, then all up to 6.
        #expect(recorder.settle(7) == [7])
        #expect(recorder.settle(8) == [8])
        #expect(recorder.settle(3) == [3])
        #expect(recorder.settle(6, multiple: true) == [1, 2, 4, 5, 6])
        #expect(recorder.window.isEmpty)
    }

    @Test func `takes a confirm for all up to a number that is itself confirmed`() {
        var recorder = Recorder(1...4)
        #expect(recorder.settle(3) == [3])
        #expect(recorder.settle(3, multiple: true) == [1, 2])
        #expect(recorder.window.oldest == 4)
    }

    @Test(arguments: [0, 4, 5, UInt64.max], [false, true])
    func `takes a number that it does not know for no news`(tag: UInt64, multiple: Bool) {
        var recorder = Recorder(1...3)
        #expect(recorder.settle(tag, multiple: multiple) == [])
        #expect(recorder.window.waiting == 3)
    }

    @Test(arguments: [false, true]) func `takes a second confirm for no news`(multiple: Bool) {
        var recorder = Recorder(1...3)
        #expect(recorder.settle(1) == [1])
        #expect(recorder.settle(1, multiple: multiple) == [])
        #expect(recorder.settle(3) == [3])
        #expect(recorder.settle(3) == [])
        #expect(recorder.window.waiting == 1)
    }

    @Test func `goes on counting after it ran empty`() {
        var recorder = Recorder(1...2)
        #expect(recorder.settle(2, multiple: true) == [1, 2])
        recorder.window.append(30)
        #expect(recorder.settle(1) == [])
        #expect(recorder.settle(3) == [30])
    }

    @Test func `finds messages that came back in the order of publishing`() {
        // All alike, as messages without a name for the same address are.
        var recorder = Recorder(1...4)
        #expect(recorder.window.firstReturned { _ in true } == 1)
        #expect(recorder.window.firstReturned { _ in true } == 2)
        #expect(recorder.settle(1) == [1])
        #expect(recorder.window.firstReturned { $0 % 2 == 0 } == 4)
        #expect(recorder.window.firstReturned { _ in true } == nil)
        #expect(recorder.settle(4, multiple: true) == [2, 3, 4])
    }

    @Test func `passes over messages that are confirmed when it looks for one that came back`() {
        var recorder = Recorder(1...4)
        #expect(recorder.settle(1) == [1])
        #expect(recorder.settle(3) == [3])
        #expect(recorder.window.firstReturned { _ in true } == 2)
        #expect(recorder.window.firstReturned { _ in true } == 4)
    }

    @Test func `does not lose its place when nothing fits what came back`() {
        var recorder = Recorder(1...3)
        #expect(recorder.window.firstReturned { $0 == 9 } == nil)
        #expect(recorder.window.firstReturned { $0 == 1 } == 1)
    }

    @Test func `gives all that waits when it is drained, and counts anew`() {
        var recorder = Recorder(1...5)
        #expect(recorder.settle(2) == [2])
        #expect(recorder.window.firstReturned { $0 == 4 } == 4)
        #expect(recorder.drain() == [1, 3, 4, 5])
        #expect(recorder.window.isEmpty)
        recorder.window.append(10)
        recorder.window.append(20)
        #expect(recorder.window.firstReturned { _ in true } == 10)
        #expect(recorder.settle(1) == [10])
        #expect(recorder.settle(2) == [20])
    }

    @Test func `holds thousands, confirmed from either end`() {
        let count = 20_000
        var recorder = Recorder(1...count)
        for number in stride(from: count, to: 1, by: -1) { #expect(recorder.settle(UInt64(number)) == [number]) }
        #expect(recorder.window.waiting == 1)
        #expect(recorder.window.oldest == 1)
        #expect(recorder.settle(UInt64(count), multiple: true) == [1])
        for number in 1...count { recorder.window.append(number) }
        #expect(recorder.settle(UInt64(2 * count), multiple: true).count == count)
        #expect(recorder.window.isEmpty)
    }

    /// The same thing, done the long way.
    private struct Model {
        /// Entries by their number; nil once confirmed.
        var entries: [Int?] = []
        var returnedUpTo = -1

        mutating func settle(_ tag: UInt64, multiple: Bool) -> [Int] {
            guard tag >= 1, tag <= UInt64(entries.count) else { return [] }
            let last = Int(tag) - 1
            return ((multiple ? 0 : last)...last).compactMap { entries[$0].take() }
        }

        mutating func firstReturned(where matches: (Int) -> Bool) -> Int? {
            let place = entries.indices.first { place in
                place > returnedUpTo && entries[place].map(matches) == true
            }
            guard let place else { return nil }
            returnedUpTo = place
            return entries[place]
        }
    }

    @Test(arguments: 1...12) func `does what a plain list of messages does`(seed: UInt64) {
        var random = SeededRandom(seed)
        var recorder = Recorder()
        var model = Model()
        for step in 0..<2500 {
            // Mostly numbers near the ones that wait, some far off.
            let near = UInt64(max(0, model.entries.count - Int.random(in: -3...40, using: &random)))
            let tag = Int.random(in: 0..<20, using: &random) == 0 ? random.next() : near
            switch Int.random(in: 0..<1000, using: &random) {
            case 0..<500:
                recorder.window.append(step)
                model.entries.append(step)
            case 500..<800:
                #expect(recorder.settle(tag) == model.settle(tag, multiple: false))
            case 800..<880:
                #expect(recorder.settle(tag, multiple: true) == model.settle(tag, multiple: true))
            case 880..<998:
                let rest = Int.random(in: 0..<5, using: &random)
                #expect(
                    recorder.window.firstReturned { $0 % 5 == rest } == model.firstReturned { $0 % 5 == rest })
            default:
                #expect(recorder.drain() == model.entries.compactMap(\.self))
                model = Model()
            }
            let waiting = model.entries.compactMap(\.self)
            #expect(recorder.window.waiting == waiting.count)
            #expect(recorder.window.isEmpty == waiting.isEmpty)
            #expect(recorder.window.oldest == waiting.first)
        }
    }
}
