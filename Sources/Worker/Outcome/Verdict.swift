import JSON
package import WeChat

/// How a job has ended.
package struct Verdict: Hashable, Sendable {
    /// The word of the result.
    package enum Status: String, CaseIterable, Hashable, Sendable {
        /// WeChat accepted it.
        case sent
        /// WeChat answered for the recipient.
        case refused
        /// Everything else that is final.
        case failed
        /// The request went out, and no answer came.
        case unknown
        /// Its time has passed.
        case expired
        /// The id was finished before.
        case duplicate
    }

    /// The word of the result.
    package var status: Status
    /// The stable word for why it was not sent; nil if it was.
    package var reason: String?
    /// One sentence about it.
    package var detail: String?
    /// WeChat's answer, if it gave one.
    package var answer: Answer?
    /// The first result of the id, as JSON, for a duplicate.
    package var original: [UInt8]?

    /// An end of its parts.
    package init(
        status: Status, reason: String? = nil, detail: String? = nil, answer: Answer? = nil, original: [UInt8]? = nil
    ) {
        self.status = status
        self.reason = reason
        self.detail = detail
        self.answer = answer
        self.original = original
    }
}

extension Verdict {
    /// An end with a reason of ours.
    package static func ended(
        _ status: Status, _ reason: JobReason, _ detail: String, _ answer: Answer? = nil
    ) -> Verdict {
        Verdict(status: status, reason: reason.rawValue, detail: detail, answer: answer)
    }

    /// An end with a reason of WeChat's.
    package static func ended(_ status: Status, _ reason: Reason, _ detail: String, _ answer: Answer? = nil) -> Verdict
    {
        Verdict(status: status, reason: reason.rawValue, detail: detail, answer: answer)
    }

    /// A job that cannot be worked on.
    package static func failed(_ fault: JobFault) -> Verdict { ended(.failed, fault.reason, fault.detail) }

    /// The end of a second copy of a finished job.
    package static func duplicate(of result: [UInt8]) -> Verdict {
        var verdict = ended(.duplicate, .duplicate, "the id was finished before; nothing was sent")
        verdict.original = result
        return verdict
    }

    /// Whether a result, as JSON, leaves open what became of the job.
    package static func isUnknown(_ result: [UInt8]) -> Bool {
        (try? JSONValue(parsing: result))?.object?["status"]?.string == Status.unknown.rawValue
    }

    /// Whether a person has to look at the job.
    package var isDeadLetter: Bool { status == .failed || status == .unknown }

    /// Whether the id is done, so that a later copy of it is a duplicate.
    package var finishesID: Bool { status == .sent || status == .refused || status == .unknown }
}
