import DeadLetters
import JSON
import Lane
import Worker

/// One action on many letters: how far it is, and how it has ended.
struct DeadRun {
    /// What is done.
    enum Action: String {
        case requeue
        case drop
    }

    /// How it stands.
    enum State: String {
        case running
        case done
        case stopped
        case failed
    }

    /// How many troubles are named one by one.
    private static let longest = 50

    let id = String(UInt64.random(in: .min ... .max), radix: 36)
    let action: Action
    let total: Int
    /// The address of whoever wants it.
    let peer: String
    /// The first letters of their session.
    let session: String?
    /// Which letters, for people.
    let query: String
    let stop = DeadStop()
    let startedAt = Timestamp.now

    private(set) var state = State.running
    private(set) var requeued = 0
    private(set) var kept = 0
    private(set) var dropped = 0
    /// Letters that nothing has happened to, once it has ended.
    private(set) var untouched = 0
    private(set) var unanswered = 0
    private var results: [String: Int] = [:]
    private(set) var stopped: String?
    private(set) var failure: String?
    private var finishedAt: Timestamp?
    private var troubles: [(address: String, what: String)] = []
    private var troubleCount = 0
    /// When somebody was told of it last.
    var toldAt: Moment?
    /// Whether somebody is about to be told.
    var isTelling = false

    init(_ action: Action, total: Int, peer: String, session: String? = nil, query: String) {
        self.action = action
        self.total = total
        self.peer = peer
        self.session = session
        self.query = query
    }

    // MARK: Happenings

    mutating func note(_ event: RequeueEvent) {
        switch event {
        case .requeued: requeued += 1
        case .kept(let letter, let reason): note(letter, kept: reason)
        case .result(let letter, let result):
            let status = result["status"]?.string ?? "unreadable"
            results[status, default: 0] += 1
            let why = [result["reason"]?.string, result["detail"]?.string].compactMap(\.self).joined(separator: ": ")
            if status != "sent", status != "duplicate" { add(letter, "\(status) \(why)") }
        }
    }

    mutating func noteDrop() { dropped += 1 }

    mutating func note(_ letter: DeadLetter, kept reason: String) {
        kept += 1
        add(letter, "stays: \(reason)")
    }

    private mutating func add(_ letter: DeadLetter, _ what: String) {
        troubleCount += 1
        if troubles.count < Self.longest { troubles.append((letter.address, what)) }
    }

    // MARK: The end

    mutating func end(_ report: RequeueReport) {
        (requeued, kept) = (report.requeued, report.kept)
        (unanswered, results) = (report.unanswered, report.results)
        stopped = report.stopped
        end(report.failure)
    }

    mutating func end(_ report: DropReport) {
        stopped = report.stopped
        end(nil)
    }

    mutating func end(_ error: DeadError?) {
        untouched = total - requeued - kept - dropped
        if stop.isSet, untouched > 0 { stopped = stopped ?? "somebody has stopped it" }
        // Who has stopped it while it waited for somebody else knows that it has not begun.
        failure = stop.isSet && error == .busy ? nil : error?.description
        state = failure != nil ? .failed : stopped != nil ? .stopped : .done
        finishedAt = .now
    }

    // MARK: JSON

    func write(into json: inout JSONWriter) {
        json.object { json in
            json.member("run", id)
            json.member("action", action.rawValue)
            json.member("state", state.rawValue)
            let numbers = [
                ("total", total), ("requeued", requeued), ("kept", kept), ("dropped", dropped),
                ("untouched", untouched), ("unanswered", unanswered),
            ]
            for (name, number) in numbers { json.member(name, Int64(number)) }
            json.member("results") { json in
                for (status, count) in results.sorted(by: { $0.key < $1.key }) { json.member(status, Int64(count)) }
            }
            json.member("stopped", orNull: stopped)
            json.member("failure", orNull: failure)
            json.member("started_at", startedAt.rfc3339)
            json.member("finished_at", orNull: finishedAt?.rfc3339)
            json.member("by", peer)
            json.member("query", query)
            json.list("troubles") { json in
                for trouble in troubles {
                    json.object { json in
                        json.member("address", trouble.address)
                        json.member("what", trouble.what)
                    }
                }
            }
            json.member("trouble_count", Int64(troubleCount))
        }
    }

    var json: [UInt8] {
        var json = JSONWriter(reserving: 1024)
        write(into: &json)
        return json.bytes
    }
}

/// The last runs, and those under way.
struct RunShelf {
    /// How many are kept.
    static let limit = 20
    /// How many may be under way, or wait for one another.
    static let runningLimit = 8

    private var runs: [DeadRun] = []

    /// How many are under way.
    var running: Int { runs.count { $0.state == .running } }

    /// The newest first.
    var newestFirst: [DeadRun] { runs.reversed() }

    /// A run of an id; what was forgotten is not changed any more.
    subscript(id: String) -> DeadRun? {
        get { runs.first { $0.id == id } }
        set {
            guard let newValue, let place = runs.firstIndex(where: { $0.id == id }) else { return }
            runs[place] = newValue
        }
    }

    mutating func add(_ run: DeadRun) {
        runs.append(run)
        if runs.count > Self.limit, let ended = runs.firstIndex(where: { $0.state != .running }) {
            runs.remove(at: ended)
        }
    }

    func stopAll() { for run in runs where run.state == .running { run.stop.set() } }
}
