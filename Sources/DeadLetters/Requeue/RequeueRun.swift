import AMQP
import JSON
import Lane
import Worker

/// One run that sends letters again: its pace, its canaries, its results.
actor RequeueRun: LaneBound {
    /// How many letters may be without a result where results decide whether it goes on.
    private static let leash = 200
    /// How few there have to be after that before it goes on: every stop costs a walk along the queue.
    private static let slack = 100
    /// How long a letter may wait in hand for its turn.
    private static let shortWait = Duration.seconds(5)
    /// The results that a share is worth something from.
    private static let sample = 10

    nonisolated let lane: Lane
    private let plan: RequeuePlan
    private let jobs: ShortString
    private let replies: ShortString
    private let desk: Connection
    private let tell: @Sendable (RequeueEvent) async -> Void
    private let name = String(UInt64.random(in: .min ... .max), radix: 36)

    private(set) var report: RequeueReport
    private var admitted = 0
    private var marks = 0
    private var awaited: [ShortString: DeadLetter] = [:]
    private var isCanaryJudged = false
    private var isHeld = false
    private var nextSlot = Moment.now
    private var lastNews = Moment.now
    private var waiter: CheckedContinuation<Void, Never>?

    init(
        _ plan: RequeuePlan, of total: Int, _ names: QueueNames, _ desk: Connection, on lane: Lane,
        tell: @escaping @Sendable (RequeueEvent) async -> Void
    ) {
        self.plan = plan
        report = RequeueReport(total: total)
        jobs = plan.queue ?? names.jobs
        replies = names.requeued
        self.desk = desk
        self.lane = lane
        self.tell = tell
    }

    // MARK: Before a letter

    /// Waits until the next letter may go; false if none may any more.
    func awaitTurn() async -> Bool {
        await awaitTurn(until: nil)
        return goesOn
    }

    /// Whether the next letter goes; waits for it, but not for long, since others wait meanwhile.
    func admit() async -> DeadAdmission {
        await awaitTurn(until: .now + Self.shortWait)
        guard goesOn else { return .ended }
        guard obstacle == nil else { return .later }
        // What was missed is not made up for: that would be a burst.
        if let rate = plan.rate, rate > 0 { nextSlot = max(nextSlot, .now) + .seconds(1 / rate) }
        admitted += 1
        lastNews = .now
        if unanswered >= Self.leash { isHeld = plan.wantsResults }
        return .taken
    }

    private var goesOn: Bool { report.stopped == nil && report.failure == nil }

    private func awaitTurn(until limit: Moment?) async {
        while goesOn, let obstacle {
            let now = Moment.now
            if let limit, now >= limit { return }
            if obstacle.isResult, obstacle.end <= now { return stop("no result has come for \(plan.patience)") }
            await awaitChange(until: min(obstacle.end, limit ?? obstacle.end))
        }
        if unanswered <= Self.slack { isHeld = false }
        if goesOn, plan.canary > 0, !isCanaryJudged, admitted >= plan.canary { judgeCanary() }
    }

    /// What the next letter has to wait for, and until when at most; nil if it may go.
    private var obstacle: (isResult: Bool, end: Moment)? {
        let unanswered = unanswered
        let isCanaryOut = plan.canary > 0 && !isCanaryJudged && admitted >= plan.canary && unanswered > 0
        if isCanaryOut || isHeld && unanswered > Self.slack { return (true, lastNews + plan.patience) }
        return nextSlot > .now ? (false, nextSlot) : nil
    }

    private var unanswered: Int { admitted - report.kept - answered }

    private func judgeCanary() {
        isCanaryJudged = true
        let good =
            report.results["sent", default: 0] + report.results["duplicate", default: 0]
            + report.results["refused", default: 0]
        if good < admitted {
            stop("of \(admitted) sent first, \(admitted - good) came to no good end")
        }
    }

    // MARK: A letter

    /// Sends a letter again; true once the broker has it.
    func carry(_ letter: DeadLetter) async -> Bool {
        if letter.fault != nil { return await keep(letter, "it is too large to be taken over whole") }
        let changed: [UInt8]?
        do throws(JobFault) { changed = try plan.edit.body(for: letter) } catch {
            return await keep(letter, "as changed it is no job: \(error.detail) (\(error.reason.rawValue))")
        }
        var detour: (queue: ShortString, name: ShortString)?
        if plan.wantsResults || !isCanaryJudged && plan.canary > 0 {
            marks += 1
            let mark = ShortString("\(name)-\(marks)")
            detour = (replies, mark)
            awaited[mark] = letter
        }
        let job = letter.job(changed: changed, by: plan.author, at: .now, detour: detour)
        do throws(PublishError) {
            try await desk.publish(job, to: .queue(jobs))
            report.requeued += 1
            lastNews = .now
            await tell(.requeued(letter))
            return true
        } catch {
            if let detour { awaited[detour.name] = nil }
            switch error {
            case .unroutable: fail(.noQueue(jobs.description))
            case .outcomeUnknown(let cause), .notSent(let cause): fail(.broker(cause))
            case .refused, .invalid: break
            }
            return await keep(letter, error.description)
        }
    }

    private func keep(_ letter: DeadLetter, _ reason: String) async -> Bool {
        report.kept += 1
        await tell(.kept(letter, reason))
        wakeUp()
        return false
    }

    // MARK: Results

    /// Takes a result; returns the letter that it belongs to.
    func take(_ name: ShortString, _ result: JSONObject) async -> DeadLetter? {
        guard let letter = awaited.removeValue(forKey: name) else { return nil }
        lastNews = .now
        report.results[result["status"]?.string ?? "unreadable", default: 0] += 1
        if let limit = plan.errorLimit, answered >= Self.sample, Double(report.bad) > limit * Double(answered) {
            stop("\(report.bad) of \(answered) results are bad")
        }
        await tell(.result(letter, result))
        wakeUp()
        return letter
    }

    private var answered: Int { report.results.values.reduce(0, +) }

    /// Waits until something happens, but no longer than that.
    private func awaitChange(until end: Moment) async {
        let rest = end - .now
        guard rest > .zero else { return }
        let timer = lane.schedule(after: rest) { self.assumeIsolated { $0.wakeUp() } }
        await withCheckedContinuation { waiter = $0 }
        lane.cancel(timer)
    }

    /// Waits for what is still to come.
    func awaitRest() async {
        lastNews = .now
        while report.failure == nil, !awaited.isEmpty, .now < lastNews + plan.patience {
            await awaitChange(until: lastNews + plan.patience)
        }
        report.unanswered = awaited.count
    }

    // MARK: The end

    func fail(_ error: DeadError) {
        if report.failure == nil { report.failure = error }
        wakeUp()
    }

    func stop(_ why: String) {
        if report.stopped == nil { report.stopped = why }
        wakeUp()
    }

    /// Ends where letters were not there that should have been.
    func miss(_ count: Int) {
        if goesOn, count > 0 { stop(DeadQueue.absence(of: count)) }
    }

    private func wakeUp() { waiter.take()?.resume() }
}
