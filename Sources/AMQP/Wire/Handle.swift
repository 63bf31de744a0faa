import CLinux
import CRabbitMQ
import Glibc

/// The one owner of a librabbitmq connection.
///
/// librabbitmq knows no threads: a handle is opened on one thread and from then on used on another, never on two at once.
/// That is the connection's lane, and what `@unchecked Sendable` stands for.
///
/// Nothing here waits: reading takes what is there, and writing is only to be called when ``sendRoom`` says that the kernel
/// takes it all. A ``Watchdog`` stands behind that, should the library find a way to wait nevertheless.
@safe final class Handle: @unchecked Sendable {
    /// The one channel of a connection.
    ///
    /// With more than one, librabbitmq 0.11 loses frames.
    static let channel: amqp_channel_t = 1
    /// What the largest frame may hold, its eight bytes of framing included.
    ///
    /// Asking for less would make librabbitmq refuse larger ones that the broker may have good reason to send.
    static let frameLimit = 131_072

    let state: amqp_connection_state_t
    /// The socket, as long as the handle lives.
    let descriptor: Int32
    let server: ServerInfo
    let arena = Arena()
    var content: ContentAssembly
    /// Memos for the addresses of deliveries, which hardly differ.
    var exchangeMemo = StringMemo()
    var routingKeyMemo = StringMemo()
    private var reader = PropertiesReader()

    private let watchdog: Watchdog.Entry
    /// Body bytes that the library's pools have seen since they were released.
    private var unreleased = 0

    /// Takes over a connection that is logged in.
    init(loggedIn state: amqp_connection_state_t, server: ServerInfo, bodyLimit: Int) {
        unsafe self.state = unsafe state
        descriptor = unsafe amqp_get_sockfd(state)
        self.server = server
        content = ContentAssembly(bodyLimit: bodyLimit)
        watchdog = Watchdog.watch(descriptor)
        var wanted: Int32 = 1 << 20
        var room: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        // Room for the largest piece that is written in one go. Set only where the kernel's own choice is smaller, for
        // setting it ends the kernel's tuning.
        if unsafe getsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &room, &size) == 0, room < wanted / 2 {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &wanted, size)
        }
    }

    /// Ends the connection without a word to the broker.
    deinit {
        // First the watchdog: once the descriptor is closed, its number may soon be another's.
        watchdog.end()
        unsafe _ = amqp_destroy_connection(state)
    }

    /// The bytes that the kernel takes without making us wait.
    var sendRoom: Int { Int(clinux_send_room(descriptor)) }

    /// Lets the kernel gather what is written into full packets, until it is told to send them.
    func hold(_ isHeld: Bool) {
        var value: Int32 = isHeld ? 1 : 0
        unsafe _ = setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Calls into the library under the watchdog's eye.
    func watched<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        watchdog.enter()
        defer { watchdog.leave() }
        return try body()
    }

    // MARK: Reading

    /// The next thing that the broker has sent, if it is there.
    func next() throws(AMQPError) -> WireEvent? {
        var frame = unsafe amqp_frame_t()
        var noTime = timeval(tv_sec: 0, tv_usec: 0)
        while true {
            let status = unsafe amqp_simple_wait_frame_noblock(state, &frame, &noTime)
            guard status == AMQP_STATUS_OK.rawValue else {
                if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
                throw AMQPError(status: status)
            }
            switch unsafe Int32(frame.frame_type) {
            case AMQP_FRAME_METHOD:
                if let event = unsafe try decode(frame.payload.method) { return event }
            case AMQP_FRAME_HEADER:
                if let event = unsafe try header(frame) { return event }
            case AMQP_FRAME_BODY:
                let piece = unsafe frame.payload.body_fragment.buffer
                defer { release(after: piece.count) }
                if let event = unsafe try content.body(piece) { return event }
            default:
                // A heartbeat that the library has left over.
                continue
            }
        }
    }

    /// Gives the library's memory back to it; what it has decoded is copied by now.
    func release() {
        unsafe amqp_maybe_release_buffers(state)
        unreleased = 0
    }

    /// Gives memory back within a round once a lot has gathered, so that a large body does not stand in memory twice.
    private func release(after bytes: Int) {
        unreleased += bytes
        if unreleased >= Self.frameLimit { release() }
    }

    private func header(_ frame: amqp_frame_t) throws(AMQPError) -> WireEvent? {
        guard let decoded = unsafe frame.payload.properties.decoded else { throw .malformed("a header of no class") }
        let raw = unsafe decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
        var properties = unsafe reader.read(raw)
        var isTooDeep = false
        do throws(TooDeep) {
            properties.headers = unsafe try reader.headers(of: raw)
        } catch {
            isTooDeep = true
        }
        return unsafe try content.header(
            properties: properties, headersTooDeep: isTooDeep, bodySize: frame.payload.properties.body_size)
    }
}

extension AMQPError {
    /// What a status of librabbitmq means once a connection stands.
    init(status: Int32) {
        switch amqp_status_enum(rawValue: status) {
        case AMQP_STATUS_BAD_AMQP_DATA, AMQP_STATUS_UNKNOWN_CLASS, AMQP_STATUS_UNKNOWN_METHOD,
            AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION, AMQP_STATUS_WRONG_METHOD, AMQP_STATUS_UNEXPECTED_STATE:
            self = .malformed(Self.text(of: status))
        default:
            self = .connectionLost(Self.text(of: status))
        }
    }

    /// librabbitmq's words for a status.
    static func text(of status: Int32) -> String {
        unsafe String(cString: amqp_error_string2(status))
    }
}
