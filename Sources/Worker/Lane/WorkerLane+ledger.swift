import AMQP
import FleetCache
import Lane
import WeChat
import WeChatClient

/// What the fleet knows of an id: asked before a job is sent, told when it is finished.
extension WorkerLane {
    /// How long "about to send" stands for a worker that is at it: a login code's exchange and a call fit in.
    var claimLength: Duration { api.timeout * 2 + .seconds(5) }

    /// Asks what is known of the id of a delivery that came back, whatever else may be wrong with it by now.
    func consult(_ trip: Trip) async throws(Ending) {
        guard trip.job.fault == nil else { return }
        try await claim(trip)
        // The way to the call may be long: the claim is made anew right before it.
        await release(trip)
    }

    /// How a job ends that was given up before the ledger was asked: that may know of a result, or of a worker that has sent it.
    @inline(never)
    func confirmed(_ ending: Ending, _ trip: Trip) async -> Ending {
        guard case .end(let verdict) = ending, verdict.status == .failed || verdict.status == .expired,
            verdict.answer == nil, trip.job.fault == nil, trip.delivery.fault == nil
        else { return ending }
        if trip.claimedAt == nil {
            do throws(Ending) { try await claim(trip) } catch { return error }
        }
        guard trip.headers.firstSentAt != nil else { return ending }
        let detail = "an earlier try had no answer; \(verdict.detail ?? "")"
        return .end(.ended(.unknown, .outcomeUnknown, detail))
    }

    /// Writes "about to send" into the ledger, or throws what the ledger knows better.
    func claim(_ trip: Trip) async throws(Ending) {
        guard let keep = configuration.idempotency, trip.job.hasOwnID else { return }
        let claim = LedgerClaim(
            id: ledgerID(of: trip), owner: trip.owner, lease: claimLength, keep: max(keep, claimLength))
        let first = Moment.now
        var looks = 0
        while true {
            let asked = Moment.now
            switch try await begin(claim) {
            case .fresh:
                trip.claimedAt = asked
                return
            case .finished(let record):
                let (fingerprint, result) = Self.parts(of: record)
                if mayResend(trip), await isResendable(claim.id, result) { continue }
                // A delivery that comes again after a crash asks for its own result, a second copy for the first one's.
                let isOwn = trip.hasComeBack && fingerprint == trip.fingerprint
                throw isOwn ? .reissue(result) : .end(.duplicate(of: result))
            case .inFlight(trip.owner, let age) where age <= .now - first + .seconds(1):
                // It is ours: the answer to the first request was lost.
                trip.claimedAt = first
                return
            case .inFlight(trip.owner, let age):
                try takeOver(trip, age, claimedAt: first)
                return
            case .inFlight:
                // Most calls take a tenth of a second; whoever takes longer may be gone.
                looks += 1
                guard looks <= 8, !isStopping else {
                    throw .later(spread(claimLength / 3), .busy, cause: "the id is with another worker")
                }
                try? await lane.sleep(for: .milliseconds(50 << min(looks, 4)))
            case .abandoned(_, let age):
                try takeOver(trip, age, claimedAt: asked)
                return
            }
        }
    }

    /// Takes over an id whose worker is gone, if a second message does no harm.
    private func takeOver(_ trip: Trip, _ age: Duration, claimedAt: Moment) throws(Ending) {
        journal.abandoned()
        trip.claimedAt = claimedAt
        let isDropped = isDeduplicated(trip) && age < deduplicationWindow
        if configuration.resendsUnknown || mayResend(trip) || isDropped {
            trip.headers.firstSentAt = trip.headers.firstSentAt ?? journal.now + (.zero - age)
            return
        }
        throw .end(
            .ended(.unknown, .outcomeUnknown, "the worker that was about to send it is gone; it may have been sent"))
    }

    private func ledgerID(of trip: Trip) -> String { configuration.topology.names.ledgerID(of: trip.job.id) }

    /// A record: what tells the message that it answers, and the result.
    private static func parts(of record: [UInt8]) -> (fingerprint: String, result: [UInt8]) {
        guard record.count > 32, record[0] != UInt8(ascii: "{") else { return ("", record) }
        return (String(decoding: record[..<32], as: UTF8.self), Array(record[32...]))
    }

    /// Records how a job has ended, for later copies of it.
    func record(_ result: [UInt8], of trip: Trip) async {
        guard let keep = configuration.idempotency, trip.claimedAt != nil else { return }
        let outcome = LedgerOutcome(id: ledgerID(of: trip), result: Array(trip.fingerprint.utf8) + result, keep: keep)
        await persist { () async throws(FleetCacheError) in
            let result: Result<FinishAnswer, FleetCacheError> = await withCheckedContinuation { continuation in
                if outcomes.add(outcome, continuation) { atEndOfTurn { $0.flushOutcomes() } }
            }
            _ = try result.get()
        }
    }

    /// Takes "about to send" back: nothing was sent.
    func release(_ trip: Trip) async {
        guard trip.claimedAt != nil else { return }
        trip.claimedAt = nil
        let id = ledgerID(of: trip)
        await persist { () async throws(FleetCacheError) in
            try await cache.forget([id], heldBy: trip.owner)
        }
    }

    // MARK: Calls of one turn go together

    private func begin(_ claim: LedgerClaim) async throws(Ending) -> LedgerAnswer {
        let limit = Moment.now + .seconds(30)
        var pause = Duration.milliseconds(100)
        while true {
            let result = await withCheckedContinuation { continuation in
                if claims.add(claim, continuation) { atEndOfTurn { $0.flushClaims() } }
            }
            switch result {
            case .success(let answer): return answer
            case .failure(let error):
                state.cacheFails(error)
                journal.cache(error)
                if isStopping { throw .handBack }
                // A job may not be held for ever: the broker takes it back after half an hour.
                guard Moment.now < limit else { throw .later(spread(.seconds(15)), .cache, cause: error.description) }
                try? await lane.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    private func flushClaims() {
        let batch = claims.take()
        Task(executorPreference: lane) {
            do throws(FleetCacheError) {
                batch.answer(.success(try await self.cache.begin(batch.items)))
            } catch {
                batch.answer(.failure(error))
            }
        }
    }

    private func flushOutcomes() {
        let batch = outcomes.take()
        Task(executorPreference: lane) {
            do throws(FleetCacheError) {
                batch.answer(.success(try await self.cache.finish(batch.items)))
            } catch {
                batch.answer(.failure(error))
            }
        }
    }

    /// Calls back on the actor when the lane has run what was ready.
    private func atEndOfTurn(_ action: @escaping @Sendable (isolated WorkerLane) -> Void) {
        lane.atEndOfTurn { self.assumeIsolated { action($0) } }
    }

    /// Repeats a call to the cache until it has got through; gives up when the worker has to end.
    private func persist(_ call: () async throws(FleetCacheError) -> Void) async {
        let limit = Moment.now + .seconds(60)
        var pause = Duration.milliseconds(100)
        while true {
            do throws(FleetCacheError) {
                return try await call()
            } catch {
                state.cacheFails(error)
                journal.cache(error)
                if isOver || Moment.now >= limit { return }
                try? await lane.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    /// Whether an id whose fate is unknown may go out again, as a person has asked: one of several copies may.
    private func isResendable(_ id: String, _ result: [UInt8]) async -> Bool {
        guard Verdict.isUnknown(result),
            (try? await cache.add(1, to: "resend:\(id)", keptFor: claimLength)) == 1
        else { return false }
        return (try? await cache.forget([id], heldBy: nil)) != nil
    }
}
