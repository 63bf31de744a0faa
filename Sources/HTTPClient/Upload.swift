/// Reads the pieces of a body one after the other, into whatever room there is.
struct Upload {
    let pieces: [[UInt8]]
    private var piece = 0
    private var offset = 0

    init(_ pieces: [[UInt8]]) { self.pieces = pieces }

    /// Fills the room as far as there is something left, and returns how many bytes that were.
    mutating func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while piece < pieces.count, filled < room.count {
            let count = min(room.count - filled, pieces[piece].count - offset)
            unsafe pieces[piece].withUnsafeBytes { bytes in
                let target = unsafe UnsafeMutableRawBufferPointer(rebasing: room[filled..<(filled + count)])
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
            }
            filled += count
            offset += count
            if offset == pieces[piece].count {
                piece += 1
                offset = 0
            }
        }
        return filled
    }

    /// Starts again from the front.
    mutating func rewind() {
        piece = 0
        offset = 0
    }
}
