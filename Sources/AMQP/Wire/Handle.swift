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

    /// How much one round may read.
    private static let roundLimit = 1 << 20

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
    /// About what the library's pools hold.
    private var unreleased = 0
    private var bytesOfRound = 0

    /// Takes over a connection that is logged in.
    init(loggedIn state: amqp_connection_state_t, server: ServerInfo, bodyLimit: Int, patience: Duration) {
        unsafe self.state = unsafe state
        descriptor = unsafe amqp_get_sockfd(state)
        self.server = server
        content = ContentAssembly(bodyLimit: bodyLimit)
        watchdog = Watchdog.watch(descriptor, limit: patience)
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
        let outer = watchdog.enter()
        defer { watchdog.leave(to: outer) }
        return try body()
    }

    // MARK: Reading

    /// Whether as much was read since ``beginRound()`` as one round may read.
    ///
    /// A peer that sends without end must not keep everything else on the lane from its turn. What the library has read
    /// ahead is invisible to the poll set, so the next round has to come by itself.
    var isRoundFull: Bool { bytesOfRound >= Self.roundLimit }

    func beginRound() { bytesOfRound = 0 }

    /// The next thing that the broker has sent, if it is there.
    func next() throws(AMQPError) -> WireEvent? {
        var frame = unsafe amqp_frame_t()
        var noTime = timeval(tv_sec: 0, tv_usec: 0)
        while !isRoundFull {
            // Everything that was decoded is copied by now. Within a round once a lot has gathered, so that a large body does
            // not stand in memory twice.
            if unreleased >= Self.frameLimit { release() }
            let status = unsafe amqp_simple_wait_frame_noblock(state, &frame, &noTime)
            guard status == AMQP_STATUS_OK.rawValue else {
                if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
                throw AMQPError(status: status)
            }
            if let event = unsafe try take(frame) { return event }
        }
        return nil
    }

    private func take(_ frame: amqp_frame_t) throws(AMQPError) -> WireEvent? {
        // About what the library has allocated for it, a body aside.
        count(bytes: 256)
        switch unsafe Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            let method = unsafe frame.payload.method
            // Class 10 is the connection's own.
            let isOfConnection = unsafe method.id >> 16 == 10
            unsafe try check(frame.channel, is: isOfConnection ? 0 : Self.channel)
            return unsafe try decode(method)
        case AMQP_FRAME_HEADER:
            unsafe try check(frame.channel, is: Self.channel)
            return unsafe try header(frame)
        case AMQP_FRAME_BODY:
            unsafe try check(frame.channel, is: Self.channel)
            let piece = unsafe frame.payload.body_fragment.buffer
            count(bytes: piece.count)
            return unsafe try content.body(piece)
        default:
            // A heartbeat that the library has left over.
            return nil
        }
    }

    private func count(bytes: Int) {
        unreleased += bytes
        bytesOfRound += bytes
    }

    private func check(_ channel: amqp_channel_t, is expected: amqp_channel_t) throws(AMQPError) {
        guard channel == expected else { throw .malformed("a frame on channel \(channel)") }
    }

    /// Gives the library's memory back to it.
    func release() {
        unsafe amqp_maybe_release_buffers(state)
        unreleased = 0
    }

    private func header(_ frame: amqp_frame_t) throws(AMQPError) -> WireEvent? {
        // The library decodes headers of other classes too, to structs that are none of ours.
        guard unsafe frame.payload.properties.class_id == UInt16(AMQP_BASIC_CLASS),
            let decoded = unsafe frame.payload.properties.decoded
        else { throw .malformed("a header of another class") }
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
