/// Which jobs are with WeChat, and what became of those that were.
package protocol SendLedger: Sendable {
    /// Writes "about to send" for each claim, unless its id stands in the ledger; the answers come in the order of the claims.
    ///
    /// Each in one step: an id that is unknown, or whose time is up, is entered, and the answer is `fresh`. One that is
    /// finished answers with its first result. One whose lease runs answers `inFlight`, also to the worker that holds it.
    /// One whose lease has run out answers `abandoned`, to one caller alone: the entry passes to it with the new lease,
    /// and keeps the time of its first begin.
    ///
    /// An id that occurs twice in one call is `inFlight` the second time.
    func begin(_ claims: [LedgerClaim]) async throws(FleetCacheError) -> [LedgerAnswer]

    /// Records how jobs have ended; the answers come in the order of the entries.
    ///
    /// Each in one step: the first result of an id stands. It does not matter who began the job, as whoever knows how it ended
    /// is right; an id that is not in the ledger is entered.
    func finish(_ outcomes: [LedgerOutcome]) async throws(FleetCacheError) -> [FinishAnswer]

    /// Takes ids out of the ledger, so that they can begin again.
    ///
    /// - Parameter owner: Takes out only what is unfinished and in the hands of this worker: one that was stopped for a minute must
    ///   not undo what its successor does. Nil takes out everything, as a person does on purpose.
    func forget(_ ids: [String], heldBy owner: String?) async throws(FleetCacheError)
}

/// A worker's request to send a job.
package struct LedgerClaim: Hashable, Sendable {
    /// The job's id.
    package var id: String
    /// Names the worker.
    package var owner: String
    /// After that long without an end the worker counts as gone; longer than a send can take.
    package var lease: Duration
    /// How long an entry without an end is kept; at least the lease.
    package var keep: Duration

    /// Asks for one job.
    package init(id: String, owner: String, lease: Duration, keep: Duration) {
        self.id = id
        self.owner = owner
        self.lease = lease
        self.keep = keep
    }
}

/// What the ledger says of a job that is about to be sent.
package enum LedgerAnswer: Hashable, Sendable {
    /// Nobody has sent it: the caller does.
    case fresh
    /// A worker is at it, and has been for `age`.
    case inFlight(owner: String, age: Duration)
    /// It has ended before, with this result.
    case finished([UInt8])
    /// The worker that began it `age` ago is gone, and it is open whether it was sent. The caller has it now.
    case abandoned(owner: String, age: Duration)
}

/// How a job has ended.
package struct LedgerOutcome: Hashable, Sendable {
    /// The job's id.
    package var id: String
    /// The result, for later copies of the job.
    package var result: [UInt8]
    /// How long the result is kept.
    package var keep: Duration

    /// Records one job.
    package init(id: String, result: [UInt8], keep: Duration) {
        self.id = id
        self.result = result
        self.keep = keep
    }
}

/// Whether a result is the one that stands.
package enum FinishAnswer: Hashable, Sendable {
    /// It is.
    case recorded
    /// Another one came first.
    case superseded(by: [UInt8])
}

extension SendLedger {
    /// Claims one job.
    package func begin(_ claim: LedgerClaim) async throws(FleetCacheError) -> LedgerAnswer {
        let answers = try await begin([claim])
        guard let answer = answers.first else { throw .away("no answer to a claim") }
        return answer
    }

    /// Records one job's end.
    package func finish(_ outcome: LedgerOutcome) async throws(FleetCacheError) -> FinishAnswer {
        let answers = try await finish([outcome])
        guard let answer = answers.first else { throw .away("no answer to an outcome") }
        return answer
    }
}
