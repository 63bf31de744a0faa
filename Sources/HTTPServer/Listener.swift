import CMicroHTTPD
import Glibc
import Lane

/// The socket that a server listens on.
///
/// libmicrohttpd could have one of its own, but would leave those beyond its limit waiting, and not say why it cannot listen.
final class Listener {
    /// The port that it got.
    let port: Int
    private let descriptor: Int32
    private let lane: Lane
    private var watch: Lane.Watch?
    /// Called with each connection, a socket that does not block, and its address.
    private let take: (Int32, SocketAddress) -> Void

    /// Opens the socket and starts to listen; on the lane.
    init(
        _ configuration: ServerConfiguration, on lane: Lane, _ take: @escaping (Int32, SocketAddress) -> Void
    ) throws(ServerError) {
        let name = configuration.name
        guard let address = SocketAddress(host: configuration.host, port: configuration.port) else {
            throw .badAddress(name)
        }
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        descriptor = socket(address.family, Int32(kind), 0)
        guard descriptor >= 0 else { throw ServerError(code: errno, name) }
        self.lane = lane
        self.take = take

        let descriptor = descriptor
        Self.set(SOL_SOCKET, SO_REUSEADDR, 1, on: descriptor)
        // The address of all takes those of the old kind too, whatever the system's default is.
        if address.family == AF_INET6 { Self.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0, on: descriptor) }
        let isBound = unsafe address.withPointer { unsafe bind(descriptor, $0, $1) == 0 }
        guard isBound, listen(descriptor, 4096) == 0,
            let bound = unsafe SocketAddress(filledBy: { unsafe getsockname(descriptor, $0, $1) })
        else {
            let code = errno
            Glibc.close(descriptor)
            throw ServerError(code: code, name)
        }
        port = bound.port
        do throws(LaneError) {
            try listenAgain()
        } catch {
            Glibc.close(descriptor)
            throw .other(name, detail: "\(error)")
        }
    }

    /// Ends the listening; on the lane, once.
    func close() {
        if let watch { lane.cancel(watch) }
        watch = nil
        isClosed = true
        Glibc.close(descriptor)
    }

    private var isClosed = false

    private func listenAgain() throws(LaneError) {
        guard !isClosed, watch == nil else { return }
        watch = try lane.watch(descriptor, for: .readable) { [weak self] _ in self?.accept() }
    }

    private func accept() {
        // A bounded number, so that a flood of connections leaves room for what goes on on the others.
        for _ in 0..<64 {
            var accepted: Int32 = -1
            let kind = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let address = unsafe SocketAddress(filledBy: { address, length in
                accepted = unsafe accept4(descriptor, address, length, kind)
                return accepted
            })
            guard let address else {
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { rest() }
                return
            }
            take(accepted, address)
        }
    }

    /// Waits a little for descriptors or memory to be given back; those who knock keep the listener ready.
    private func rest() {
        if let watch { lane.cancel(watch) }
        watch = nil
        _ = lane.schedule(after: .milliseconds(100)) { [weak self] in
            // Without a watch, the next pause tries again.
            do throws(LaneError) { try self?.listenAgain() } catch { self?.rest() }
        }
    }

    private static func set(_ level: Int32, _ option: Int32, _ value: Int32, on descriptor: Int32) {
        var value = value
        unsafe _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension ServerConfiguration {
    /// The address to listen on as errors show it.
    var name: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ServerError {
    /// What an error number of the system means for a listener.
    init(code: Int32, _ address: String) {
        switch code {
        case EADDRINUSE: self = .portInUse(address)
        case EACCES, EPERM: self = .notPermitted(address)
        case EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL: self = .badAddress(address)
        default: self = .other(address, detail: "error \(code) of the system")
        }
    }
}
