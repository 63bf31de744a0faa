import CMicroHTTPD
import Glibc

/// An address and a port as the system takes them.
struct SocketAddress {
    private(set) var storage = sockaddr_storage()
    private(set) var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// The kind of address.
    var family: Int32 { Int32(storage.ss_family) }

    /// An address in digits, or `localhost`; nil if it is none.
    ///
    /// Never asks the network.
    init?(host: String, port: Int) {
        guard UInt16(exactly: port) != nil else { return nil }
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host == "localhost" ? "127.0.0.1" : host, String(port), &hints, &list) == 0,
            let first = unsafe list
        else { return nil }
        defer { unsafe freeaddrinfo(first) }
        guard let address = unsafe first.pointee.ai_addr else { return nil }
        length = unsafe min(first.pointee.ai_addrlen, length)
        let count = Int(length)
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: count))
        }
    }

    /// What a call of the system fills in; nil if the call says that it failed.
    init?(filledBy call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        let code = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe withUnsafeMutablePointer(to: &length) { length in unsafe call(address, length) }
            }
        }
        guard code >= 0 else { return nil }
    }

    /// A copy of an address.
    init(copying address: UnsafePointer<sockaddr>) {
        length = unsafe socklen_t(
            Int32(address.pointee.sa_family) == AF_INET6
                ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        let count = Int(length)
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: count))
        }
    }

    /// Lends the address to a call of the system.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    /// The port.
    var port: Int {
        // At the same place for both kinds.
        let bytes = unsafe withUnsafeBytes(of: storage) { bytes in unsafe (bytes[2], bytes[3]) }
        return Int(bytes.0) << 8 | Int(bytes.1)
    }

    /// The address in digits, without the port.
    var host: String {
        unsafe withPointer { pointer, length in
            var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                unsafe getnameinfo(pointer, length, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0
            else { return "" }
            let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            // An address of the old kind that has come in on a listener for both.
            return text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
        }
    }
}
