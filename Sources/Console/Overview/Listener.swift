import HTTPServer
import Lane

/// Somebody who listens to events, and what has not gone out yet; to be used on the lane of its stream.
final class Listener {
    /// How many events may wait.
    private static let room = 256
    /// How many bytes go out at once.
    private static let piece = 32 << 10

    private let stream: ServerStream
    /// Whether it may hear what happens now.
    let isWelcome: @Sendable () -> Bool
    private var waiting: [ServerEvent] = []
    /// Since when the stream has had more than it can take.
    private var stuckSince: Moment?
    private var hasEnded = false
    /// Wakes who waits for something to send.
    private var wake: CheckedContinuation<Void, Never>?

    init(_ stream: ServerStream, _ isWelcome: @escaping @Sendable () -> Bool) {
        self.stream = stream
        self.isWelcome = isWelcome
    }

    /// An event is to go out.
    func add(_ event: ServerEvent) {
        waiting.removeAll { $0.isOutdated(by: event) }
        waiting.append(event)
        resume()
    }

    /// Whether it does not read what it is sent.
    func isLate(at now: Moment, _ patience: Duration) -> Bool {
        waiting.count > Self.room || stuckSince.map { now - $0 > patience } ?? false
    }

    /// Nothing more is to go out.
    func end() {
        hasEnded = true
        resume()
    }

    /// Ends the connection, whatever has not gone out.
    func letGo() {
        end()
        stream.assumeIsolated { $0.leave() }
    }

    private func resume() {
        wake?.resume()
        wake = nil
    }

    /// Sends what there is, until the end.
    func run() async {
        // Browsers wait for three to five seconds by themselves.
        guard await send(Array("retry: 2000\n\n".utf8)) else { return }
        while !hasEnded {
            if waiting.isEmpty {
                await withCheckedContinuation { wake = $0 }
            } else {
                guard await send(waiting.removeFirst().bytes) else { return }
            }
        }
    }

    /// Sends bytes piece by piece: who reads slowly reads all the same.
    private func send(_ bytes: [UInt8]) async -> Bool {
        defer { stuckSince = nil }
        var rest = bytes[...]
        while !rest.isEmpty {
            stuckSince = .now
            guard await stream.send(Array(rest.prefix(Self.piece))) else { return false }
            rest = rest.dropFirst(Self.piece)
        }
        return true
    }
}
