import CHiredis
import FleetCache
import Glibc
import Lane

/// One connection of hiredis, watched by a lane; to be used on that lane alone.
///
/// hiredis says by its hooks what it waits for, and frees its context by itself when the connection fails: inside a
/// call, or inside a hook. So `context` is looked up anew after everything that may lead there, and the hooks hold this object
/// until the library has told them that it is done.
@safe final class RedisSocket {
    typealias Answer = Result<RedisReply, FleetCacheError>

    /// Called once, when the connection has ended by itself or by `close`.
    var onEnd: ((FleetCacheError) -> Void)?

    let lane: Lane
    let answerLimit: Duration
    var context: UnsafeMutablePointer<redisAsyncContext>?
    var guardian: UnsafeMutablePointer<chiredis_guard>?
    private var watch: Lane.Watch?
    private var interest: Readiness = []
    private var wantsToRead = false
    private var wantsToWrite = false
    private var isFlushScheduled = false
    private var isHandling = false
    var deadlines = Deadlines()
    var timer: Lane.Timer?
    var reason: FleetCacheError?

    /// Begins to connect to an address in digits: a name would make hiredis look it up, and the lane wait.
    init(address: String, port: Int, answerLimit: Duration, on lane: Lane) throws(FleetCacheError) {
        self.lane = lane
        self.answerLimit = answerLimit
        guard let context = unsafe redisAsyncConnect(address, Int32(clamping: port)) else {
            throw .away("no memory for a connection")
        }
        if unsafe context.pointee.err != 0 {
            let text = unsafe Self.text(of: context)
            unsafe redisAsyncFree(context)
            throw .away(text)
        }
        guard let guardian = unsafe chiredis_guard_replies(context) else {
            unsafe redisAsyncFree(context)
            throw .away("no memory for a connection")
        }
        unsafe self.context = context
        unsafe self.guardian = guardian
        unsafe hook(context)
        do throws(LaneError) {
            watch = try lane.watch(unsafe context.pointee.c.fd, for: .writable) { [unowned self] readiness in
                becameReady(readiness)
            }
            interest = .writable
        } catch {
            close(.away(error.description))
            throw .away(error.description)
        }
    }

    deinit { unsafe free(guardian) }

    // MARK: Readiness

    private func becameReady(_ readiness: Readiness) {
        // The last reference may be the library's, which it lets go on the way.
        withExtendedLifetime(self) {
            isHandling = true
            // A failure shows when the library reads.
            if !readiness.isDisjoint(with: [.readable, .failed]), let context = unsafe context {
                unsafe redisAsyncHandleRead(context)
            }
            if readiness.contains(.writable), let context = unsafe context {
                unsafe redisAsyncHandleWrite(context)
            }
            isHandling = false
            updateWatch()
        }
    }

    private func flush() {
        isFlushScheduled = false
        guard let context = unsafe context else { return }
        withExtendedLifetime(self) {
            isHandling = true
            unsafe redisAsyncHandleWrite(context)
            isHandling = false
            updateWatch()
        }
    }

    private func updateWatch() {
        guard let watch, unsafe context != nil else { return }
        var wanted: Readiness = []
        if wantsToRead { wanted.insert(.readable) }
        if wantsToWrite, !isFlushScheduled { wanted.insert(.writable) }
        guard wanted != interest else { return }
        interest = wanted
        do throws(LaneError) {
            try lane.update(watch, for: wanted)
        } catch {
            close(.away(error.description))
        }
    }

    // MARK: Hooks

    private func hook(_ context: UnsafeMutablePointer<redisAsyncContext>) {
        unsafe context.pointee.ev.data = Unmanaged.passRetained(self).toOpaque()
        unsafe context.pointee.ev.addRead = { unsafe RedisSocket.from($0)?.wants(reading: true) }
        unsafe context.pointee.ev.delRead = { unsafe RedisSocket.from($0)?.wants(reading: false) }
        unsafe context.pointee.ev.addWrite = { unsafe RedisSocket.from($0)?.wants(writing: true) }
        unsafe context.pointee.ev.delWrite = { unsafe RedisSocket.from($0)?.wants(writing: false) }
        unsafe context.pointee.ev.cleanup = { unsafe RedisSocket.from($0)?.cleanUp() }
    }

    private static func from(_ data: UnsafeMutableRawPointer?) -> RedisSocket? {
        guard let data = unsafe data else { return nil }
        return unsafe Unmanaged<RedisSocket>.fromOpaque(data).takeUnretainedValue()
    }

    private func wants(reading: Bool) {
        wantsToRead = reading
        if !isHandling { updateWatch() }
    }

    private func wants(writing: Bool) {
        let began = writing && !wantsToWrite
        wantsToWrite = writing
        guard !isHandling else { return }
        let isConnected = unsafe (context?.pointee.c.flags ?? 0) & REDIS_CONNECTED != 0
        if began, isConnected, !isFlushScheduled {
            isFlushScheduled = true
            lane.atEndOfTurn { [self] in flush() }
        } else {
            updateWatch()
        }
    }

    /// The library's last word before it closes the descriptor and frees the context.
    private func cleanUp() {
        guard let context = unsafe context else { return }
        let reason = reason ?? .away(unsafe text(of: context))
        self.reason = reason
        unsafe self.context = nil
        if let watch { lane.cancel(watch) }
        if let timer { lane.cancel(timer) }
        (watch, timer) = (nil, nil)
        // The library still uses the guard while it frees its reader: this object goes in a later round.
        let library = unsafe Unmanaged.passUnretained(self)
        _ = lane.schedule(after: .zero) { [onEnd] in
            onEnd?(reason)
            unsafe library.release()
        }
        onEnd = nil
    }

    // MARK: The end

    /// Ends the connection; requests under way fail with the reason.
    func close(_ reason: FleetCacheError) {
        guard let context = unsafe context else { return }
        if self.reason == nil { self.reason = reason }
        unsafe redisAsyncFree(context)
    }

    var errorText: String {
        guard let context = unsafe context else { return "the connection has ended" }
        return unsafe text(of: context)
    }

    private func text(of context: UnsafeMutablePointer<redisAsyncContext>) -> String {
        // The library calls it a lack of memory, as that is how the guard refuses.
        if let guardian = unsafe guardian, unsafe guardian.pointee.has_refused != 0 {
            return "the server has sent what nobody had asked for"
        }
        return unsafe Self.text(of: context)
    }

    private static func text(of context: UnsafeMutablePointer<redisAsyncContext>) -> String {
        guard let text = unsafe context.pointee.errstr, unsafe text.pointee != 0 else {
            return "the connection has ended"
        }
        return unsafe String(cString: text)
    }
}
