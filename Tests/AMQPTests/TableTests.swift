import Testing

@testable import AMQP

@Suite("A table") struct TableTests {
    private static func keys(_ table: Table) -> [ShortString] { table.map(\.key) }

    @Test func `keeps the order of its entries`() {
        let table: Table = ["z": 1, "a": "text", "m": true]
        #expect(Self.keys(table) == ["z", "a", "m"])
        #expect(table.map(\.value) == [.int64(1), .string("text"), .bool(true)])
        #expect(table != ["a": "text", "z": 1, "m": true])
        #expect(table == Table([("z", 1), ("a", "text"), ("m", true)]))
    }

    @Test func `is empty from the start`() {
        #expect(Table().isEmpty)
        #expect(Table() == [:])
        #expect(Table()["a"] == nil)
    }

    @Test func `may hold a key twice, and gives the first`() {
        var table: Table = ["a": 1, "b": 2, "a": 3]
        #expect(table.count == 3)
        #expect(table["a"] == 1)
        table.append("b", 4)
        #expect(Self.keys(table) == ["a", "b", "a", "b"])
        #expect(table["b"] == 2)
    }

    @Test func `replaces every value of a key at the place of the first`() {
        var table: Table = ["x": 0, "a": 1, "b": 2, "a": 3]
        table["a"] = "new"
        #expect(table == ["x": 0, "a": "new", "b": 2])
    }

    @Test func `adds a new key at the end`() {
        var table: Table = ["a": 1]
        table["b"] = 2
        #expect(table == ["a": 1, "b": 2])
    }

    @Test func `removes every value of a key`() {
        var table: Table = ["a": 1, "b": 2, "a": 3]
        table["a"] = nil
        #expect(table == ["b": 2])
        table["a"] = nil
        table["b"] = nil
        #expect(table.isEmpty)
    }

    @Test func `removes what a condition holds for`() {
        var table: Table = ["x-death": 1, "mine": 2, "x-first": 3, "x-death": 4]
        table.removeAll { $0.key.text?.hasPrefix("x-") == true }
        #expect(table == ["mine": 2])
    }

    @Test func `knows keys that are not UTF-8`() {
        let key = ShortString(bytes: [0xFF])
        var table: Table = [:]
        table[key] = 1
        table[ShortString(bytes: [0xFE])] = 2
        #expect(table[key] == 1)
        #expect(table.count == 2)
        #expect(table["\u{FFFD}"] == nil)
    }

    @Test func `does what a list of pairs does`() {
        var random = SeededRandom(5)
        var table = Table()
        var model: [(key: String, value: Int64)] = []
        for step in 0..<2000 as Range<Int64> {
            let key = ["a", "b", "c", "d", "e"].randomElement(using: &random) ?? "a"
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                table.append(ShortString(key), .int64(step))
                model.append((key, step))
            case 1:
                table[ShortString(key)] = .int64(step)
                if let place = model.firstIndex(where: { $0.key == key }) {
                    model[place].value = step
                    model = model.enumerated().filter { $0.offset == place || $0.element.key != key }.map(\.element)
                } else {
                    model.append((key, step))
                }
            case 2:
                table[ShortString(key)] = nil
                model.removeAll { $0.key == key }
            default:
                #expect(table[ShortString(key)]?.integer == model.first { $0.key == key }?.value)
            }
            #expect(table == Table(model.map { (ShortString($0.key), .int64($0.value)) }))
        }
    }
}
