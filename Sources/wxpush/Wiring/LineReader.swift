/// The lines of an input, one after the other: no more of it is in memory than a line and the piece that it came in.
struct LineReader {
    /// A line that holds something.
    struct Line: Sendable {
        /// Its number, from 1 on, empty lines counted.
        let number: Int
        /// What it holds, without its end; nil for a line over the limit.
        let bytes: [UInt8]?
    }

    private let input: InputFile
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    /// Up to where there is no line's end.
    private var searched = 0
    private var number = 0
    private var isAtEnd = false
    private var isSkipping = false

    /// The lines of an input; those with more bytes than the limit are named and passed over.
    init(_ input: InputFile, limit: Int) {
        self.input = input
        self.limit = limit
    }

    /// The next line that is not empty; nil at the end.
    mutating func next() async throws(Failure) -> Line? {
        while true {
            if let line = try await nextWithEmpty() {
                guard let bytes = line.bytes else { return line }
                if !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return line }
            } else {
                return nil
            }
        }
    }

    /// Whether the next line can be had without waiting for it.
    var isAhead: Bool { isAtEnd || buffer[searched...].contains(UInt8(ascii: "\n")) }

    private mutating func nextWithEmpty() async throws(Failure) -> Line? {
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = take(upTo: end)
                start = end + 1
                searched = start
                return line
            }
            searched = buffer.count
            if isAtEnd {
                guard start < buffer.count || isSkipping else { return nil }
                let line = take(upTo: buffer.count)
                start = buffer.count
                return line
            }
            try await refill()
        }
    }

    private mutating func take(upTo end: Int) -> Line {
        number += 1
        defer { isSkipping = false }
        guard !isSkipping, end - start <= limit else { return Line(number: number, bytes: nil) }
        let bytes = Array(buffer[start..<end])
        return Line(number: number, bytes: number == 1 ? bytes.withoutByteOrderMark : bytes)
    }

    private mutating func refill() async throws(Failure) {
        buffer.removeSubrange(..<start)
        start = 0
        if buffer.count > limit {
            isSkipping = true
            buffer.removeAll()
        }
        searched = buffer.count
        let piece = try await input.read()
        isAtEnd = piece.isEmpty
        buffer += piece
    }
}
