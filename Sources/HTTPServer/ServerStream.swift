import CMicroHTTPD
import Glibc
package import Lane

/// A body that is written while it leaves, by one task or several.
///
/// The task that writes it is cancelled when the client has left, or the server stops and the body has no length; a
/// client of a body without a length has left when it ends its side of the connection.
@safe package actor ServerStream: LaneBound {
    /// Where it lives: where its server does.
    package nonisolated let lane: Lane
    private let server: HTTPServer
    private let connection: OpaquePointer
    private let length: Int?
    private let write: @Sendable (ServerStream) async -> Void

    private enum State {
        case open
        /// All has been written.
        case finished
        /// The client has left, or the connection had to end.
        case over
    }

    private var state = State.open
    /// What was written and has not left; from the offset on.
    private var buffer: [UInt8] = []
    private var offset = 0
    /// Whether libmicrohttpd waits for us.
    private var isSuspended = false
    private var endsSoon = false
    private var task: Task<Void, Never>?
    /// Those who wait for room.
    private var writers: [CheckedContinuation<Void, Never>] = []
    /// How much may wait to leave before writers wait.
    private static let room = 64 << 10

    /// A body to be written once the client takes it.
    init(
        of server: HTTPServer, _ connection: OpaquePointer, length: Int?,
        _ write: @escaping @Sendable (ServerStream) async -> Void
    ) {
        self.server = server
        lane = server.lane
        unsafe self.connection = unsafe connection
        self.length = length.map { max(0, $0) }
        self.write = write
    }

    // MARK: Writing

    /// Whether what is written may still arrive.
    package var isOpen: Bool { state == .open }

    /// Writes bytes, and waits while too much of what was written has not left; false if nobody takes it any more.
    @discardableResult
    package func send(_ bytes: [UInt8]) async -> Bool {
        guard isOpen else { return false }
        buffer += bytes
        resume()
        while isOpen, buffer.count - offset > Self.room {
            await withCheckedContinuation { writers.append($0) }
        }
        return isOpen
    }

    /// Waits until all that was written is on its way; false if nobody takes it any more.
    package func flush() async -> Bool {
        while isOpen, buffer.count > offset {
            await withCheckedContinuation { writers.append($0) }
        }
        return isOpen
    }

    /// Waits, but not longer than there is somebody to write to.
    package nonisolated func pause(for duration: Duration) async {
        try? await lane.sleep(for: duration)
    }

    private func finish() {
        guard isOpen else { return }
        state = .finished
        wakeWriters()
        resume()
    }

    private func resume() {
        guard isSuspended else { return }
        isSuspended = false
        nonisolated(unsafe) let connection = unsafe connection
        server.assumeIsolated { unsafe $0.resume(connection) }
    }

    private func wakeWriters() {
        let waiting = writers
        writers = []
        for writer in waiting { writer.resume() }
    }

    // MARK: Leaving

    /// The answer that reads from here.
    nonisolated func makeResponse() -> OpaquePointer? {
        unsafe MHD_create_response_from_callback(
            length.map(UInt64.init) ?? cmhd_size_unknown, 16 << 10,
            { stream, _, room, count in
                guard let stream = unsafe stream, let room = unsafe room else { return cmhd_end_with_error }
                // Good until this call returns, and so is the isolation.
                nonisolated(unsafe) let pointer = unsafe UnsafeMutableRawBufferPointer(start: room, count: count)
                return unsafe Unmanaged<ServerStream>.fromOpaque(stream).takeUnretainedValue().assumeIsolated {
                    unsafe $0.read(into: pointer)
                }
            }, Unmanaged.passRetained(self).toOpaque(),
            { stream in
                if let stream = unsafe stream { unsafe Unmanaged<ServerStream>.fromOpaque(stream).release() }
            })
    }

    /// Hands over what there is; libmicrohttpd asks when the client takes bytes, so never for one that wants the header only.
    private func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        if state == .over { return cmhd_end_with_error }
        if task == nil, state == .open { begin() }
        let count = min(room.count, buffer.count - offset)
        if count > 0 {
            unsafe buffer.withUnsafeBytes { bytes in
                unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
            }
            offset += count
            // A buffer that never runs empty would otherwise keep all that has left it.
            if offset * 2 >= buffer.count {
                buffer.removeFirst(offset)
                offset = 0
            }
            if buffer.count - offset <= Self.room { wakeWriters() }
            return count
        }
        if state == .finished { return length == nil ? cmhd_end_of_stream : cmhd_end_with_error }
        isSuspended = true
        unsafe MHD_suspend_connection(connection)
        return 0
    }

    private func begin() {
        task = Task(executorPreference: lane) {
            await self.write(self)
            await self.finish()
        }
        if endsSoon { task?.cancel() }
    }

    /// Ends a body that would not come to an end by itself.
    func endSoon() {
        guard length == nil else { return }
        endsSoon = true
        task?.cancel()
    }

    /// The client has ended its side, and so has left if there is no end that it could wait for.
    func peerEnded() {
        if length == nil { leave() }
    }

    /// Ends the connection: the client has left, or has to, whatever has not gone out.
    package func leave() {
        close()
        resume()
    }

    /// The connection has ended, or is about to.
    func close() {
        state = .over
        buffer = []
        offset = 0
        task?.cancel()
        wakeWriters()
    }
}
