import Glibc

/// A string as AMQP has it: at most 255 bytes on the wire, by custom UTF-8, but nobody enforces that.
///
/// What arrives is kept byte for byte, so that passing a message on changes nothing; and two strings are equal when their bytes are,
/// as a broker has it, for which two ways to write an é are two names.
public struct ShortString: Sendable {
    private enum Storage {
        case text(String)
        /// Bytes that are not UTF-8.
        case bytes([UInt8])
    }

    private let storage: Storage

    /// A string of text.
    public init(_ text: String) { storage = .text(text) }

    /// A string of bytes, which may be anything.
    public init(bytes: [UInt8]) {
        unsafe self = bytes.withUnsafeBufferPointer { unsafe ShortString(bytes: $0) }
    }

    init(bytes: UnsafeBufferPointer<UInt8>) {
        if let text = unsafe try? UTF8Span(validating: bytes.span) {
            storage = .text(String(copying: text))
        } else {
            storage = unsafe .bytes(Array(bytes))
        }
    }

    /// The text, or nil if the bytes are not UTF-8.
    public var text: String? {
        if case .text(let text) = storage { text } else { nil }
    }

    /// The bytes on the wire.
    public var bytes: [UInt8] {
        switch storage {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        }
    }

    /// How many bytes it takes on the wire, the length byte aside.
    public var byteCount: Int {
        switch storage {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { byteCount == 0 }

    /// Whether these are the bytes of the string.
    func consists(of other: UnsafeBufferPointer<UInt8>) -> Bool {
        unsafe withBytes { bytes in
            guard bytes.count == other.count else { return false }
            guard let left = bytes.baseAddress, let right = other.baseAddress else { return true }
            return unsafe memcmp(left, right, bytes.count) == 0
        }
    }

    /// Lends the bytes without copying them.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        switch storage {
        case .text(var text): text.withUTF8 { unsafe body($0) }
        case .bytes(let bytes): unsafe bytes.withUnsafeBufferPointer { unsafe body($0) }
        }
    }
}

extension ShortString: Hashable {
    /// Whether the bytes are the same.
    public static func == (left: ShortString, right: ShortString) -> Bool {
        unsafe left.withBytes { unsafe right.consists(of: $0) }
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        unsafe withBytes { bytes in
            hasher.combine(bytes.count)
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
    }
}

extension ShortString: ExpressibleByStringInterpolation, CustomStringConvertible {
    /// A string of text, from a literal.
    public init(stringLiteral text: String) { self.init(text) }

    /// The text, with a replacement character for every sequence that is not UTF-8.
    public var description: String {
        switch storage {
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }
}
