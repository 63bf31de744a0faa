import CRabbitMQ

/// Memory for the C values of one outgoing frame: taken piece by piece, given back all at once, never moved.
@safe final class Arena {
    private static let firstChunk = 4096

    private var chunks: [UnsafeMutableRawBufferPointer] = unsafe []
    private var used = 0

    deinit {
        unsafe chunks.forEach { unsafe $0.deallocate() }
    }

    /// Takes everything back; what was handed out is invalid from here on.
    func reset() {
        used = 0
        guard unsafe chunks.count > 1, let largest = unsafe chunks.last else { return }
        unsafe chunks.dropLast().forEach { unsafe $0.deallocate() }
        unsafe chunks = [largest]
    }

    /// Room for values of a type.
    func allocate<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        let alignment = MemoryLayout<Value>.alignment
        let bytes = MemoryLayout<Value>.stride * count
        var start = (used + alignment - 1) & ~(alignment - 1)
        if unsafe start + bytes > (chunks.last?.count ?? 0) {
            let size = unsafe max(Self.firstChunk, bytes, 2 * (chunks.last?.count ?? 0))
            unsafe chunks.append(.allocate(byteCount: size, alignment: 16))
            start = 0
        }
        used = start + bytes
        // Chunks are never empty here, so their base address is there.
        return unsafe (chunks[chunks.count - 1].baseAddress.unsafelyUnwrapped + start)
            .bindMemory(to: type, capacity: count)
    }

    /// A copy of bytes.
    func bytes(_ source: UnsafeBufferPointer<UInt8>) -> amqp_bytes_t {
        guard source.count > 0, let from = source.baseAddress else { return unsafe amqp_empty_bytes }
        let copy = unsafe allocate(UInt8.self, count: source.count)
        unsafe copy.initialize(from: from, count: source.count)
        return unsafe amqp_bytes_t(len: source.count, bytes: UnsafeMutableRawPointer(copy))
    }

    /// A copy of a short string.
    func bytes(_ string: ShortString) -> amqp_bytes_t {
        unsafe string.withBytes { unsafe bytes($0) }
    }

    /// A copy of text.
    func bytes(_ text: String) -> amqp_bytes_t {
        var text = text
        return text.withUTF8 { unsafe bytes($0) }
    }
}
