import AMQP
import Arguments
import DeadLetters
import Glibc
import JSON
import Lane
import Terminal
import Worker

extension DeadCommand {
    private static let edit = Option(
        flag: "edit", short: "e", help: "Open the job in $VISUAL or $EDITOR first; one letter only.")
    private static let set = Option(
        repeating: "set", short: "s", DeadChange.kind,
        help: "Change the job: params.title=Tea sets a text, params.count:=3 any JSON.")
    private static let unset = Option(
        repeating: "unset", DeadChange.removal, help: "Take a key out of the job, as params.titel.")
    private static let app = Option("app", .text("NAME"), help: "Send with this app.")
    private static let to = Option(
        "to", .text("QUEUE"), help: "The queue, in place of the job queue; none of the installation's others.")
    private static let rate = Option("rate", DeadChange.rate, help: "How many at most: 50/s, 100/m.")
    private static let canary = Option(
        "canary", .int("N", in: 1...1000), help: "Send so many first; go on only if all have come to a good end.")
    private static let stopOnErrors = Option(
        "stop-on-errors", DeadChange.share, help: "Stop when more than this share of results is failed or unknown.")
    private static let wait = Option(flag: "wait", short: "w", help: "Wait for the result of every letter.")
    private static let timeout = Option(
        "timeout", .duration("TIME", in: .milliseconds(1) ... .seconds(900)), default: .seconds(60),
        help: "How long to wait for results without any news.")

    static let requeueCommand: Command<Program.Action> = Command(
        "requeue", "Send dead letters again",
        discussion: """
            Counts the letters that fit, asks, and sends exactly those: none that has come since, and none twice if it dies again. A letter \
            leaves the dead queue when the broker has confirmed its copy on the job queue. The id stays, tries begin anew, an outcome_unknown \
            is sent again on purpose. A job that was changed is checked first.

            With --wait, --canary or --stop-on-errors results come by way of the queue PREFIX-requeued and are passed on to where each \
            job wants its own. Ends with 0 if all went well, with 1 if letters stay behind, results are bad, or it was stopped.


            """ + termsHelp,
        examples: [
            Example("wxpush dead requeue order-9912-paid", "one letter"),
            Example("wxpush dead requeue errcode=45009 age=1h.. --dry-run", "how many that would be"),
            Example(
                "wxpush dead requeue template=order-paid --set params.title=Tea --canary 3 --rate 50/s", "with care"),
            Example("wxpush dead requeue order-9912-paid --edit", "mended by hand"),
        ],
        options: [
            all, edit, set, unset, app, to, rate, canary, stopOnErrors, wait, timeout, dryRun, yes, json,
        ], arguments: [terms], action: requeue)

    private static func requeue(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        let query = try chosenQuery(given)
        let settings = try CommonOptions.settings(given)
        // A name that is none would come back as a letter.
        _ = try settings.accounts(named: given[app])
        var plan = try plan(given, settings.topology.names)
        let stop = DeadStop()
        let queue = queue(settings, on: invocation, waitsNoMore: stop)
        let snapshot = try await count(query, in: queue)
        guard snapshot.count > 0 else {
            if given[json], !given[dryRun] {
                try await DeadPrinter(invocation.output, isJSON: true, total: 0).summarize(RequeueReport(total: 0))
            }
            return await nothing(query)
        }
        if given[edit] {
            guard snapshot.count == 1 else {
                throw Failure(.misused, "--edit takes one letter, and \(snapshot.count) fit; name its id, or use --set")
            }
            guard try await mend(query, in: queue, &plan.edit) else {
                throw Failure(.failed, "the job was emptied in the editor; nothing was sent")
            }
        }
        if given[dryRun] { return try await rehearse(query, snapshot, plan, queue, invocation) }
        let question = "Send \(snapshot.count) dead letters again (\(query.description))?"
        guard try await isAgreed(question, count: snapshot.count, given) else { return 1 }
        let printer = DeadPrinter(invocation.output, isJSON: given[json], total: snapshot.count)
        let chosen = plan
        try Interruption.stops(stop, on: invocation.lane) { await printer.complain($0) }
        let report = try await attempt { () async throws(DeadError) in
            try await queue.requeue(snapshot, chosen, stop: stop) { await printer.note($0) }
        }
        return try await printer.conclude(report)
    }

