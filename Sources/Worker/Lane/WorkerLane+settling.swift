import AMQP
import FleetCache
import Lane
import WeChat
import WeChatClient

/// What is left behind for a job: a record, a result, a dead letter or a copy that waits. The acknowledgement comes last.
extension WorkerLane {
    /// Settles a job that did not get as far as an answer of WeChat.
    func settle(_ trip: Trip, _ ending: Ending) async {
        switch ending {
        case .end(let verdict): await settle(trip, verdict)
        case _ where !consumer.holds(trip.delivery): await leave(trip)
        case .reissue(let result):
            // Its first worker may not have come to that.
            if Verdict.isUnknown(result) {
                let verdict = Verdict.ended(.unknown, .outcomeUnknown, "see the result of this id")
                guard await bury(trip, verdict) else { return }
            }
            guard await publish(result: result, of: trip) else { return }
            await consumer.acknowledge(trip.delivery)
            journal.reissued(trip)
        case .later(let delay, let why, let cause): await postpone(trip, delay, why, cause)
        case .handBack:
            await release(trip)
            await consumer.refuse(trip.delivery, requeue: true)
            journal.handedBack(.stopping)
        case .lost: await leave(trip)
        }
    }

    /// Leaves a job to whom the broker has given it, or will: the connection was lost, and with it the right to answer.
    ///
    /// How it has ended stands in the ledger, as far as that is sure; so does "about to send" where it may have arrived.
    private func leave(_ trip: Trip, _ verdict: Verdict? = nil) async {
        if let verdict, verdict.status == .sent || verdict.status == .refused {
            await record(result(of: trip, verdict), of: trip)
        } else if verdict?.status != .unknown, trip.headers.firstSentAt == nil {
            await release(trip)
        }
        journal.handedBack(.lost)
    }

    /// Settles a job that has ended.
    func settle(_ trip: Trip, _ verdict: Verdict) async {
        guard consumer.holds(trip.delivery) else { return await leave(trip, verdict) }
        // What is not finished is free before anything can go wrong with its dead letter.
        if !verdict.finishesID { await release(trip) }
        if verdict.isDeadLetter, trip.delivery.fault == nil {
            guard await bury(trip, verdict) else { return }
        }
        let result = result(of: trip, verdict)
        if verdict.finishesID { await record(result, of: trip) }
        trip.stages.start()
        guard await publish(result: result, of: trip) else { return }
        trip.stages.end(.confirm)
        if trip.delivery.fault == nil {
            await consumer.acknowledge(trip.delivery)
        } else {
            // We do not have the whole of it: only the broker can keep it.
            await consumer.refuse(trip.delivery, requeue: false)
        }
        journal.finished(trip, verdict)
        if verdict.isDeadLetter { announce(trip, verdict) }
    }

    /// Tells people of a dead letter such as there was none for a day; nobody waits for that.
    private func announce(_ trip: Trip, _ verdict: Verdict) {
        let kind = DeadKind(
            reason: verdict.reason ?? "", errcode: verdict.answer?.code, app: trip.app?.account.name ?? "",
            template: trip.knownTemplate)
        let id = trip.job.id
        Task(executorPreference: lane) {
            if await self.kinds.isNews(kind, in: self.cache) { self.journal.firstOfItsKind(kind, id: id) }
        }
    }

    /// The result as JSON; on its own, as what is inlined into a task that waits takes memory for as long as it waits.
    @inline(never)
    private func result(of trip: Trip, _ verdict: Verdict) -> [UInt8] {
        JobResult(
            id: trip.job.id, verdict: verdict, app: trip.app?.account.name ?? trip.job.app, kind: trip.kind?.rawValue,
            to: trip.openid, template: trip.template, attempts: trip.headers.attempts, finishedAt: journal.now,
            meta: trip.job.meta
        ).json
    }

    /// Puts a copy of the job into a waiting room.
    private func postpone(_ trip: Trip, _ delay: Duration, _ why: Postponement, _ cause: String) async {
        await release(trip)
        var headers = trip.headers
        headers.hasComeBack = trip.hasComeBack
        if headers.attempts > 0, headers.firstFailedAt == nil { headers.firstFailedAt = journal.now }
        if headers.expiresAt == nil { headers.expiresAt = expiry(of: trip.delivery.properties) }
        // What ends meanwhile is told when it ends.
        let rests = [trip.job.expiresAt, headers.expiresAt].compactMap { $0.map { $0 - journal.now } }
        let delay = min(delay, max(rests.filter { $0 > .zero }.min() ?? delay, .seconds(1)))
        let message = Letters.delayed(trip.delivery, headers)
        guard await publish(message, to: configuration.topology.ladder.destination(after: delay), for: trip) else {
            return
        }
        await consumer.acknowledge(trip.delivery)
        journal.postponed(trip, delay, why, cause)
    }

