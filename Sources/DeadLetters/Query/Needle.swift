import JSON
import Worker

/// A text to be looked for in many others; letters of ASCII count as small ones.
///
/// Goes along the other text once, whatever both hold (Knuth, Morris and Pratt): a search that starts again at every byte takes minutes
/// for a text made for it.
struct Needle: Hashable, Sendable {
    private let bytes: [UInt8]
    /// How much of the beginning still fits where the byte after so many does not.
    private let fallback: [Int]

    /// A text to look for; it has a byte at least.
    init?(_ text: String) {
        let bytes = text.utf8.map(Self.small)
        guard !bytes.isEmpty else { return nil }
        var fallback = [0]
        var length = 0
        for byte in bytes.dropFirst() {
            while length > 0, bytes[length] != byte { length = fallback[length - 1] }
            if bytes[length] == byte { length += 1 }
            fallback.append(length)
        }
        self.bytes = bytes
        self.fallback = fallback
    }

    func isIn(_ text: String) -> Bool { isIn(Array(text.utf8)) }

    func isIn(_ other: [UInt8]) -> Bool {
        guard other.count >= bytes.count else { return false }
        return other.withUnsafeBufferPointer { other in
            bytes.withUnsafeBufferPointer { wanted in
                var length = 0
                for byte in other {
                    let byte = Self.small(byte)
                    while length > 0, wanted[length] != byte { length = fallback[length - 1] }
                    if wanted[length] == byte { length += 1 }
                    if length == wanted.count { return true }
                }
                return false
            }
        }
    }

    private static func small(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

/// Where a letter is searched for text: its body, the detail and WeChat's message.
///
/// Made once for all terms of a query, as a body may have to be read for them.
struct SearchedLetter {
    private let body: [UInt8]
    private let detail: String?
    private let errmsg: String?
    /// The body with its escapes undone: some senders write \u4f60 for 你, and a person looks for what it means.
    private lazy var plainBody: [UInt8]? = {
        guard body.count <= Job.Limits.body, body.contains(UInt8(ascii: "\\")) else { return nil }
        return (try? JSONValue(parsing: body))?.bytes
    }()

    init(_ letter: DeadLetter) {
        body = letter.body
        detail = letter.detail
        errmsg = letter.errmsg
    }

    mutating func contains(_ needle: Needle) -> Bool {
        if needle.isIn(body) { return true }
        for text in [detail, errmsg].compactMap(\.self) where needle.isIn(text) { return true }
        return plainBody.map(needle.isIn) ?? false
    }
}
