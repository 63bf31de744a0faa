import CMicroHTTPD
import Glibc

/// What libmicrohttpd calls: first when a connection begins, then for each request, and when the connection has ended.
extension Daemon {
    /// Starts libmicrohttpd's daemon; nil if that fails.
    func start(_ configuration: ServerConfiguration) -> OpaquePointer? {
        var settings = unsafe cmhd_settings()
        unsafe settings.owner = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe settings.connection_memory = max(1024, configuration.connectionMemory)
        // Ours is the limit that counts, and its own ones are not to interfere.
        unsafe settings.connection_limit = .max >> 1
        unsafe settings.idle_seconds = UInt32(clamping: max(1, configuration.idleLimit.components.seconds))
        unsafe settings.on_connection = { owner, connection, context, event in
            guard let owner = unsafe owner, let connection = unsafe connection, let context = unsafe context else {
                return
            }
            if event == .CONNECTION_NOTIFY_STARTED {
                let exchange = unsafe Daemon.at(owner).open(connection, peer: peerName(connection))
                unsafe context.pointee = unsafe Unmanaged.passRetained(exchange).toOpaque()
            } else if let exchange = unsafe context.pointee {
                unsafe context.pointee = nil
                unsafe Daemon.at(owner).closed(Unmanaged<Exchange>.fromOpaque(exchange).takeRetainedValue())
            }
        }
        unsafe settings.on_target = { _, target, connection in
            guard let connection = unsafe connection, let exchange = unsafe cmhd_context(connection) else { return nil }
            // Without a target, if the line is none; it is refused later.
            let count = unsafe target.map { unsafe strlen($0) } ?? 0
            unsafe UnsafeRawBufferPointer(start: target, count: count).withMemoryRebound(to: UInt8.self) {
                unsafe Exchange.at(exchange).begin($0)
            }
            return unsafe exchange
        }
        unsafe settings.on_request = { _, _, _, method, _, bytes, count, exchange in
            guard let exchange = unsafe exchange?.pointee, let count = unsafe count else { return .NO }
            let bytes = unsafe UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count.pointee)
            unsafe count.pointee = 0
            return unsafe Exchange.at(exchange).step(method, bytes) ? .YES : .NO
        }
        unsafe settings.on_end = { _, _, exchange, _ in
            guard let exchange = unsafe exchange?.pointee else { return }
            unsafe Exchange.at(exchange).end()
        }
        guard let identity = configuration.identity else { return unsafe cmhd_start(&settings) }
        let (certificate, key) = (identity.certificate + [0], identity.key + [0])
        return unsafe certificate.withUnsafeBytes { certificate in
            unsafe key.withUnsafeBytes { key in
                unsafe settings.certificate = unsafe certificate.assumingMemoryBound(to: CChar.self).baseAddress
                unsafe settings.key = unsafe key.assumingMemoryBound(to: CChar.self).baseAddress
                return unsafe cmhd_start(&settings)
            }
        }
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> Daemon {
        unsafe Unmanaged<Daemon>.fromOpaque(pointer).takeUnretainedValue()
    }
}

extension Exchange {
    /// The exchange that libmicrohttpd means.
    fileprivate static func at(_ pointer: UnsafeMutableRawPointer) -> Exchange {
        unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    }
}

/// The address at the other end of a connection.
private func peerName(_ connection: OpaquePointer) -> String {
    guard let address = unsafe cmhd_peer(connection) else { return "" }
    return unsafe SocketAddress(copying: address).host
}
