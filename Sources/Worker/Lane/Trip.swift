import AMQP
import FleetCache
import Lane
import WeChat
import WeChatClient

/// One delivery on its way through a worker, and what is known of it so far.
///
/// A class: thousands of tasks wait with one each, and a copy in every frame would cost them ten times the memory.
final class Trip {
    let delivery: Delivery
    let began = Moment.now
    var job: Job
    var headers: JobHeaders
    /// The app that sends, once it is known.
    var app: AppDesk?
    /// What kind of message it is, once that is known.
    var kind: MessageKind?
    /// The recipient, once that is known.
    var openid: String?
    /// When "about to send" was asked to be written into the ledger; nil while it does not stand there.
    var claimedAt: Moment?
    /// What names this trip in the ledger: two trips of one worker are two owners.
    let owner: String
    /// When the call began that WeChat is to answer.
    var calledAt = Moment.now
    /// Where its time went.
    var stages = StageTimes()

    init(_ delivery: Delivery, _ job: Job, owner: String) {
        self.delivery = delivery
        self.job = job
        self.owner = owner
        headers = delivery.properties.headers.isEmpty ? JobHeaders(Table()) : JobHeaders(delivery.properties.headers)
    }

    /// What tells this message from another copy of the job.
    var fingerprint: String {
        let properties = delivery.properties
        var bytes = properties.correlationID?.bytes ?? []
        bytes += properties.replyTo?.bytes ?? []
        bytes += String(properties.timestamp ?? 0).utf8
        bytes += String(delivery.body.count).utf8
        return Fingerprint(bytes).hex
    }

    /// Whether the broker has handed it out before, and whoever had it may have come to an end with it.
    var hasComeBack: Bool { delivery.isRedelivered || headers.hasComeBack }

    /// The template's name, if the job names one.
    var template: String? {
        if case .template(let name, _) = job.content { name } else { nil }
    }

    /// The template's name, if there is one of that name; empty otherwise: a kind is known once the template was found.
    var knownTemplate: String { kind == nil ? "" : template ?? "" }

    /// What would hold the job back if it were paused.
    func pauseKeys(templateID: String?) -> [PauseKey] {
        guard let app, let kind else { return [] }
        var keys: [PauseKey] = [.app(app.account.appid), .api(kind.path, of: app.account.appid)]
        if let templateID { keys.append(.template(templateID, of: app.account.appid)) }
        if isLoggingIn { keys.append(.login(of: app.account.appid)) }
        return keys
    }

    /// Whether its login code has yet to be exchanged.
    var isLoggingIn: Bool {
        if case .code = job.recipient { openid == nil && headers.openid == nil } else { false }
    }

    /// Whether its login code was exchanged on this trip, and not on one before.
    var hasLoggedIn: Bool {
        guard case .code = job.recipient, headers.openid != nil else { return false }
        return delivery.properties.headers[JobHeaders.Name.openid] == nil
    }
}

/// How a trip ends other than with a message that WeChat has accepted.
///
/// Indirect, as are the other errors on a job's way: every call that may throw one keeps room for it, in thousands of tasks that wait.
indirect enum Ending: Error {
    /// The job is finished.
    case end(Verdict)
    /// The job was finished before, and its result is published again.
    case reissue([UInt8])
    /// The job waits at the broker and comes back.
    case later(Duration, Postponement, cause: String)
    /// The broker gets the delivery back, as the worker stops.
    case handBack
    /// The delivery is not ours any more: the broker has given it to somebody else, or will.
    case lost
}
