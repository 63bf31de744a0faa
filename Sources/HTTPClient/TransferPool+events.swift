import CCurl
import Glibc
import Lane

/// A socket of libcurl's that the lane watches.
struct WatchedSocket {
    let watch: Lane.Watch
    /// What the lane waits for.
    var watched: Readiness
    /// What libcurl waits for; nothing while the connection lies idle.
    var wanted: Readiness
    /// Whether libcurl tells us before it closes the socket, as it does for those that we have opened.
    let isOurs: Bool
}

/// libcurl's sockets and its timer on the lane.
extension TransferPool {
    func setCallbacks() {
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe _ = ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, this)
        unsafe _ = ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, this)
        unsafe _ = ccurl_multi_on_socket(multi) { _, descriptor, what, this, _ in
            guard let this = unsafe this else { return 0 }
            return unsafe TransferPool.at(this).setInterest(what, in: descriptor) ? 0 : -1
        }
        unsafe _ = ccurl_multi_on_timer(multi) { _, delay, this in
            if let this = unsafe this { unsafe TransferPool.at(this).setTimer(delay) }
            return 0
        }
    }

    /// Has a transfer's sockets opened and closed here: closed to descendants from birth, and known by their end.
    func setSocketCallbacks(of transfer: Transfer) {
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        let that = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        unsafe _ = ccurl_set_pointer(transfer.easy, CURLOPT_OPENSOCKETDATA, that)
        unsafe _ = ccurl_set_pointer(transfer.easy, CURLOPT_CLOSESOCKETDATA, this)
        unsafe _ = ccurl_on_open(transfer.easy) { that, _, address in
            guard let that = unsafe that, let address = unsafe address?.pointee else { return ccurl_no_socket }
            let transfer = unsafe Transfer.at(that)
            guard transfer.mayGoOn() else { return ccurl_no_socket }
            let kind = address.socktype | Int32(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(address.family, kind, address.protocol)
            if descriptor >= 0 { transfer.pool.opened(descriptor) }
            return descriptor
        }
        unsafe _ = ccurl_on_close(transfer.easy) { this, descriptor in
            if let this = unsafe this { unsafe TransferPool.at(this).willClose(descriptor) }
            return Glibc.close(descriptor)
        }
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> TransferPool {
        unsafe Unmanaged<TransferPool>.fromOpaque(pointer).takeUnretainedValue()
    }

    // MARK: Sockets

    private func opened(_ descriptor: Int32) {
        forget(descriptor)
        open.insert(descriptor)
    }

    private func willClose(_ descriptor: Int32) {
        forget(descriptor)
        open.remove(descriptor)
    }

    private func forget(_ descriptor: Int32) {
        guard let socket = sockets.removeValue(forKey: descriptor), !isAbandoned else { return }
        lane.cancel(socket.watch)
    }

    /// Notes what libcurl waits for; false if the lane cannot watch for it.
    ///
    /// A connection that falls idle stays watched, as its next request is seldom far: that saves two system calls per
    /// request. Only for sockets of which we learn that they close; the resolver's just go.
    private func setInterest(_ what: Int32, in descriptor: Int32) -> Bool {
        guard !isAbandoned else { return true }
        var wanted: Readiness = []
        if what & CURL_POLL_REMOVE == 0 {
            if what & CURL_POLL_IN != 0 { wanted.insert(.readable) }
            if what & CURL_POLL_OUT != 0 { wanted.insert(.writable) }
        }
        guard let socket = sockets[descriptor] else { return wanted.isEmpty || watch(descriptor, for: wanted) }
        if wanted.isEmpty, !socket.isOurs {
            forget(descriptor)
            return true
        }
        sockets[descriptor]?.wanted = wanted
        guard !wanted.isEmpty, socket.watched != wanted else { return true }
        do throws(LaneError) { try lane.update(socket.watch, for: wanted) } catch { return false }
        sockets[descriptor]?.watched = wanted
        return true
    }

    private func watch(_ descriptor: Int32, for wanted: Readiness) -> Bool {
        do throws(LaneError) {
            let watch = try lane.watch(descriptor, for: wanted) { self.becameReady(descriptor, $0) }
            sockets[descriptor] = WatchedSocket(
                watch: watch, watched: wanted, wanted: wanted, isOurs: open.contains(descriptor))
            return true
        } catch {
            return false
        }
    }

    private func becameReady(_ descriptor: Int32, _ readiness: Readiness) {
        guard let socket = sockets[descriptor] else { return }
        // A peer that ends an idle connection, or speaks on it: libcurl looks at that before it uses it again. Until then
        // the descriptor stays ready, and must not keep the lane awake.
        if socket.wanted.isEmpty { return forget(descriptor) }
        // A failure is found by reading or writing, which tells its cause.
        let hasFailed = !readiness.isDisjoint(with: .failed)
        let ready = hasFailed ? readiness.union(socket.wanted) : readiness
        var what: Int32 = 0
        if ready.contains(.readable) { what |= CURL_CSELECT_IN }
        if ready.contains(.writable) { what |= CURL_CSELECT_OUT }
        act(on: descriptor, what)
    }

    // MARK: Time

    /// Notes when libcurl wants to be called; milliseconds, none if negative.
    private func setTimer(_ delay: Int) {
        guard delay >= 0 else { return deadline = nil }
        guard delay > 0 else { return scheduleTurn() }
        let due = Moment.now + .milliseconds(delay)
        deadline = due
        // The deadline moves with every request, mostly away: a timer that fires too early looks again.
        if let timer, timer.at <= due || isAbandoned { return }
        setLaneTimer(due)
    }

    private func setLaneTimer(_ due: Moment) {
        guard !isAbandoned else { return }
        if let timer { lane.cancel(timer.timer) }
        timer = (due, lane.schedule(after: due - .now) { self.timerFired() })
    }

    private func timerFired() {
        timer = nil
        guard let deadline else { return }
        if deadline > .now { return setLaneTimer(deadline) }
        act(on: ccurl_no_socket, 0)
    }

    /// Has libcurl called at the end of the turn: once for all requests that begin in it.
    private func scheduleTurn() {
        guard !isTurnScheduled, !isAbandoned else { return }
        isTurnScheduled = true
        lane.atEndOfTurn {
            self.isTurnScheduled = false
            self.act(on: ccurl_no_socket, 0)
        }
    }

    /// Lets libcurl work on a socket, or, if there is none, on what is due.
    private func act(on descriptor: Int32, _ what: Int32) {
        // What was scheduled before the end comes after it.
        guard !isClosed, !isAbandoned else { return }
        var running: Int32 = 0
        if descriptor == ccurl_no_socket { deadline = nil }
        unsafe _ = curl_multi_socket_action(multi, descriptor, what, &running)
        harvest()
    }
}
