import CMicroHTTPD
import Glibc
import Lane

/// libmicrohttpd's daemon, without threads, and its place on the lane.
///
/// libmicrohttpd keeps a pointer to it until ``close()``, and calls back on the lane only, within the calls made here. The lane and
/// the connections hold it until then, with plain references: weak ones would cost at every request.
@safe final class Daemon {
    let lane: Lane
    let admission: HTTPServer.Admission?
    let handler: HTTPServer.Handler
    let bodyLimit: Int
    let answersHalfClosed: Bool
    let isTLS: Bool
    let server: HTTPServer
    private let connectionLimit: Int
    /// What is left of the budget for bodies.
    private var bodyRoom: Int
    private let receiveLimit: Duration
    private var handle: OpaquePointer?
    private var watch: Lane.Watch?
    private var timer: (at: Moment, timer: Lane.Timer)?
    private var isRunScheduled = false
    private var sweep: Lane.Timer?

    /// The connections that are open.
    private(set) var exchanges: [UInt64: Exchange] = [:]
    /// Those whose handler answers later.
    var waiting: [UInt64: Exchange] = [:]
    private var lastID: UInt64 = 0
    /// Requests that the handler has been asked about, and whose answer has not left as a whole.
    var answering = 0
    private(set) var isStopping = false
    /// Called once nothing is being answered any more.
    private var onQuiet: [() -> Void] = []

    /// Starts the daemon; on the lane.
    init(
        _ configuration: ServerConfiguration, of server: HTTPServer, _ admission: HTTPServer.Admission?,
        handler: @escaping HTTPServer.Handler
    ) throws(ServerError) {
        lane = server.lane
        self.server = server
        self.admission = admission
        self.handler = handler
        answersHalfClosed = configuration.answersHalfClosed
        bodyRoom = max(0, configuration.bodyBudget)
        bodyLimit = max(0, min(configuration.bodyLimit, .max >> 1))
        connectionLimit = max(1, min(configuration.connectionLimit, 1 << 20))
        receiveLimit = max(.seconds(1), configuration.idleLimit, configuration.receiveLimit)
        isTLS = configuration.identity != nil
        unsafe handle = unsafe start(configuration)
        guard let handle = unsafe handle else {
            // It does not say why; a poll set and some memory are all it needs besides.
            throw isTLS ? .badCertificate(configuration.name) : .other(configuration.name, detail: "out of descriptors")
        }
        do throws(LaneError) {
            watch = try lane.watch(unsafe cmhd_poll_set(handle), for: .readable) { _ in self.run() }
        } catch {
            close()
            throw .other(configuration.name, detail: "\(error)")
        }
    }

    // MARK: Connections

    /// Takes over a connected socket that does not block.
    func take(_ descriptor: Int32, _ address: SocketAddress) {
        guard let handle = unsafe handle, exchanges.count < connectionLimit || makeRoom() else {
            Glibc.close(descriptor)
            return
        }
        // Closes the socket if it fails.
        unsafe address.withPointer { unsafe _ = MHD_add_connection(handle, descriptor, $0, $1) }
    }

    /// Closes a connection for a newcomer; false if all are needed.
    ///
    /// The one that has waited longest for its next request goes. If none waits, it is the oldest whose client does not take an
    /// answer that is there: nobody can be let in to keep others out by not reading.
    private func makeRoom() -> Bool {
        let open = exchanges.values.lazy.filter { !$0.isCut }
        let waiting = open.filter(\.isReceiving).min { $0.expectedSince < $1.expectedSince }
        guard let oldest = waiting ?? open.filter(\.isLeaving).min(by: { $0.id < $1.id }) else { return false }
        oldest.cut()
        runSoon()
        return true
    }

    /// The object for a new connection.
    func open(_ connection: OpaquePointer, peer: String) -> Exchange {
        lastID += 1
        let exchange = unsafe Exchange(connection, id: lastID, peer: peer, in: self)
        exchanges[lastID] = exchange
        scheduleSweep()
        return exchange
    }