    private static func plan(_ given: Options, _ names: QueueNames) throws(UsageError) -> RequeuePlan {
        var plan = RequeuePlan(author: author)
        do throws(DeadEditError) {
            for given in given[set] + given[unset] { try plan.edit.add(given.change) }
            if let app = given[app] { try plan.edit.add(.app(app)) }
        } catch {
            throw given.misuse(error.description)
        }
        if let name = given[to] {
            do throws(RequeueTargetError) { try plan.send(to: name, of: names) } catch {
                throw given.misuse("--to: \(error)")
            }
        }
        plan.rate = given[rate]
        plan.canary = given[canary] ?? 0
        plan.errorLimit = given[stopOnErrors]
        plan.waits = given[wait]
        plan.patience = given[timeout]
        if given.isGiven(timeout), plan.canary == 0, plan.errorLimit == nil, !plan.waits {
            throw given.misuse("--timeout goes with --wait, --canary or --stop-on-errors")
        }
        return plan
    }

    /// Lets a person write the job of the only letter that fits anew; false if they want none of it.
    private static func mend(
        _ query: DeadQuery, in queue: DeadQueue, _ edit: inout DeadEdit
    ) async throws(Failure) -> Bool {
        let found = Locked<DeadLetter?>(nil)
        try await attempt { () async throws(DeadError) in
            _ = try await queue.scan(query, reading: true) { letter in
                found.withLock { $0 = $0 ?? letter }
                return letter == nil
            }
        }
        guard let letter = found.withLock({ $0 }) else { return true }
        switch try await DeadEditor.edit(letter) {
        case .unchanged: return true
        case .emptied: return false
        case .changed(let body):
            edit.bodies[letter.key] = body
            return true
        }
    }

    /// Says what would be sent, and what would stay.
    private static func rehearse(
        _ query: DeadQuery, _ snapshot: DeadSnapshot, _ plan: RequeuePlan, _ queue: DeadQueue,
        _ invocation: Invocation
    ) async throws -> Int32 {
        let isJSON = invocation.options[json]
        let faults = Locked<[String: Int]>([:])
        let failure = Locked<OutputError?>(nil)
        if isJSON || !plan.edit.isEmpty {
            try await attempt { () async throws(DeadError) in
                _ = try await queue.scan(query, at: snapshot.takenAt, reading: true) { letter in
                    guard let letter else { return true }
                    var fault: String?
                    do throws(JobFault) { _ = try plan.edit.body(for: letter) } catch { fault = error.detail }
                    if let fault { faults.withLock { $0[fault, default: 0] += 1 } }
                    guard isJSON else { return true }
                    let said = fault
                    do throws(OutputError) {
                        try await invocation.output.json { json in
                            json.member("id", letter.id)
                            json.member("key", letter.key.description)
                            json.member("outcome", said == nil ? "would_requeue" : "would_keep")
                            json.member("detail", said)
                        }
                        return true
                    } catch {
                        failure.withLock { $0 = error }
                        return false
                    }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        if isJSON { return 0 }
        try await invocation.output.write(table(snapshot.groups, at: snapshot.takenAt).text(on: .output))
        let kept = faults.withLock { $0 }
        let stay = kept.values.reduce(0, +)
        for (fault, count) in kept.sorted(by: { $0.value > $1.value }).prefix(5) {
            try await invocation.output.line("\(count) would stay, as changed they are no jobs: \(fault.visible)")
        }
        try await invocation.output.line(
            "\(snapshot.count - stay) of \(snapshot.walk.depth) dead letters would be sent again")
        return 0
    }

    /// Who does it, for those who look later.
    static var author: String {
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let name = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let user = CommonOptions.environment["SUDO_USER"] ?? CommonOptions.environment["USER"] ?? "uid \(getuid())"
        return "\(user)@\(name)"
    }
}
