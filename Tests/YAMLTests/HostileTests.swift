import Testing
import YAML

@Suite("Hostile YAML") struct HostileTests {
    @Test func `nests as deep as allowed and no deeper`() {
        func flow(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        func block(_ depth: Int) -> String {
            (0..<depth).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        }
        for nested in [flow, block] {
            #expect(fault(in: nested(64)) == nil)
            #expect(fault(in: nested(65))?.hasSuffix("nested deeper than 64") == true)
        }
        #expect(fault(in: String(repeating: "[", count: 500_000))?.hasSuffix("nested deeper than 64") == true)
        #expect(fault(in: String(repeating: "- ", count: 500_000))?.hasSuffix("nested deeper than 64") == true)
        #expect(fault(in: String(repeating: "{a: ", count: 200_000))?.hasSuffix("nested deeper than 64") == true)
    }

    @Test func `nests deeper through aliases`() {
        let chain = "a0: &a0 [x]\n" + (1..<80).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined()
        #expect(fault(in: chain) == "f:64:12: nested deeper than 64")
    }

    @Test func `multiplies itself by aliases`() {
        let bomb =
            "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
            + (1..<12).map { level in
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",") + "]\n"
            }.joined()
        #expect(fault(in: bomb)?.hasSuffix("more than 50000 values, those of aliases counted each time") == true)
    }

    @Test func `has as many values as allowed and no more`() {
        var limits = Limits()
        limits.nodes = 4
        #expect(fault(in: "[a, b, c]", limits: limits) == nil)
        #expect(fault(in: "[a, b, c, d]", limits: limits) != nil)
        #expect(fault(in: "[&x [a], *x]", limits: limits) != nil)
        #expect(fault(in: "[&x a, *x, *x]", limits: limits) == nil)
    }

    @Test func `is larger than allowed`() {
        var limits = Limits()
        limits.bytes = 4
        #expect(fault(in: "a: 1", limits: limits) == nil)
        #expect(fault(in: "a: 12", limits: limits) == "f: larger than 4 bytes")
    }

    @Test(.timeLimit(.minutes(1))) func `has twenty thousand keys in one mapping`() throws {
        let text = (0..<20_000).map { "\(String($0, radix: 36)): 0\n" }.joined()
        #expect(try parse(text).mapping?.entries.count == 20_000)
    }

    @Test func `ends at every place`() {
        let sample = Array("# c\na: &x [1, 'b', \"\\u00e9\"]\nd:\n  - *x\n  - {e: |\n      订单\n".utf8)
        for length in 0..<sample.count { _ = fault(in: Array(sample.prefix(length))) }
        #expect(fault(in: sample) != nil)
    }

    @Test func `is read, or refused at a place inside it`() throws {
        let sample = Array(
            """
            # 注释
            a: &x {k: [1, "two\\n", 'it''s'], ? l : m}
            b: |2-
                block
              text
            "c d": >
              folded
            e:
              - *x
              - - nested
                - !!str 12
            ...

            """.utf8)
        var random = SeededRandom(11)
        let marks =
            Array("{}[]\",:'\\u0-?&*!|>%@`#<\n\r\t abx~".utf8) + [0xFF, 0x80, 0xE4, 0x00, 0xEF, 0xBB, 0xBF, 0x85]
        var read = 0
        for _ in 0..<20_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let mark = marks.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = mark
                case 1: bytes.insert(mark, at: place)
                case 2: bytes.insert(contentsOf: bytes[place...].prefix(12), at: place)
                default: bytes.remove(at: place)
                }
            }
            let lines = bytes.count + 2
            do throws(Fault) {
                let node = try Node(parsing: bytes, source: "f")
                read += 1
                #expect(node.places.allSatisfy { (1...lines).contains($0.position?.line ?? 0) })
            } catch {
                #expect((1...lines).contains(error.place.position?.line ?? 1))
                #expect(!error.message.isEmpty && !error.message.contains("\n"))
            }
        }
        #expect((1_000..<19_000).contains(read))
    }
}
