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
    /// When "about to send" was written into the ledger; nil while it is not.
    var claimedAt: Moment?

    init(_ delivery: Delivery, _ job: Job) {
        self.delivery = delivery
        self.job = job
        headers = delivery.properties.headers.isEmpty ? JobHeaders(Table()) : JobHeaders(delivery.properties.headers)
    }

    /// The template's name, if the job names one.
    var template: String? {
        if case .template(let name, _) = job.content { name } else { nil }
    }

    /// What would hold the job back if it were paused.
    func pauseKeys(templateID: String?) -> [PauseKey] {
        guard let app, let kind else { return [] }
        var keys: [PauseKey] = [.app(app.account.appid), .api(kind.path, of: app.account.appid)]
        if let templateID { keys.append(.template(templateID, of: app.account.appid)) }
        return keys
    }
}

/// How a trip ends other than with a message that WeChat has accepted.
enum Ending: Error {
    /// The job is finished.
    case end(Verdict)
    /// The job was finished before, and its result is published again.
    case reissue([UInt8])
    /// The job waits at the broker and comes back.
    case later(Duration, cause: String)
    /// The broker gets the delivery back, as the worker stops.
    case handBack
}
