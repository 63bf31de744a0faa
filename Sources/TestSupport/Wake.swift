import Glibc

/// Ends the `poll` of another thread.
final class Wake: Sendable {
    /// The descriptor to poll for reading.
    let descriptor: Int32
    private let sender: Int32

    /// Opens the pair of sockets.
    init() throws {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw BrokerError("socketpair", code: errno) }
        (descriptor, sender) = (ends[0], ends[1])
    }

    deinit {
        _ = close(descriptor)
        _ = close(sender)
    }

    /// Makes the descriptor readable until ``clear()``.
    func signal() {
        _ = send(sender, [1 as UInt8], 1, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }

    /// Takes back the signals sent so far.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        _ = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    }

    /// Waits until one of the descriptors is ready; entries are changed in place.
    static func wait(for entries: inout [pollfd]) {
        _ = SystemCall.retrying { poll(&entries, nfds_t(entries.count), -1) }
    }
}
