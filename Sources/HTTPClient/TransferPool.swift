import CCurl
import Glibc
import Lane

/// One of libcurl's multi handles, with its connections, its transfers, and its place on the lane.
///
/// libcurl keeps a pointer to it until ``close()``, and calls back on the lane only, within the calls made here.
@safe final class TransferPool {
    let multi: UnsafeMutableRawPointer
    let lane: Lane
    private let configuration: HTTPConfiguration
    private let caches: SharedCaches

    /// Requests under way.
    private(set) var active = 0
    /// When the last of them ended.
    private(set) var lastUsed = Moment.now
    private var idle: [Transfer] = []
    /// All transfers, by whoever has made them: libcurl knows where they are.
    private var all: [Transfer] = []
    private(set) var isClosed = false
    /// Whether it goes without its lane, which then has nothing of it left to undo.
    private(set) var isAbandoned = false

    // See TransferPool+events
    var sockets: [Int32: WatchedSocket] = [:]
    /// The sockets that were opened here.
    var open: Set<Int32> = []
    var deadline: Moment?
    var timer: (at: Moment, timer: Lane.Timer)?
    var isTurnScheduled = false

    /// Called with the number of each request that is over.
    var onEnd: (UInt64) -> Void = { _ in }

    init?(on lane: Lane, _ configuration: HTTPConfiguration, _ caches: SharedCaches) {
        guard let multi = unsafe curl_multi_init() else { return nil }
        unsafe self.multi = unsafe multi
        self.lane = lane
        self.configuration = configuration
        self.caches = caches
        // As many connections stay as there can be requests.
        unsafe _ = ccurl_multi_set_number(multi, CURLMOPT_MAXCONNECTS, configuration.requestsPerHandle)
        setCallbacks()
    }

    deinit {
        isAbandoned = true
        release()
    }

    // MARK: Requests

    /// Starts a request; the transfer that carries it, or nil if it could not start and whoever waits has been told.
    func begin(
        _ request: HTTPRequest, id: UInt64,
        _ continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    ) -> Transfer? {
        guard let transfer = idle.popLast() ?? makeTransfer() else {
            continuation.resume(returning: .failure(.notSent(failure(of: request, .other, "out of memory"))))
            return nil
        }
        if let fault = transfer.prepare(request, configuration) {
            idle.append(transfer)
            continuation.resume(returning: .failure(.notSent(failure(of: request, .invalidRequest, fault))))
            return nil
        }
        let code = unsafe curl_multi_add_handle(multi, transfer.easy)
        guard code == CURLM_OK else {
            idle.append(transfer)
            let words = unsafe String(cString: curl_multi_strerror(code))
            continuation.resume(returning: .failure(.notSent(failure(of: request, .other, words))))
            return nil
        }
        transfer.begin(request, id: id, continuation)
        setLimit(of: transfer, request.timeout ?? configuration.totalTimeout)
        active += 1
        return transfer
    }

    /// Has a request ended when its time is over.
    ///
    /// Not by libcurl, which looks at the clock before it looks at a socket, so that a process that was held up would lose
    /// answers that are there.
    private func setLimit(of transfer: Transfer, _ limit: Duration) {
        transfer.limit = lane.schedule(after: limit) { [weak self, weak transfer] in
            guard let self, let transfer else { return }
            transfer.limit = nil
            cancel(transfer, .timedOut, transfer.timeoutReason)
        }
    }

    /// Ends a request that is under way; its connection goes with it, as an answer may still come there.
    func cancel(_ transfer: Transfer, _ kind: HTTPFailure.Kind, _ detail: String = "") {
        finish(transfer, .failure(transfer.error(kind, detail)))
    }

    /// Takes in what libcurl has finished.
    func harvest() {
        var left: Int32 = 0
        while !isClosed, let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            var pointer: UnsafeMutableRawPointer?
            // The message is gone once the handle is removed.
            let code = unsafe message.pointee.data.result
            unsafe _ = ccurl_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &pointer)
            guard let pointer = unsafe pointer else { continue }
            let transfer = unsafe Transfer.at(pointer)
            finish(transfer, transfer.outcome(code))
        }
    }

    private func finish(_ transfer: Transfer, _ result: Result<HTTPResponse, HTTPError>) {
        unsafe _ = curl_multi_remove_handle(multi, transfer.easy)
        transfer.limit.map(lane.cancel)
        transfer.limit = nil
        active -= 1
        lastUsed = .now
        onEnd(transfer.id)
        let continuation = transfer.end()
        idle.append(transfer)
        continuation?.resume(returning: result)
    }

    private func makeTransfer() -> Transfer? {
        guard let transfer = Transfer(in: self, configuration, caches) else { return nil }
        setSocketCallbacks(of: transfer)
        all.append(transfer)
        return transfer
    }

    private func failure(of request: HTTPRequest, _ kind: HTTPFailure.Kind, _ detail: String) -> HTTPFailure {
        HTTPFailure(kind: kind, origin: request.origin, detail: detail)
    }

    // MARK: The end

    /// Ends all requests and connections; on the lane.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        for transfer in all where transfer.request != nil { cancel(transfer, .closed) }
        release()
        for socket in sockets.values { lane.cancel(socket.watch) }
        sockets = [:]
        if let timer { lane.cancel(timer.timer) }
        timer = nil
    }

    /// Gives everything back to libcurl, the transfers first, as it asks for; once.
    private func release() {
        guard !isReleased else { return }
        isReleased = true
        idle = []
        all = []
        unsafe _ = curl_multi_cleanup(multi)
    }

    private var isReleased = false
}
