import Testing

@testable import AMQP

/// Bytes that no text holds.
private let notUTF8: [[UInt8]] = [
    // A stray continuation byte, a cut-off sequence, an overlong form, a surrogate, beyond the last character.
    [0x80], [0x61, 0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF, 0x00, 0xFE],
]

@Suite("A short string") struct ShortStringTests {
    @Test(arguments: ["", "a", "推送", "💥", "a\u{0}b", "e\u{301}", "\r\n", String(repeating: "长", count: 85)])
    func `of text keeps its bytes`(text: String) {
        let string = ShortString(text)
        #expect(string.text == text)
        #expect(string.bytes == Array(text.utf8))
        #expect(string.byteCount == text.utf8.count)
        #expect(string.isEmpty == text.isEmpty)
        #expect(string.description == text)
        #expect(ShortString(bytes: Array(text.utf8)) == string)
        #expect(ShortString(bytes: Array(text.utf8)).text == text)
    }

    @Test(arguments: notUTF8) func `of other bytes keeps them too`(bytes: [UInt8]) {
        let string = ShortString(bytes: bytes)
        #expect(string.text == nil)
        #expect(string.bytes == bytes)
        #expect(string.byteCount == bytes.count)
        #expect(!string.isEmpty)
        #expect(string.description.contains("\u{FFFD}"))
        #expect(string == ShortString(bytes: bytes))
        #expect(string != ShortString(string.description))
    }

    @Test func `is empty without bytes`() {
        #expect(ShortString(bytes: []) == "")
        #expect(ShortString(bytes: []).isEmpty)
        #expect(ShortString(bytes: []).text == "")
    }

    @Test func `equals another when the bytes are the same and not otherwise`() {
        #expect(ShortString("a") == "a")
        #expect(ShortString("a") != "b")
        #expect(ShortString("a") != "ab")
        #expect(ShortString("a\u{0}") != "a")
        for one in notUTF8 {
            for other in notUTF8 { #expect((ShortString(bytes: one) == ShortString(bytes: other)) == (one == other)) }
        }
    }

    @Test(arguments: [("\u{E9}", "e\u{301}"), ("\u{212B}", "\u{C5}"), ("a\u{323}\u{307}", "a\u{307}\u{323}")])
    func `differs from one that only looks the same`(one: String, other: String) {
        // To Swift they are the same text; to a broker they are two queues.
        #expect(one == other)
        #expect(ShortString(one) != ShortString(other))
        #expect(Set([ShortString(one), ShortString(other)]).count == 2)
        #expect(([ShortString(one): 1] as Table)[ShortString(other)] == nil)
    }

    @Test func `hashes as it compares`() {
        var strings: Set<ShortString> = ["a", "b", "a"]
        for bytes in notUTF8 + notUTF8 { strings.insert(ShortString(bytes: bytes)) }
        #expect(strings.count == 2 + notUTF8.count)
        #expect(strings.contains(ShortString(bytes: Array("a".utf8))))
    }

    @Test func `knows its own bytes`() {
        for bytes in notUTF8 + [[], Array("text".utf8), Array("long enough to live on the heap".utf8)] {
            let string = ShortString(bytes: bytes)
            #expect(bytes.withUnsafeBufferPointer { string.consists(of: $0) })
            #expect(!(bytes + [0]).withUnsafeBufferPointer { string.consists(of: $0) })
            if !bytes.isEmpty {
                #expect(!bytes.dropLast().withUnsafeBufferPointer { string.consists(of: $0) })
                #expect(!(bytes.dropLast() + [0x7E]).withUnsafeBufferPointer { string.consists(of: $0) })
            }
            #expect(string.withBytes { Array($0) } == bytes)
        }
    }

    @Test func `can be interpolated`() {
        let number = 7
        #expect(("queue-\(number)" as ShortString).bytes == Array("queue-7".utf8))
    }
}
