import CMicroHTTPD
import Lane

/// A connection, and the request that it is at.
///
/// libmicrohttpd holds it for as long as the connection lives, and calls it on the lane only.
@safe final class Exchange {
    private enum Phase {
        /// Between requests.
        case idle
        /// The first line has come.
        case head
        /// The header has come, and the body comes.
        case body
        /// The handler has been asked, and answers later; the connection is suspended.
        case waiting
        /// The handler has answered at last.
        case settled(Settlement)
        /// The answer is libmicrohttpd's to send.
        case answered
    }

    /// How a request that had to wait goes on.
    enum Settlement {
        case answer(ServerResponse)
        case drop
    }

    /// Its number, never used again.
    let id: UInt64
    /// Used on the lane alone, here and in the stream of an answer.
    nonisolated(unsafe) let connection: OpaquePointer
    let daemon: Daemon
    private let peer: String

    private var phase = Phase.idle
    private var path = ""
    private var query: String?
    private var method = ""
    private var body: [UInt8] = []
    /// Bytes of the body, those beyond the limit included.
    private var received = 0
    /// What the body has of the budget of all.
    private var reserved = 0
    /// Why the request is refused, whatever its body is.
    private var refusal: ServerResponse?
    private var task: Task<Void, Never>?
    private(set) var stream: ServerStream?

    // See Exchange+peer
    var watch: Lane.Watch?
    /// Whether the client has ended its side; it may still wait for an answer.
    var isHalfClosed = false
    private(set) var isOpen = true
    /// Whether its end has been brought about, and libmicrohttpd is to notice.
    var isCut = false
    /// Since when the next request may come.
    private(set) var expectedSince = Moment.now

    /// The exchange of a new connection, between requests.
    init(_ connection: OpaquePointer, id: UInt64, peer: String, in daemon: Daemon) {
        unsafe self.connection = unsafe connection
        self.id = id
        self.peer = peer
        self.daemon = daemon
        watchForEnd()
    }

    /// The connection is about to be closed.
    func close() {
        isOpen = false
        if let watch { daemon.lane.cancel(watch) }
        watch = nil
    }

    // MARK: Taking in

    /// The path and the query of a new request.
    func begin(_ target: UnsafeBufferPointer<UInt8>) {
        if let mark = unsafe target.firstIndex(of: UInt8(ascii: "?")) {
            path = unsafe String(decoding: target[..<mark], as: UTF8.self)
            query = unsafe String(decoding: target[(mark + 1)...], as: UTF8.self)
        } else {
            path = unsafe String(decoding: target, as: UTF8.self)
            query = nil
        }
        phase = .head
    }

    /// Takes the next step of the request; false ends the connection.
    func step(_ method: UnsafePointer<CChar>?, _ bytes: UnsafeRawBufferPointer) -> Bool {
        switch phase {
        case .head:
            if let method = unsafe method { self.method = unsafe String(cString: method) }
            return beginBody()
        case .body:
            if unsafe !bytes.isEmpty {
                lookForEnd()
                return unsafe take(bytes)
            }
            return refusal.map(answer) ?? ask()
        case .settled(.answer(let response)): return answer(response)
        case .settled(.drop): return false
        case .idle, .waiting, .answered: return true
        }
    }

    private func beginBody() -> Bool {
        phase = .body
        received = 0
        // A body in chunks may become as large as any.
        let expected = unsafe declaredLength(connection) ?? daemon.bodyLimit
        guard expected > 0 else { return true }
        if expected > daemon.bodyLimit + Self.patience { return answer(.tooLarge) }
        refusal = expected > daemon.bodyLimit ? .tooLarge : refusal(ofBodyOf: expected)
        if refusal == nil { body.reserveCapacity(min(expected, 16 << 10)) }
        return true
    }

    private func refusal(ofBodyOf bytes: Int) -> ServerResponse? {
        if let admission = daemon.admission, let refusal = admission(request(), bytes) { return refusal }
        guard daemon.reserve(bytes) else { return .full }
        reserved = bytes
        return nil
    }

    /// Frees the body, and its part of the budget.
    private func releaseBody() {
        body = []
        daemon.release(reserved)
        reserved = 0
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        received += bytes.count
        if refusal == nil, received > daemon.bodyLimit { refusal = .tooLarge }
        // A client that still sends seldom reads: what is refused is read to its end, and thrown away.
        if refusal == nil { unsafe body.append(contentsOf: bytes) } else { releaseBody() }
        return received <= daemon.bodyLimit + Self.patience
    }

    /// By how much a body may be too long and still be read to its end.
    private static let patience = 1 << 20

    // MARK: Answering

    private func ask() -> Bool {
        let request = request()
        body = []
        daemon.answering += 1
        phase = .waiting
        switch daemon.handler(request) {
        case .now(let response): return answer(response)
        case .drop: return false
        case .later(let work):
            if hasLeft { return false }
            suspend()
            task = daemon.answer(id, later: work)
        case .dropLater(let delay):
            suspend()
            daemon.drop(id, after: delay)
        }
        return true
    }

    /// The request, as far as it has come.
    private func request() -> ServerRequest {
        ServerRequest(
            method: method, path: path, query: query, body: body, peer: peer, isTLS: daemon.isTLS,
            head: unsafe headerBytes(connection))
    }

    private func suspend() {
        unsafe MHD_suspend_connection(connection)
        daemon.waiting[id] = self
    }

    /// Lets a request that waits go on.
    func settle(_ settlement: Settlement) {
        task?.cancel()
        task = nil
        phase = .settled(settlement)
        unsafe daemon.resume(connection)
    }

    private func answer(_ response: ServerResponse) -> Bool {
        if case .body = phase { daemon.answering += 1 }
        phase = .answered
        releaseBody()
        if case .stream(let length, let write) = response.body {
            stream = unsafe ServerStream(of: daemon.server, connection, length: length, write)
            if isHalfClosed { stream?.assumeIsolated { $0.peerEnded() } }
            if daemon.isStopping { endStream() }
        }
        guard let made = unsafe response.make(stream) else { return false }
        if daemon.isStopping { unsafe _ = MHD_add_response_header(made, "Connection", "close") }
        let status = (200...999).contains(response.status) ? response.status : 500
        defer { unsafe MHD_destroy_response(made) }
        return unsafe MHD_queue_response(connection, UInt32(status), made) == .YES
    }

    /// The request is over, with its answer or without.
    func end() {
        if !isReceiving { daemon.ended() }
        phase = .idle
        releaseBody()
        refusal = nil
        stream?.assumeIsolated { $0.close() }
        stream = nil
        expectedSince = .now
        lookForEnd()
    }

    /// Whether the client is still to send, or may send, a request.
    var isReceiving: Bool {
        switch phase {
        case .idle, .head, .body: true
        case .waiting, .settled, .answered: false
        }
    }

    /// Whether an answer that is there as a whole waits for the client to take it.
    var isLeaving: Bool {
        if case .answered = phase { stream == nil } else { false }
    }

    // MARK: Stopping

    /// Asks a body without an end to come to one.
    func endStream() { stream?.assumeIsolated { $0.endSoon() } }

    /// Ends whatever waits, so that the connection can be closed.
    func abandon() {
        if case .waiting = phase { settle(.drop) }
        stream?.assumeIsolated { $0.leave() }
    }
}
