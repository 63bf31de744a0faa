package import AMQP

/// What a job carries in its headers on its way through waiting rooms and out of the dead queue.
package struct JobHeaders: Hashable, Sendable {
    /// How many tries there were.
    package var attempts = 0
    /// When the first try failed.
    package var firstFailedAt: Timestamp?
    /// When it first went out without an answer: WeChat may have it.
    package var firstSentAt: Timestamp?
    /// Whom a login code belonged to: it works only once.
    package var openid: String?
    /// When its AMQP expiration would have passed: that counts in one queue only, and this goes with the job.
    package var expiresAt: Timestamp?
    /// Whether the broker had handed it out before it came into a waiting room: another worker may have finished it.
    package var hasComeBack = false
    /// Whether a person has sent it again, knowing that it may have arrived before.
    package var isResent = false

    /// Names of headers, as people and programs see them.
    package enum Name {
        /// How many tries there were.
        package static let attempts: ShortString = "x-wxpush-attempts"
        /// When the first try failed.
        package static let firstFailedAt: ShortString = "x-wxpush-first-failed-at"
        static let firstSentAt: ShortString = "x-wxpush-first-sent-at"
        /// Whom a login code belonged to: it works only once.
        package static let openid: ShortString = "x-wxpush-openid"
        static let expiresAt: ShortString = "x-wxpush-expires-at"
        static let hasComeBack: ShortString = "x-wxpush-came-back"
        /// Set by whoever sends a dead letter again on purpose.
        package static let resent: ShortString = "x-wxpush-resent"
        static let unroutable: ShortString = "x-wxpush-unroutable"
        /// Why the job died, in one stable word.
        package static let reason: ShortString = "x-wxpush-reason"
        /// The same in one sentence.
        package static let detail: ShortString = "x-wxpush-detail"
        /// WeChat's code.
        package static let errcode: ShortString = "x-wxpush-errcode"
        /// WeChat's text.
        package static let errmsg: ShortString = "x-wxpush-errmsg"
        /// When the job died.
        package static let diedAt: ShortString = "x-wxpush-died-at"
        /// Which worker gave it up.
        package static let worker: ShortString = "x-wxpush-worker"
        /// The job's id.
        package static let id: ShortString = "x-wxpush-id"

        /// All that a job or a dead letter of ours may carry.
        static let all: Set<ShortString> = [
            attempts, firstFailedAt, firstSentAt, openid, expiresAt, hasComeBack, resent, unroutable, reason, detail,
            errcode,
            errmsg,
            diedAt, worker, id,
        ]
    }

    /// What a message's headers say; what is not as we write it counts as not there.
    package init(_ headers: Table) {
        for entry in headers {
            guard case .some(let name) = entry.key.text, name.hasPrefix("x-wxpush-") else { continue }
            let text = entry.value.text
            switch entry.key {
            // Anybody may have written them.
            case Name.attempts: attempts = Int(min(max(0, entry.value.integer ?? 0), 1_000_000))
            case Name.firstFailedAt: firstFailedAt = text.flatMap(Timestamp.init(rfc3339:))
            case Name.firstSentAt: firstSentAt = text.flatMap(Timestamp.init(rfc3339:))
            case Name.openid: openid = text.flatMap { $0.utf8.count <= 128 ? $0 : nil }
            case Name.expiresAt: expiresAt = text.flatMap(Timestamp.init(rfc3339:))
            case Name.hasComeBack: hasComeBack = entry.value == true
            case Name.resent: isResent = entry.value == true || text == "true"
            default: break
            }
        }
    }
}

extension Properties {
    /// The properties of a job that is passed on, without what belongs to its last stay in a queue.
    ///
    /// With its record of deaths, the broker would take the next expiry for a cycle, and drop it without a word. An expiration would
    /// end it in the wrong queue, and the broker refuses the name of a user other than ours. `CC` and `BCC` are orders to
    /// the broker: it would carry them out once more, with our rights.
    func passedOn() -> Properties {
        var properties = self
        properties.deliveryMode = .persistent
        properties.expiration = nil
        properties.userID = nil
        properties.headers.removeAll { entry in
            guard let name = entry.key.text else { return false }
            return name == "CC" || name == "BCC" || name == "x-death" || name.hasPrefix("x-first-death-")
                || name == "x-delivery-count"
        }
        return properties
    }
}
