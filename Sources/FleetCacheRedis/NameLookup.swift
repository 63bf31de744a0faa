import FleetCache
import Glibc
import Lane

/// Turns a host's name into addresses, on a thread of its own as that can only block.
enum NameLookup {
    /// The addresses in digits, in the order in which they are to be tried.
    ///
    /// The thread may outlive the wait for it: what it brings home late is dropped.
    static func addresses(
        of host: String, within limit: Duration, on lane: Lane
    ) async throws(FleetCacheError) -> [String] {
        let result: Result<[String], FleetCacheError> = await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            do throws(LaneError) {
                try startThread(named: "cache-lookup", stackSize: 1 << 20) { answer.give(lookUp(host)) }
            } catch {
                answer.give(.failure(.away(error.description)))
            }
            lane.perform {
                _ = lane.schedule(after: limit) {
                    answer.give(.failure(.away("no address for \(host) within \(limit)")))
                }
            }
        }
        return try result.get()
    }

    /// A continuation for whoever comes first.
    private final class Answer: Sendable {
        private let continuation: Locked<CheckedContinuation<Result<[String], FleetCacheError>, Never>?>

        init(_ continuation: CheckedContinuation<Result<[String], FleetCacheError>, Never>) {
            self.continuation = Locked(continuation)
        }

        func give(_ result: Result<[String], FleetCacheError>) {
            continuation.withLock { $0.take() }?.resume(returning: result)
        }
    }

    private static func lookUp(_ host: String) -> Result<[String], FleetCacheError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            let text = unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
            return .failure(.away("\(host): \(text)"))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ai_next
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = unsafe getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            guard status == 0 else { continue }
            addresses.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return addresses.isEmpty ? .failure(.away("\(host) has no address")) : .success(addresses)
    }
}
