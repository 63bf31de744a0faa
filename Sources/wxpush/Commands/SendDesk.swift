import AMQP
import JSON
import Lane
import Settings
import Terminal
import Worker

/// Where the jobs of one run go out and their results come in, and what becomes of each.
actor SendDesk: LaneBound {
    nonisolated let lane: Lane
    private let connection: Connection
    private let jobs: Destination
    private let replyTo: ShortString?
    private let waits: Bool
    private let isMany: Bool
    private let printer: SendPrinter
    private let patience: Duration?

    private var confirmed = 0
    /// Jobs that the broker did not take.
    private var unsent = 0
    /// Lines that are no job.
    private var refused = 0
    private var results: [String: Int] = [:]
    /// The jobs without a result yet: their ids, by correlation.
    private var awaited: [String: String] = [:]
    private var lastNumber = 0
    private var fatal: Failure?
    private var lastNews = Moment.now
    private var waiter: CheckedContinuation<Void, Never>?

    init(_ plan: SendPlan, _ connection: Connection, _ invocation: Invocation) {
        lane = invocation.lane
        self.connection = connection
        let names = plan.settings.topology.names
        jobs = .queue(names.jobs)
        waits = plan.patience != nil
        patience = plan.patience
        // Not one of our own names, which workers refuse, and not the broker's choice, which begins with "amq.".
        replyTo =
            waits ? "\(names.prefix)-replies-\(String(UInt64.random(in: .min ... .max), radix: 36))" : plan.replyTo
        isMany = plan.source.isMany
        printer = SendPrinter(invocation.output, isJSON: plan.isJSON, isMany: isMany)
    }

    /// Whether there is any sense in sending more.
    var goesOn: Bool { fatal == nil }

    // MARK: Out

    /// Sends one job, and notes what the broker says to it.
    func send(_ order: Order) async {
        lastNumber += 1
        var properties = Properties()
        properties.contentType = "application/json"
        properties.deliveryMode = .persistent
        properties.messageID = ShortString(order.id)
        properties.replyTo = replyTo
        let correlation = "\(lastNumber)"
        if waits {
            // Not the id: two lines may have the same one, and each gets a result.
            properties.correlationID = ShortString(correlation)
            awaited[correlation] = order.id
        }
        do throws(PublishError) {
            try await connection.publish(AMQP.Message(body: order.body, properties: properties), to: jobs)
            confirmed += 1
            lastNews = .now
            if !waits {
                await note { () async throws(OutputError) in
                    try await printer.queued(order.id, isLast: confirmed + unsent == lastNumber)
                }
            }
        } catch {
            awaited[correlation] = nil
            unsent += 1
            await fail(order, error)
        }
    }

    private func fail(_ order: Order, _ error: PublishError) async {
        switch error {
        case .refused: await printer.complain("\(order.name) was not sent: \(error); is the queue full?")
        case .invalid: await printer.complain("\(order.name) was not sent: \(error)")
        case .unroutable:
            stop(
                Failure(
                    .failed,
                    "the queue \(jobs.routingKey) does not exist; start a worker, or run 'wxpush topology declare'"))
        case .notSent(let cause): stop(cause, "\(order.name) was not sent")
        case .outcomeUnknown(let cause): stop(cause, "whether \(order.name) is too, nobody can say")
        }
    }

    private func stop(_ cause: AMQPError, _ fate: String) {
        let failure = Failure(cause)
        stop(Failure(failure.kind, "\(failure); \(confirmed) are on the queue, \(fate)"))
    }

    /// Names a line that is no job.
    func refuse(line: Int, _ failure: Failure) async {
        refused += 1
        await printer.complain("line \(line): \(failure)")
    }

    /// Ends the run: the rest could not do any better.
    func stop(_ failure: Failure) {
        if fatal == nil { fatal = failure }
        wakeUp()
    }

    // MARK: In

    /// Makes the queue for the results, which is gone with the connection.
    func openReplies() async throws -> Deliveries {
        guard let replyTo else { throw Failure(.failed, "no queue for results") }
        do throws(AMQPError) {
            try await connection.declare(Queue(replyTo, isDurable: false, isExclusive: true, deletesItself: true))
            return try await connection.consume(replyTo, prefetch: 500, exclusive: true)
        } catch {
            throw Failure(error)
        }
    }

    /// Takes results until the task is cancelled or the connection ends.
    func read(_ replies: Deliveries) async {
        do throws(AMQPError) {
            for try await delivery in replies {
                await connection.acknowledge(delivery)
                await take(delivery)
            }
        } catch {
            let failure = Failure(error)
            stop(Failure(failure.kind, "\(failure); results that are still to come go to the queue of all results"))
        }
    }

    private func take(_ delivery: Delivery) async {
        let correlation = delivery.properties.correlationID?.text ?? ""
        guard let id = awaited.removeValue(forKey: correlation) else { return }
        lastNews = .now
        let result = (try? JSONValue(parsing: delivery.body))?.object ?? JSONObject()
        results[result["status"]?.string ?? "unreadable", default: 0] += 1
        await note { () async throws(OutputError) in try await printer.result(result, id: id) }
        if awaited.isEmpty { wakeUp() }
    }

    /// Waits until every job has its result, or nothing has come for too long.
    func awaitResults(_ patience: Duration) async {
        lastNews = .now
        while !awaited.isEmpty, goesOn {
            let rest = lastNews + patience - .now
            guard rest > .zero else { return }
            let timer = lane.schedule(after: rest) { self.assumeIsolated { $0.wakeUp() } }
            await withCheckedContinuation { waiter = $0 }
            lane.cancel(timer)
        }
    }

    private func wakeUp() {
        waiter?.resume()
        waiter = nil
    }

    private func note(_ print: () async throws(OutputError) -> Void) async {
        do throws(OutputError) {
            try await print()
        } catch {
            stop(Failure(.failed, "\(error); \(confirmed) are on the queue"))
        }
    }

    // MARK: The end

    /// Says how it went, and returns the process's exit status.
    func conclude() async throws -> Int32 {
        await printer.end()
        if isMany { await printer.say(summary) }
        if let fatal { throw fatal }
        if waits, !awaited.isEmpty { await printer.complain(missing) }
        let sent = results["sent", default: 0]
        if unsent > 0 || !awaited.isEmpty || waits && sent < confirmed { return Failure.Kind.failed.rawValue }
        return refused > 0 ? Failure.Kind.misused.rawValue : 0
    }

    private var summary: String {
        var parts = ["\(confirmed) on the queue"]
        if unsent > 0 { parts.append("\(unsent) not sent") }
        if refused > 0 { parts.append("\(refused) skipped") }
        parts += results.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        if waits, !awaited.isEmpty { parts.append("\(awaited.count) without a result") }
        let count = confirmed + unsent + refused
        return "\(count) \(count == 1 ? "line" : "lines"): " + parts.joined(separator: ", ")
    }

    private var missing: String {
        let shown = awaited.values.sorted().prefix(5)
        let rest = awaited.count - shown.count
        let names = shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return
            "no result of \(names) for \((patience ?? .zero).rough); is a worker running? The job stays on the queue, "
            + "and its result goes to the queue of all results"
    }
}
