import Glibc

/// TCP sockets of this machine as bare descriptors, all close-on-exec.
enum LoopbackSocket {
    private static let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    /// Opens a listener; port 0 lets the kernel choose one.
    static func listen(port: Int, address: UInt32 = INADDR_LOOPBACK) throws -> Int32 {
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw BrokerError("socket", code: errno) }
        // A connection that goes away between `poll` and `accept` must not make the latter wait for another.
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        set(SOL_SOCKET, SO_REUSEADDR, Int32(1), on: descriptor)
        let bound = withAddress(port: port, address: address) { bind(descriptor, $0, $1) }
        guard bound == 0, Glibc.listen(descriptor, 128) == 0 else {
            let code = errno
            _ = close(descriptor)
            throw BrokerError("listening on port \(port)", code: code)
        }
        return descriptor
    }

    /// Connects to a port of this machine; the limit holds for each later read and write too.
    static func connect(port: Int, limit: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw BrokerError("socket", code: errno) }
        setLimit(seconds: limit, on: descriptor)
        let connected = withAddress(port: port, address: INADDR_LOOPBACK) { address, length in
            SystemCall.retrying { Glibc.connect(descriptor, address, length) }
        }
        guard connected == 0 else {
            let code = errno
            _ = close(descriptor)
            throw BrokerError("connecting to port \(port)", code: code)
        }
        set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1), on: descriptor)
        return descriptor
    }

    /// Takes a connection that `poll` has announced; nil when it went away again.
    static func accept(_ listener: Int32) -> Int32? {
        let descriptor = SystemCall.retrying { Glibc.accept(listener, nil, nil) }
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1), on: descriptor)
        return descriptor
    }

    /// The port a listener is bound to.
    static func port(of descriptor: Int32) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Makes reads and writes fail with EAGAIN after that long.
    static func setLimit(seconds: Int, on descriptor: Int32) {
        let limit = timeval(tv_sec: seconds, tv_usec: 0)
        set(SOL_SOCKET, SO_RCVTIMEO, limit, on: descriptor)
        set(SOL_SOCKET, SO_SNDTIMEO, limit, on: descriptor)
    }

    /// Closes with a reset instead of an orderly end; unsent bytes are dropped.
    static func reset(_ descriptor: Int32) {
        set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0), on: descriptor)
        _ = close(descriptor)
    }

    /// Sets an option of a socket.
    static func set<Value>(_ level: Int32, _ option: Int32, _ value: Value, on descriptor: Int32) {
        _ = withUnsafePointer(to: value) { pointer in
            setsockopt(descriptor, level, option, pointer, socklen_t(MemoryLayout<Value>.size))
        }
    }

    private static func withAddress(
        port: Int, address: UInt32, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(port).bigEndian
        target.sin_addr.s_addr = address.bigEndian
        return withUnsafePointer(to: target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
