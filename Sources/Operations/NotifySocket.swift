import Glibc

/// A datagram socket, and the address of whoever listens.
final class NotifySocket {
    /// What became of a message.
    enum Outcome {
        case sent
        /// There is no room for it now.
        case full
        /// Nobody listens.
        case lost
    }

    private let descriptor: Int32
    private let address: sockaddr_un
    private let length: socklen_t

    /// The socket that `NOTIFY_SOCKET` names: a path or, after an `@`, a name without a file; nil for anything else.
    init?(_ name: String) {
        var bytes = Array(name.utf8)
        guard bytes.count > 1, bytes[0] == UInt8(ascii: "/") || bytes[0] == UInt8(ascii: "@") else { return nil }
        var address = sockaddr_un()
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        // A path ends with a zero, a name without a file with its last byte.
        let count = start + bytes.count + (isAbstract ? 0 : 1)
        guard count <= MemoryLayout<sockaddr_un>.size else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address) { unsafe $0[start...].copyBytes(from: bytes) }
        let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        descriptor = socket(AF_UNIX, Int32(kind), 0)
        guard descriptor >= 0 else { return nil }
        self.address = address
        length = socklen_t(count)
    }

    deinit { close(descriptor) }

    /// Sends a message, or says that there is no room for it.
    func send(_ message: String) -> Outcome {
        let bytes = Array(message.utf8)
        let count = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bytes.withUnsafeBytes { bytes in
                    unsafe sendto(
                        descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL), address, length)
                }
            }
        }
        if count >= 0 { return .sent }
        return [EAGAIN, EWOULDBLOCK, ENOBUFS, EINTR].contains(errno) ? .full : .lost
    }
}