    /// A connection is about to be closed.
    func closed(_ exchange: Exchange) {
        exchange.close()
        exchanges[exchange.id] = nil
    }

    /// Looks now and then for requests that take too long to arrive.
    private func scheduleSweep() {
        guard sweep == nil, !exchanges.isEmpty else { return }
        let begun = Moment.now
        sweep = lane.schedule(after: receiveLimit) {
            for exchange in self.exchanges.values { exchange.cut(ifExpectedBefore: begun) }
            self.sweep = nil
            self.scheduleSweep()
        }
    }

    /// Takes room for a body out of the budget; false if there is not so much.
    func reserve(_ bytes: Int) -> Bool {
        guard bytes <= bodyRoom else { return false }
        bodyRoom -= bytes
        return true
    }

    /// Gives room for a body back.
    func release(_ bytes: Int) { bodyRoom += bytes }

    // MARK: Answers that come later

    /// Starts the task that finds an answer.
    func answer(_ id: UInt64, later work: @escaping @Sendable () async -> ServerResponse) -> Task<Void, Never> {
        Task(executorPreference: lane) { [server] in
            let response = await work()
            await server.settle(id, .answer(response))
        }
    }

    /// Ends a request that waits, and its connection, after a while.
    func drop(_ id: UInt64, after delay: Duration) {
        _ = lane.schedule(after: delay) { self.settle(id, .drop) }
    }

    /// Lets a request that waits go on, if it still does.
    func settle(_ id: UInt64, _ settlement: Exchange.Settlement) {
        waiting.removeValue(forKey: id)?.settle(settlement)
    }

    // MARK: Turns

    /// Lets a suspended connection go on.
    func resume(_ connection: OpaquePointer) {
        unsafe MHD_resume_connection(connection)
        // Without a listener of its own, the daemon's poll set does not show it.
        runSoon()
    }

    private func runSoon() {
        guard !isRunScheduled, unsafe handle != nil else { return }
        isRunScheduled = true
        lane.atEndOfTurn { self.run() }
    }

    private func run() {
        isRunScheduled = false
        guard let handle = unsafe handle else { return }
        unsafe _ = MHD_run(handle)
        var delay: UInt64 = 0
        guard unsafe MHD_get_timeout(handle, &delay) == .YES else { return }
        if delay == 0 {
            // It has bytes left that no poll set shows.
            runSoon()
        } else {
            setTimer(Moment.now + .milliseconds(Int64(clamping: delay)))
        }
    }

    /// Has the daemon look for connections that were silent too long.
    private func setTimer(_ due: Moment) {
        // The deadline moves with every request, mostly away: a timer that fires too early finds nothing to do.
        if let timer, timer.at <= due { return }
        if let timer { lane.cancel(timer.timer) }
        let timer = lane.schedule(after: due - .now) {
            self.timer = nil
            self.run()
        }
        self.timer = (due, timer)
    }

    // MARK: Stopping

    /// An answer has left, or cannot any more.
    func ended() {
        answering -= 1
        if answering == 0 { tellQuiet() }
    }

    private func tellQuiet() {
        let calls = onQuiet
        onQuiet = []
        for call in calls { call() }
    }

    /// Lets what is being answered come to its end, and calls back then.
    func drain(_ whenQuiet: @escaping () -> Void) {
        isStopping = true
        if answering == 0 { return whenQuiet() }
        onQuiet.append(whenQuiet)
        for exchange in exchanges.values { exchange.endStream() }
    }

    /// Ends all connections and the daemon, at once.
    func close() {
        guard let stopping = unsafe handle else { return }
        // Nothing runs from here on; libmicrohttpd ends the process if it stops with a connection suspended.
        unsafe handle = nil
        waiting = [:]
        for exchange in exchanges.values { exchange.abandon() }
        if let watch { lane.cancel(watch) }
        watch = nil
        if let timer { lane.cancel(timer.timer) }
        timer = nil
        if let sweep { lane.cancel(sweep) }
        unsafe MHD_stop_daemon(stopping)
        tellQuiet()
    }
}
