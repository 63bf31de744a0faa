package import AMQP
import DeadLetters
import HTTPServer
import JSON
package import Lane
package import Telemetry
package import Worker

/// Answers what the page asks of the dead letters, and does what it is told with them.
///
/// What changes something is frozen in a snapshot first, so that nothing is touched but what was counted; and it goes on if the browser
/// leaves.
package actor DeadDesk: LaneBound {
    /// Where it lives: where the server does.
    package nonisolated let lane: Lane
    let names: QueueNames
    private let configuration: ConnectionConfiguration
    private var apps: [String]
    let templates: TemplateShelf
    let hub: EventHub
    let log: Log

    private var looks = 0
    var snapshots = SnapshotShelf()
    var runs = RunShelf()
    private var messageIDs = LetterIDs()

    /// How many looks may be under way or wait for their turn.
    private static let lookLimit = 16
    /// How long a look waits for somebody else at the letters: longer than a round of a run over many takes.
    private static let patience = Duration.seconds(30)

    /// A desk for the dead letters of an installation.
    ///
    /// - Parameters:
    ///   - apps: The names of the apps; what jobs say of themselves is completed by them, and by the templates.
    ///   - hub: Told of every change in a run.
    package init(
        _ names: QueueNames, _ configuration: ConnectionConfiguration, apps: [String], templates: TemplateShelf,
        hub: EventHub, log: Log, on lane: Lane
    ) {
        self.names = names
        self.configuration = configuration
        self.apps = apps
        self.templates = templates
        self.hub = hub
        self.log = log
        self.lane = lane
    }

    /// Goes by other apps from now on.
    package func use(apps: [String]) { self.apps = apps }

    /// Begins no further letter, and waits for the runs under way, but not for ever: what is left of them is not lost.
    package func stop(atMost limit: Duration = .seconds(5)) async {
        runs.stopAll()
        let end = Moment.now + limit
        while runs.running > 0, .now < end, (try? await lane.sleep(for: .milliseconds(20))) != nil {}
    }

    /// The queue, for somebody who waits so long for others, or until something tells them not to.
    func queue(patience: Duration, waitsNoMore: DeadStop) -> DeadQueue {
        DeadQueue(
            names, configuration, registry: DeadRegistry(templates.current.set, apps: apps), patience: patience,
            waitsNoMore: waitsNoMore, on: lane)
    }

    /// Looks into the queue, unless too many do already.
    ///
    /// Whoever is cancelled waits no more for others; but a walk goes to its end, since one that is broken off changes the order of letters.
    func look<Value: Sendable>(
        _ body: @escaping @Sendable (DeadQueue) async throws(DeadError) -> Value
    ) async throws(Refusal) -> Value {
        guard looks < Self.lookLimit else {
            throw Refusal(503, "busy", "Too many are looking at the dead letters; try again in a moment.")
        }
        looks += 1
        defer { looks -= 1 }
        let leaver = DeadStop()
        let queue = queue(patience: Self.patience, waitsNoMore: leaver)
        let walk = Task(executorPreference: lane) { () -> Result<Value, DeadError> in
            do throws(DeadError) { return .success(try await body(queue)) } catch { return .failure(error) }
        }
        let result = await withTaskCancellationHandler {
            await walk.value
        } onCancel: {
            leaver.set()
        }
        do throws(DeadError) { return try result.get() } catch { throw Refusal(error) }
    }

    // MARK: Looking

    /// One walk: groups, and the first or the last letters.
    func overview(_ request: ServerRequest) async throws(Refusal) -> ServerResponse {
        let query = try Self.query(request.query ?? "", ignoring: ["limit", "order"])
        guard let limit = Int(request.queryValue("limit") ?? "50"), (1...1000).contains(limit) else {
            throw Refusal(400, "bad_request", "limit is a number from 1 to 1000.")
        }
        let order = request.queryValue("order") ?? "newest"
        guard ["newest", "oldest"].contains(order) else {
            throw Refusal(400, "bad_request", "order is newest or oldest.")
        }
        let now = Timestamp.now
        let found = Locked((shelf: DeadShelf(limit: limit, keepsFirst: order == "oldest"), groups: DeadGroups()))
        let walk = try await look { queue throws(DeadError) in
            try await queue.scan(query, at: now, reading: true) { letter in
                guard let letter else { return true }
                found.withLock { found in
                    found.shelf.add(letter)
                    found.groups.add(letter)
                }
                return true
            }
        }
        let (shelf, groups) = found.withLock { $0 }
        var json = JSONWriter(reserving: 32 << 10)
        json.object { json in
            json.member("at", now.rfc3339)
            json.member("depth", Int64(walk.depth))
            json.member("missed", Int64(walk.missed))
            json.member("count", Int64(shelf.count))
            json.list("terms") { json in for word in query.words { json.value(word) } }
            groups.write(into: &json)
            json.list("letters") { json in
                for letter in shelf.letters {
                    json.object { json in
                        letter.writeSummary(into: &json)
                        json.member("address", letter.address)
                    }
                }
            }
        }
        return .json(json.bytes)
    }

    /// One letter with all that is known of it, or several of one id.
    func letters(_ request: ServerRequest) async throws(Refusal) -> ServerResponse {
        guard let address = request.queryValue("address"), !address.isEmpty else {
            throw Refusal(400, "bad_request", "address names the letter: its id, or its key after @.")
        }
        let letters = try await look { queue throws(DeadError) in
            try await queue.find(address, bytes: Self.bytesAtOnce)
        }
        var json = JSONWriter(reserving: 16 << 10)
        json.object { json in
            json.list("letters") { json in
                for letter in letters.reversed() {
                    messageIDs.note(letter)
                    json.object { letter.writeForPage(into: &$0, letter.preview(templates.current.set)) }
                }
            }
        }
        return .json(json.bytes)
    }

    /// How much the bodies of letters of one id may have together, to be shown at once.
    private static let bytesAtOnce = 8 << 20

    /// What a body that somebody writes would be sent as.
    func preview(_ request: ServerRequest) async throws(Refusal) -> ServerResponse {
        let body = try RequestFields(request, knowing: ["key", "body"])
        guard let text = try body.text("body") else { throw Refusal(400, "bad_request", "body is the job as text.") }
        var messageID: String?
        if let key = try body.key("key") {
            messageID = try await self.messageID(of: key)
        }
        let preview = DeadPreview(of: Array(text.utf8), messageID: messageID, templates.current.set)
        var json = JSONWriter(reserving: 1024)
        json.object { json in
            if let fault = preview.jobFault {
                json.member("fault") { json in
                    json.member("reason", fault.reason.rawValue)
                    json.member("detail", fault.detail)
                }
            } else {
                json.member("fault", tree: .null)
            }
            json.member("payload", tree: preview.payload.flatMap { try? JSONValue(parsing: $0) } ?? .null)
            json.list("faults") { json in for fault in preview.messageFaults { json.value(fault) } }
        }
        return .json(json.bytes)
    }

    private func messageID(of key: DeadKey) async throws(Refusal) -> String? {
        if let known = messageIDs.id(of: key) { return known }
        let letter = try await look { queue throws(DeadError) in
            try await queue.find("\(DeadKey.sign)\(key.description)", atMost: 1).first
        }
        if let letter { messageIDs.note(letter) } else { messageIDs.note(absent: key) }
        return letter?.properties.messageID?.text
    }

    /// Reads a query as it stands in an address.
    static func query(_ text: String, ignoring others: Set<String> = []) throws(Refusal) -> DeadQuery {
        do throws(DeadQueryError) { return try DeadQuery(urlQuery: text, ignoring: others) } catch {
            throw Refusal(400, "bad_query", error.description)
        }
    }
}
