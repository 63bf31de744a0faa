import Glibc
import Lane

/// One end of a TCP connection, read and written by a single thread that may block.
///
/// Every read and write has a limit, so that a peer that falls silent ends a test instead of hanging it.
package final class Peer: Sendable {
    /// Why a read or a write could not be done.
    package enum Failure: Error, Equatable {
        /// The other side has ended the connection, or this side has closed it.
        case closed
        /// The other side has reset the connection.
        case reset
        /// The limit passed.
        case timedOut
        /// The system refused with this error number.
        case system(Int32)
    }

    private let descriptor: Locked<Int32?>

    /// Takes over a connected socket.
    init(descriptor: Int32) {
        self.descriptor = Locked(descriptor)
    }

    deinit {
        close()
    }

    /// Connects to a port of this machine; the limit, in seconds, holds for each read and write.
    package static func connect(port: Int, limit: Int = 30) throws -> Peer {
        Peer(descriptor: try LoopbackSocket.connect(port: port, limit: limit))
    }

    /// Reads exactly that many bytes.
    package func read(count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            bytes += try receive(atMost: count - bytes.count)
        }
        return bytes
    }

    /// Waits for something to arrive and reads what is there, up to 64 KiB; empty at the end of the connection.
    package func readAvailable() throws -> [UInt8] {
        do {
            return try receive(atMost: 1 << 16)
        } catch Failure.closed {
            return []
        }
    }

    /// Reads and drops everything until the other side ends the connection.
    package func drain() throws {
        while try !readAvailable().isEmpty {}
    }

    /// Writes all the bytes.
    package func write(_ bytes: [UInt8]) throws {
        let open = try opened()
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                SystemCall.retrying {
                    send(open, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, Int32(MSG_NOSIGNAL))
                }
            }
            guard count > 0 else { throw Self.failure(errno) }
            sent += count
        }
    }

    /// Ends the connection in order.
    package func close() {
        take { _ = Glibc.close($0) }
    }

    /// Ends the connection with a reset.
    package func reset() {
        take { LoopbackSocket.reset($0) }
    }

    /// Says that nothing more will be written, and keeps reading possible.
    package func finishWriting() {
        descriptor.withLock { open in
            if let open { _ = shutdown(open, Int32(SHUT_WR)) }
        }
    }

    /// Makes a read or write that blocks in another thread fail; the descriptor stays taken until ``close()``.
    func interrupt() {
        descriptor.withLock { open in
            if let open { _ = shutdown(open, Int32(SHUT_RDWR)) }
        }
    }

    private func receive(atMost limit: Int) throws -> [UInt8] {
        let open = try opened()
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = bytes.withUnsafeMutableBytes { buffer in
            SystemCall.retrying { recv(open, buffer.baseAddress, buffer.count, 0) }
        }
        guard count != 0 else { throw Failure.closed }
        guard count > 0 else { throw Self.failure(errno) }
        return Array(bytes.prefix(count))
    }

    private func opened() throws -> Int32 {
        guard let open = descriptor.withLock({ $0 }) else { throw Failure.closed }
        return open
    }

    private func take(_ end: (Int32) -> Void) {
        descriptor.withLock { open in
            if let open { end(open) }
            open = nil
        }
    }

    private static func failure(_ code: Int32) -> Failure {
        switch code {
        case EAGAIN: .timedOut
        case EPIPE: .closed
        case ECONNRESET: .reset
        default: .system(code)
        }
    }
}
