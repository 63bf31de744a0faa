import JSON
import Testing

@Suite("Hostile JSON") struct HostileTests {
    private static let sample = Array(
        #"{"id":"订单-1","n":[0,-1.5e3,12345678901234567890,true,null],"o":{"e":"\ud83d\ude00\n"},"é":"x"}"#.utf8)

    @Test func `nests as deep as allowed and no deeper`() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            }
            #expect(fault(in: nested(64)) == nil)
            #expect(fault(in: nested(65)) == JSONError(offset: 64 * open.utf8.count, fault: .tooDeep(limit: 64)))
            var limits = JSONLimits()
            limits.depth = 2
            #expect(fault(in: nested(2), limits: limits) == nil)
            #expect(fault(in: nested(3), limits: limits)?.fault == .tooDeep(limit: 2))
            limits.depth = .max
            #expect(fault(in: nested(512), limits: limits) == nil)
            #expect(fault(in: nested(100_000), limits: limits)?.fault == .tooDeep(limit: 512))
        }
        #expect(fault(in: String(repeating: "[", count: 1_000_000))?.fault == .tooDeep(limit: 64))
        #expect(fault(in: "[" + String(repeating: "[],", count: 1000) + "1]") == nil)
    }

    @Test func `is larger than allowed`() {
        var limits = JSONLimits()
        limits.bytes = 4
        #expect(fault(in: "1234", limits: limits) == nil)
        #expect(fault(in: "12345", limits: limits) == JSONError(offset: 4, fault: .tooLarge(limit: 4)))
    }

    @Test func `has numbers longer than allowed`() {
        #expect(fault(in: String(repeating: "9", count: 256)) == nil)
        #expect(fault(in: "[" + String(repeating: "9", count: 257))?.fault == .numberTooLong(limit: 256))
        #expect(fault(in: "0." + String(repeating: "9", count: 100_000))?.offset == 0)
    }

    @Test(.timeLimit(.minutes(1))) func `has a hundred thousand keys`() throws {
        let members = (0..<100_000).map { "\"\(String($0, radix: 36))\":0" }.joined(separator: ",")
        #expect(try parse("{\(members)}").object?.count == 100_000)
    }

    @Test func `ends at every place`() {
        for length in 0..<Self.sample.count {
            #expect(fault(in: Array(Self.sample.prefix(length))) != nil)
        }
    }

    @Test(arguments: [JSONDialect.strict, .lenient])
    func `is read, or refused at a place inside it`(dialect: JSONDialect) throws {
        var random = SeededRandom(7)
        let marks = Array("{}[]\",:\\u0dDe+-.1tfn \u{1}\u{FFFD}".utf8) + [0xFF, 0x80, 0xE4]
        for _ in 0..<20_000 {
            var bytes = Self.sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let mark = marks.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = mark
                case 1: bytes.insert(mark, at: place)
                default: bytes.remove(at: place)
                }
            }
            do throws(JSONError) {
                let value = try JSONValue(parsing: bytes, dialect)
                // What is read is written as strict JSON that means the same.
                #expect(try JSONValue(parsing: value.bytes) == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }
}
