import Testing

@testable import AMQP

@Suite("A ring") struct RingTests {
    @Test func `that is empty has nothing to give`() {
        var ring = Ring<Int>()
        #expect(ring.isEmpty)
        #expect(ring.count == 0)
        #expect(ring.first == nil)
        #expect(ring.popFirst() == nil)
        #expect(ring.isEmpty)
    }

    @Test(arguments: [0, 1, 16, 17, 512]) func `gives back what it took, in order`(capacity: Int) {
        var ring = Ring<Int>(minimumCapacity: capacity)
        for number in 0..<2000 { ring.append(number) }
        #expect(ring.count == 2000)
        #expect(ring.first == 0)
        #expect((0..<2000).allSatisfy { ring[$0] == $0 })
        #expect((0..<2000).allSatisfy { ring.popFirst() == $0 })
        #expect(ring.isEmpty)
    }

    @Test func `keeps its order when it grows while its head is in the middle`() {
        var ring = Ring<Int>()
        for number in 0..<16 { ring.append(number) }
        for number in 0..<11 { #expect(ring.popFirst() == number) }
        for number in 16..<100 { ring.append(number) }
        #expect(ring.count == 89)
        #expect((0..<89).map { ring[$0] } == Array(11..<100))
    }

    @Test func `can be changed at a position`() {
        var ring = Ring<String>()
        for _ in 0..<13 {
            ring.append("passing")
            _ = ring.popFirst()
        }
        for word in ["a", "b", "c", "d", "e"] { ring.append(word) }
        ring[0] = "A"
        ring[4] = "E"
        #expect((0..<5).map { ring[$0] } == ["A", "b", "c", "d", "E"])
        #expect(ring.first == "A")
        #expect(ring.count == 5)
    }

    @Test func `holds nothing that has left it`() {
        final class Thing {}
        weak var popped: Thing?
        weak var removed: Thing?
        var ring = Ring<Thing>()
        do {
            let (one, two) = (Thing(), Thing())
            (popped, removed) = (one, two)
            ring.append(one)
            ring.append(two)
        }
        #expect(popped != nil)
        _ = ring.popFirst()
        #expect(popped == nil)
        #expect(removed != nil)
        ring.removeAll()
        #expect(removed == nil)
        #expect(ring.isEmpty)
    }

    @Test func `can hold optionals, and tells an empty one from none`() {
        var ring = Ring<Int?>()
        ring.append(nil)
        ring.append(1)
        #expect(ring.count == 2)
        #expect(ring[0] == nil)
        let first: Int?? = ring.popFirst()
        #expect(first == .some(.none))
        #expect(ring.popFirst() == .some(.some(1)))
        #expect(ring.isEmpty)
    }

    @Test(arguments: 1...8) func `does what an array does`(seed: UInt64) {
        var random = SeededRandom(seed)
        var ring = Ring<Int>()
        var model: [Int] = []
        for step in 0..<5000 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<48:
                ring.append(step)
                model.append(step)
            case 48..<90:
                #expect(ring.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            case 90..<99:
                guard let position = model.indices.randomElement(using: &random) else { continue }
                ring[position] = -step
                model[position] = -step
            default:
                guard step % 7 == 0 else { continue }
                ring.removeAll()
                model.removeAll()
            }
            #expect(ring.count == model.count)
            #expect(ring.first == model.first)
            if let position = model.indices.randomElement(using: &random) {
                #expect(ring[position] == model[position])
            }
        }
        #expect((0..<ring.count).map { ring[$0] } == model)
    }

    @Test(arguments: [-1, 0, 1]) func `ends the program when asked beyond its ends`(position: Int) async {
        await #expect(processExitsWith: .failure) { [position] in
            var ring = Ring<Int>()
            ring.append(1)
            _ = ring.popFirst()
            _ = ring[position]
        }
    }
}