    /// Puts the job among the dead letters.
    private func bury(_ trip: Trip, _ verdict: Verdict) async -> Bool {
        let letter = Letters.dead(
            trip.delivery, id: trip.job.id, verdict, trip.headers, worker: configuration.name, at: journal.now)
        return await publish(letter, to: .queue(configuration.topology.names.dead), for: trip)
    }

    /// When the broker would have given the job up; from when it was published, if that is known.
    private func expiry(of properties: Properties) -> Timestamp? {
        guard let milliseconds = properties.expiration?.text.flatMap({ Int64($0) }), milliseconds >= 0 else {
            return nil
        }
        let now = journal.now
        let start = properties.timestamp.flatMap { Int64(exactly: $0) }.map { Timestamp(milliseconds: $0 &* 1000) }
        let end = min(start ?? now, now) + .milliseconds(milliseconds)
        // The broker would not have handed it out any more: the timestamp is that of something else.
        return end > now ? end : now + .milliseconds(milliseconds)
    }

    // MARK: Publishing

    /// Publishes a result where the job wants it, or where all results go.
    private func publish(result: [UInt8], of trip: Trip) async -> Bool {
        let names = configuration.topology.names
        let message = Letters.result(result, id: trip.job.id, of: trip.delivery.properties, at: journal.now)
        switch ReplyAddress(trip.delivery.properties.replyTo, names: names) {
        case .queue(let queue):
            // A queue that is full is its owner's business, and must not keep us.
            switch await attempt(message, to: .queue(queue), for: trip, refusals: 20) {
            case .confirmed: return true
            case .given: return false
            case .unroutable, .refused:
                return await publish(Letters.unroutable(message, from: queue), to: .queue(names.results), for: trip)
            }
        case .direct(let queue):
            // Whoever asked may be gone; a result for nobody is nobody's loss, and the broker cannot say which it is. A name that
            // ends the channel is not tried again, as every message on its way would lose its confirm once more.
            switch await attempt(message, to: .queue(queue), for: trip, mandatory: false, refusals: 0) {
            case .confirmed, .unroutable: return true
            case .given: return false
            case .refused:
                return await publish(Letters.unroutable(message, from: queue), to: .queue(names.results), for: trip)
            }
        case .none, .forbidden: return await publish(message, to: .queue(names.results), for: trip)
        }
    }

    /// Publishes to a queue of ours until the broker has it; false if the worker ends before, or the job is not ours any more.
    private func publish(_ message: Letter, to destination: Destination, for trip: Trip) async -> Bool {
        var pause = Duration.milliseconds(200)
        while true {
            switch await attempt(message, to: destination, for: trip) {
            case .confirmed: return true
            case .given: return false
            case .unroutable, .refused:
                journal.missing(destination)
                state.publishingFails()
                if isOver { return false }
                try? await lane.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    private enum Attempt {
        case confirmed
        case unroutable
        /// Not taken, and not to be tried again.
        case refused
        /// The worker ends or has lost the job, and the broker gives it to another one.
        case given
    }

    private func attempt(
        _ message: Letter, to destination: Destination, for trip: Trip, mandatory: Bool = true, refusals: Int = .max
    ) async -> Attempt {
        var message = message
        var refused = 0
        var pause = Duration.milliseconds(100)
        while !isOver {
            guard consumer.holds(trip.delivery) else {
                journal.handedBack(.lost)
                return .given
            }
            do throws(PublishError) {
                try await publisher.publish(message, to: destination, mandatory: mandatory)
                return .confirmed
            } catch {
                switch error {
                case .unroutable: return .unroutable
                case .invalid:
                    // Headers that came in may be too much to go out with ours.
                    message = Letters.withoutForeignHeaders(message)
                case .refused:
                    refused += 1
                    if refused > refusals { return .refused }
                case .outcomeUnknown: if refusals == 0 { return .refused }
                case .notSent: break
                }
                journal.publishing(error)
                state.publishingFails()
                try? await lane.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
        journal.handedBack(.stopping)
        return .given
    }
}
