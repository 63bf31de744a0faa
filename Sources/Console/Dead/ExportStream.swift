import HTTPServer
import Lane

/// Writes an export to a client, and ends it if the client takes too long: meanwhile nobody else gets at the letters.
///
/// There is so much time to wait; what was taken earns some more. So neither a short stall ends it nor a queue that is slow to read, but
/// every stall that is long, and every trickle.
actor ExportStream: LaneBound {
    nonisolated let lane: Lane
    private let stream: ServerStream
    /// How long it may wait for the client, at most.
    private let patience: Duration
    /// How many bytes earn a second.
    private let pace: Int
    private var rest: Duration
    /// How many letters were written.
    private(set) var letters = 0

    /// An export to a client who takes so many bytes a second, on average.
    init(_ stream: ServerStream, patience: Duration = .seconds(30), pace: Int = 32 << 10) {
        self.stream = stream
        lane = stream.lane
        self.patience = patience
        self.pace = pace
        rest = patience
    }

    /// Writes a letter; false if nobody takes it any more.
    func send(letter: [UInt8]) async -> Bool {
        guard await send(letter) else { return false }
        letters += 1
        return true
    }

    /// Writes a line; false if nobody takes it any more.
    @discardableResult
    func send(_ line: [UInt8]) async -> Bool {
        let line = line + [UInt8(ascii: "\n")]
        // A large letter takes its time, and earns it piece by piece.
        for start in stride(from: 0, to: line.count, by: pace) {
            guard await send(piece: Array(line[start..<min(start + pace, line.count)])) else { return false }
        }
        return true
    }

    private func send(piece: [UInt8]) async -> Bool {
        let start = Moment.now
        let timer = lane.schedule(after: rest) { [stream] in stream.assumeIsolated { $0.leave() } }
        let isOpen = await stream.send(piece)
        lane.cancel(timer)
        rest = min(rest - (.now - start) + .seconds(Double(piece.count) / Double(pace)), patience)
        return isOpen
    }
}
