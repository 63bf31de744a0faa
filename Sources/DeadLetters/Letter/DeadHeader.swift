package import AMQP
import Worker

/// The headers that stand on dead letters and on what is sent again from them.
package enum DeadHeader {
    /// The prefix of all headers of ours.
    static let prefix = "x-wxpush-"

    static let id = JobHeaders.Name.id
    static let reason = JobHeaders.Name.reason
    static let detail = JobHeaders.Name.detail
    static let errcode = JobHeaders.Name.errcode
    static let errmsg = JobHeaders.Name.errmsg
    static let attempts = JobHeaders.Name.attempts
    static let firstFailedAt = JobHeaders.Name.firstFailedAt
    static let diedAt = JobHeaders.Name.diedAt
    static let worker = JobHeaders.Name.worker
    static let openid = JobHeaders.Name.openid

    /// When a letter was sent again.
    package static let requeuedAt: ShortString = "x-wxpush-requeued-at"
    /// Who sent it again.
    package static let requeuedBy: ShortString = "x-wxpush-requeued-by"
    /// The key of the letter that it was.
    package static let requeuedFrom: ShortString = "x-wxpush-requeued-from"
    /// How often it was sent again.
    package static let requeues: ShortString = "x-wxpush-requeues"
    /// Where the job wants its result, while it goes by way of whoever sent it again.
    package static let replyTo: ShortString = "x-wxpush-reply-to"
    /// What the job's result repeats, while it goes by way of whoever sent it again.
    package static let correlationID: ShortString = "x-wxpush-correlation-id"

    /// The broker's count of returns: it grows with every look, and is no part of the letter.
    static let deliveryCount: ShortString = "x-delivery-count"
    static let deaths: ShortString = "x-death"

    /// What a job keeps when it is sent again: its link to the past, and the recipient that a used code stood for.
    private static let kept: Set<ShortString> = [openid, requeues]

    /// Whether a header belongs to a letter's death, and so goes when the job is sent again.
    ///
    /// With the broker's record of deaths, its next expiry in a waiting room would count as a cycle, and the job would vanish.
    static func endsWithDeath(_ key: ShortString) -> Bool {
        guard let name = key.text else { return false }
        if name == "x-death" || name.hasPrefix("x-first-death-") || name == "x-delivery-count" { return true }
        return name.hasPrefix(prefix) && !kept.contains(key)
    }
}
