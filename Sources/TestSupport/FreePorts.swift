import Glibc
import Lane

/// Ports that nothing listens on, each given out once per process.
package enum FreePorts {
    private static let taken = Locked<Set<Int>>([])

    /// Below the kernel's ephemeral range (32768 and up): no outgoing connection can take the port of a broker that is
    /// down for a moment, and a client that polls it can never end up connected to itself.
    private static let range = 10_000..<32_000

    /// Finds that many free ports.
    package static func take(_ count: Int) throws -> [Int] {
        try (0..<count).map { _ in try takeOne() }
    }

    private static func takeOne() throws -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: range)
            let isNew = taken.withLock { $0.insert(port).inserted }
            if isNew, isFree(port) { return port }
        }
        throw BrokerError("no free port found in \(range)")
    }

    /// Whether a listener could be opened on the port at this moment.
    ///
    /// A listener this process has closed may live on for some milliseconds in a child that is just being started:
    /// that holds copies of all descriptors until it executes its program. So await this where it has to be true.
    package static func isFree(_ port: Int) -> Bool {
        guard let descriptor = try? LoopbackSocket.listen(port: port, address: INADDR_ANY) else { return false }
        _ = Glibc.close(descriptor)
        return true
    }
}
