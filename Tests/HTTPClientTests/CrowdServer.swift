import Glibc
import Lane
import TestSupport

/// A server on a lane for thousands of connections: it answers when as many requests have arrived as it waits for.
actor CrowdServer: LaneBound {
    nonisolated let lane: Lane
    nonisolated let port: Int
    private let listener: Int32
    private let crowd: Int
    private var waiting: [Int32] = []
    private var watches: [Int32: Lane.Watch] = [:]
    /// The requests that have arrived.
    private(set) var received = 0
    /// The connections that are open.
    var connections: Int { watches.count - 1 }

    /// Waits for that many requests at a time.
    init(on lane: Lane, crowd: Int) throws {
        self.lane = lane
        self.crowd = crowd
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        listener = socket(AF_INET, Int32(kind), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 4096) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else { throw Peer.Failure.system(errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func start() throws {
        watches[listener] = try lane.watch(listener, for: .readable) { _ in self.assumeIsolated { $0.accept() } }
    }

    func stop() {
        for (descriptor, watch) in watches {
            lane.cancel(watch)
            close(descriptor)
        }
        watches = [:]
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            watches[descriptor] = try? lane.watch(descriptor, for: .readable) { _ in
                self.assumeIsolated { $0.read(descriptor) }
            }
        }
    }

    private func read(_ descriptor: Int32) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else {
            if count < 0, errno == EAGAIN { return }
            if let watch = watches.removeValue(forKey: descriptor) { lane.cancel(watch) }
            close(descriptor)
            return
        }
        // Small requests arrive in one piece here: libcurl writes them at once.
        received += 1
        waiting.append(descriptor)
        guard waiting.count == crowd else { return }
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8)
        for descriptor in waiting { send(descriptor, answer, answer.count, Int32(MSG_NOSIGNAL)) }
        waiting = []
    }
}
