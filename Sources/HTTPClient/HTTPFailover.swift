import Lane

/// Sends requests to the first of several base addresses that can be reached.
///
/// The next one is tried only if nothing has left for the one before, so no request arrives twice; and which one works is
/// remembered for a while.
package final class HTTPFailover: Sendable {
    private let client: HTTPClient
    private let bases: [String]
    /// Locked and no actor's: a look at it is shorter than the way to an actor and back.
    private let order: Locked<EndpointOrder>

    /// Base addresses in the order of preference, each with a scheme and without a slash at its end.
    package init(_ bases: [String], client: HTTPClient, memory: Duration = .seconds(60)) {
        self.bases = bases
        self.client = client
        order = Locked(EndpointOrder(count: bases.count, memory: memory))
    }

    /// Sends a request, whose address is a path with its query, to the first base address that can be reached.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let path = request.url
        if bases.count == 1 {
            var request = request
            request.url = bases[0] + path
            return try await client.send(request)
        }
        var tried: [Int] = []
        var last: HTTPError?
        for index in order.withLock({ $0.next(at: .now) }) {
            var request = request
            request.url = bases[index] + path
            do throws(HTTPError) {
                let response = try await client.send(request)
                order.withLock { $0.reached(index, after: tried, at: .now) }
                return response
            } catch {
                guard case .notSent(let failure) = error, failure.kind.isOfEndpoint else {
                    if case .outcomeUnknown = error { order.withLock { $0.reached(index, after: tried, at: .now) } }
                    throw error
                }
                tried.append(index)
                last = error
            }
        }
        throw last ?? .notSent(HTTPFailure(kind: .other, origin: "", detail: "no address"))
    }
}

extension HTTPFailure.Kind {
    /// Whether another server may do better.
    fileprivate var isOfEndpoint: Bool {
        switch self {
        case .unresolvable, .unreachable, .insecure, .timedOut, .connectionLost, .other: true
        case .invalidRequest, .cancelled, .closed, .malformedAnswer, .answerTooLarge: false
        }
    }
}
