import AMQP
import FleetCache
import Lane
import Templates
import WeChat
import WeChatClient

/// The way of one job, from its delivery to its acknowledgement.
extension WorkerLane {
    /// Sees one delivery through.
    func handle(_ delivery: Delivery) async {
        let place = journal.took()
        defer { journal.left(place) }
        guard delivery.isRedelivered else {
            rehearseCrash(delivery)
            return await travel(delivery)
        }
        switch await trial(of: delivery) {
        case .passed: await travel(delivery)
        case .watched:
            await travel(delivery)
            leaveTrial()
        case .ended(let ending): await settle(trip(of: delivery, unread: true), ending)
        }
    }

    private func travel(_ delivery: Delivery) async {
        let trip = trip(of: delivery)
        do throws(Ending) {
            try await settle(trip, send(trip))
        } catch {
            await settle(trip, await confirmed(error, trip))
        }
    }

    // What follows does not wait, and is kept out of the frames of those that do: thousands of them wait at once.

    /// A trip of a delivery; its body is not read if that is what brings workers down.
    @inline(never)
    private func trip(of delivery: Delivery, unread: Bool = false) -> Trip {
        trips += 1
        let messageID = delivery.properties.messageID?.text
        let job =
            unread
            ? Job(unread: delivery.body, messageID: messageID) : Job(reading: delivery.body, messageID: messageID)
        return Trip(delivery, job, owner: "\(configuration.name)#\(instance).\(trips)")
    }

    /// Sends a job: every step either leads on, or throws how the job ends instead.
    private func send(_ trip: Trip) async throws(Ending) -> Verdict {
        let accepted = Result { () throws(Ending) in try accept(trip) }
        if trip.delivery.isRedelivered { try await consult(trip) }
        let content = try accepted.get()
        guard let app = trip.app, let kind = trip.kind else { throw .end(.failed(JobFault(.badValue, "no app"))) }
        try heedTime(trip)
        try heedPauses(trip, content.templateID)
        if try await takePermit(app) {
            try heedTime(trip)
            try heedPauses(trip, content.templateID, again: true)
        }
        let token = try await token(of: app, trip)
        // Whom a login code belongs to is known only once it is exchanged, under the claim.
        let known = trip.openid ?? trip.headers.openid
        if let known { try await enterGate(known) }
        defer { if let known { recipients.leave(known) } }
        try heedTime(trip)
        trip.stages.start()
        try await claim(trip)
        if trip.claimedAt != nil { trip.stages.end(.claim) }
        let openid = try await recipient(trip, app)
        if known == nil { try await enterGate(openid) }
        defer { if known == nil { recipients.leave(openid) } }
        trip.stages.start()
        let body = try compose(content, trip, to: openid)
        trip.stages.end(.render)
        return try await call(kind, body, token, app, trip, templateID: content.templateID)
    }

    /// Waits until no other message is on its way to the recipient.
    private func enterGate(_ openid: String) async throws(Ending) {
        guard await recipients.enter(openid) else {
            throw .later(spread(.seconds(2)), .busy, cause: "others wait to send to the same recipient")
        }
    }

    // MARK: What the job says

    /// What is to be sent, once it is clear that the job says so.
    @inline(never)
    private func accept(_ trip: Trip) throws(Ending) -> Content {
        let job = trip.job
        if case .openid(let openid) = job.recipient { trip.openid = openid }
        if let fault = trip.delivery.fault { throw .end(.failed(JobFault(fault))) }
        if let fault = job.fault {
            // Whom and what it names helps people, and may be all that could be read.
            trip.app = job.app.flatMap { apps[$0] }
            throw .end(.failed(fault))
        }
        if case .forbidden(let name) = ReplyAddress(
            trip.delivery.properties.replyTo, names: configuration.topology.names)
        {
            throw .end(.ended(.failed, .badReplyTo, "no result may go to the queue \(name): it is reserved"))
        }
        do throws(JobFault) {
            let content = try content(of: job)
            trip.kind = content.kind
            let app = try self.app(of: job, content)
            trip.app = app
            if let withdrawal = content.kind.withdrawal, api.isWeChatItself {
                throw JobFault(.payloadInvalid, withdrawal.description)
            }
            return content
        } catch {
            guard let withdrawal = trip.kind?.withdrawal, api.isWeChatItself, trip.app != nil else {
                throw .end(.failed(error))
            }
            throw .end(.ended(.failed, Reason.apiWithdrawn, withdrawal.description))
        }
    }

    private func content(of job: Job) throws(JobFault) -> Content {
        switch job.content {
        case .template(let name, let params):
            guard let template = templates[name] else {
                throw JobFault(.unknownTemplate, "there is no template \"\(name)\"")
            }
            return .template(template, params)
        case .message(let kind, let message): return .message(kind, message)
        case nil: throw JobFault(.missingKey, "the job says nothing")
        }
    }

    /// The app that sends: the job's word, or the template's, or the only one there is.
    private func app(of job: Job, _ content: Content) throws(JobFault) -> AppDesk {
        let name = job.app ?? content.app
        guard let name else {
            guard apps.count == 1, let only = apps.values.first else {
                throw JobFault(
                    .appRequired, "neither the job nor its template names an app, and \(apps.count) are configured")
            }
            return try check(only, content)
        }
        guard let app = apps[name] else { throw JobFault(.unknownApp, "there is no app \"\(name)\"") }
        return try check(app, content)
    }

    private func check(_ app: AppDesk, _ content: Content) throws(JobFault) -> AppDesk {
        guard content.kind.senders.contains(app.account.type) else {
            let type = app.account.type.rawValue
            throw JobFault(
                .wrongAppType,
                "the app \"\(app.account.name)\" is of type \(type), which cannot send \(content.kind.rawValue)")
        }
        return app
    }

    // MARK: Whether it is time

    @inline(never)
    private func heedTime(_ trip: Trip) throws(Ending) {
        guard trip.job.expiresAt != nil || trip.job.notBefore != nil || trip.headers.expiresAt != nil else { return }
        let now = journal.now
        for limit in [trip.job.expiresAt, trip.headers.expiresAt] {
            guard let limit, limit <= now else { continue }
            throw .end(.ended(.expired, .expired, "its time ended at \(limit.rfc3339)"))
        }
        if let start = trip.job.notBefore, start > now {
            throw .later(min(start - now, DelayLadder.longest), .notBefore, cause: "not before \(start.rfc3339)")
        }
    }

    @inline(never)
    private func heedPauses(_ trip: Trip, _ templateID: String?, again: Bool = false) throws(Ending) {
        if pauses.isEmpty { return }
        let keys = trip.pauseKeys(templateID: templateID)
        if case .wait(let duration, let cause) = pauses.verdict(for: keys, at: .now, again: again) {
            throw .later(spread(duration), .paused, cause: cause)
        }
    }

    // MARK: What is needed

    private func token(of app: AppDesk, _ trip: Trip) async throws(Ending) -> AccessToken {
        if let token = app.token.ready { return token }
        let began = Moment.now
        defer { journal.waitedForToken(of: app.account.name, since: began) }
        do throws(TokenFailure) {
            return try await app.token.token()
        } catch {
            trip.headers.attempts += 1
            throw await failed(.noToken(error), trip, app, templateID: nil)
        }
    }

    /// The openid, in exchange for a login code if need be.
    private func recipient(_ trip: Trip, _ app: AppDesk) async throws(Ending) -> String {
        if let openid = trip.openid { return openid }
        if let openid = trip.headers.openid {
            trip.openid = openid
            return openid
        }
        guard case .code(let code) = trip.job.recipient else {
            throw .end(.failed(JobFault(.missingKey, "the job names no recipient")))
        }
        guard app.account.type == .mini else {
            throw .end(.failed(JobFault(.wrongAppType, "login codes are for mini programs")))
        }
        do throws(CallFailure) {
            let session = try await api.session(code: code, of: app.account)
            trip.openid = session.openid
            // The code is used up: should the job come back, it has to bring this along.
            trip.headers.openid = session.openid
            journal.exchanged(trip, "0")
            return session.openid
        } catch {
            // Nothing was sent, whatever became of the exchange; a code that was used up will say so.
            let happening: Happening =
                switch error {
                case .refused(let answer): .answered(answer)
                case .notSent, .outcomeUnknown, .gateway, .unusable: .notSent(error.description)
                case .wrongAddress: .wrongAddress(error.description)
                }
            trip.headers.attempts += 1
            journal.exchanged(trip, error.word)
            throw await failed(happening, trip, app, context: .login, templateID: nil)
        }
    }

    @inline(never)
    private func compose(_ content: Content, _ trip: Trip, to openid: String) throws(Ending) -> [UInt8] {
        do throws(JobFault) {
            return try content.message(for: trip.job, sender: trip.app?.account.type).body(to: openid)
        } catch {
            throw .end(.failed(error))
        }
    }

    // MARK: The call

    /// Calls WeChat, once more with another token if need be, and says how the job goes on.
    private func call(
        _ kind: MessageKind, _ body: [UInt8], _ first: AccessToken, _ app: AppDesk, _ trip: Trip,
        templateID: String?
    ) async throws(Ending) -> Verdict {
        var token = first
        var replacements = 0
        trip.headers.attempts += 1
        while true {
            try checkWhetherOurs(trip)
            let began = journal.now
            trip.calledAt = .now
            trip.stages.start()
            let happening = await happening(kind, body, token)
            trip.stages.end(.call)
            if case .answered(let answer) = happening, answer.code == 0 {
                if !pauses.isEmpty { await clearPauses(trip, templateID) }
                return Verdict(status: .sent, answer: answer)
            }
            if trip.headers.firstSentAt == nil, case .noAnswer = happening { trip.headers.firstSentAt = began }
            // The first replacement may be one that another worker fetched a while ago, and WeChat has rejected since.
            let circumstances = circumstances(trip, .send(kind), afterRefresh: replacements > 1)
            token = try await tokenToRepeat(with: happening, circumstances, token, app, trip, templateID: templateID)
            replacements += 1
        }
    }

    /// The token to send once more with after what has happened; throws how the job goes on if it is not to be sent once more.
    @inline(never)
    private func tokenToRepeat(
        with happening: Happening, _ circumstances: Circumstances, _ token: AccessToken, _ app: AppDesk, _ trip: Trip,
        templateID: String?
    ) async throws(Ending) -> AccessToken {
        journal.notAccepted(trip, happening)
        switch Decision(happening, circumstances) {
        case .end(let verdict):
            // Whatever it says of the message, the API and the account work.
            if !pauses.isEmpty, verdict.answer != nil { await clearPauses(trip, templateID) }
            throw .end(verdict)
        case .replaceToken: return try await replacement(for: token, app, trip)
        case let decision: throw await carryOut(decision, trip, app, templateID: templateID)
        }
    }

    /// Looks, right before a message goes out, whether it may still be this trip that sends it.
    @inline(never)
    private func checkWhetherOurs(_ trip: Trip) throws(Ending) {
        guard consumer.holds(trip.delivery) else { throw .lost }
        // Past the end of the claim another worker takes the job for abandoned.
        let margin = claimLength - api.timeout
        if let claimedAt = trip.claimedAt, Moment.now >= claimedAt + margin {
            trip.headers.attempts = max(0, trip.headers.attempts - 1)
            throw .later(.seconds(1), .busy, cause: "it took too long to get ready")
        }
        guard let first = trip.headers.firstSentAt, !configuration.resendsUnknown, !mayResend(trip) else { return }
        let isDropped =
            isDeduplicated(trip) && abs((journal.now - first) / .seconds(1)) < deduplicationWindow / .seconds(1)
        guard isDropped else {
            throw .end(
                .ended(
                    .unknown, .outcomeUnknown,
                    "an earlier try had no answer, and WeChat would not drop a second message now"))
        }
    }

    /// Whether a person wants it sent although it may have arrived; after a crash nobody knows whether that has happened.
    func mayResend(_ trip: Trip) -> Bool { trip.headers.isResent && !trip.hasComeBack }

    /// Whether WeChat drops a second message of the job, within its time.
    func isDeduplicated(_ trip: Trip) -> Bool { trip.kind?.isDeduplicated == true && trip.job.hasOwnID }

    private func happening(_ kind: MessageKind, _ body: [UInt8], _ token: AccessToken) async -> Happening {
        do throws(CallFailure) {
            return .answered(try await api.send(kind, body, with: token))
        } catch {
            switch error {
            case .notSent: return .notSent(error.description)
            case .outcomeUnknown: return .noAnswer(error.description)
            case .gateway, .unusable: return .gateway(error.description)
            case .wrongAddress: return .wrongAddress(error.description)
            case .refused(let answer): return .answered(answer)
            }
        }
    }

    private func replacement(
        for rejected: AccessToken, _ app: AppDesk, _ trip: Trip
    ) async throws(Ending) -> AccessToken {
        do throws(TokenFailure) {
            return try await app.token.replacement(for: rejected)
        } catch {
            throw await failed(.noToken(error), trip, app, templateID: nil)
        }
    }

    // MARK: What comes of it

    private func failed(
        _ happening: Happening, _ trip: Trip, _ app: AppDesk, context: ErrorContext? = nil, templateID: String?
    ) async -> Ending {
        let context = context ?? trip.kind.map { .send($0) } ?? .token
        return await carryOut(Decision(happening, circumstances(trip, context)), trip, app, templateID: templateID)
    }

    private func carryOut(_ decision: Decision, _ trip: Trip, _ app: AppDesk, templateID: String?) async -> Ending {
        switch decision {
        case .end(let verdict): return .end(verdict)
        case .retry(let delay, let verdict):
            let growing = configuration.retry.wait(after: trip.headers.attempts, spread: .random(in: 0...1))
            return .later(
                delay.wait(at: Int(journal.now.milliseconds / 1000)).map(spread) ?? growing, .retry,
                cause: verdict.detail ?? ""
            )
        case .pause(let scope, let delay, let cause):
            // Waiting is no try.
            trip.headers.attempts = max(0, trip.headers.attempts - 1)
            return .later(await pause(scope, delay, cause, trip, app, templateID), .paused, cause: cause.detail ?? "")
        case .replaceToken: return .later(configuration.retry.first, .retry, cause: "the token was replaced")
        }
    }

    @inline(never)
    private func circumstances(
        _ trip: Trip, _ context: ErrorContext, afterRefresh: Bool = false
    ) -> Circumstances {
        var circumstances = Circumstances(context, attempts: trip.headers.attempts, limit: configuration.retry.attempts)
        circumstances.afterRefresh = afterRefresh
        circumstances.resendsUnknown = configuration.resendsUnknown
        circumstances.mayHaveArrived = trip.headers.firstSentAt != nil
        if isDeduplicated(trip) {
            circumstances.isDeduplicated =
                trip.headers.firstSentAt.map { journal.now - $0 < deduplicationWindow } ?? true
        }
        return circumstances
    }

    /// A wait made longer by up to a fifth, so that jobs do not come back together.
    func spread(_ duration: Duration) -> Duration { max(.seconds(1), duration) * Double.random(in: 1...1.2) }

    /// WeChat drops a second message under one key for ten minutes; less, as clocks and waits differ.
    var deduplicationWindow: Duration { .seconds(540) }
}

extension JobFault {
    /// What is missing from a delivery that was too much to take over.
    fileprivate init(_ fault: Delivery.Fault) {
        switch fault {
        case .bodyTooLarge(let bytes, _):
            self.init(.bodyTooLarge, "the body has \(bytes) bytes, the limit is \(Job.Limits.body)")
        case .headersTooDeep: self.init(.badValue, "the headers of the message nest too deep")
        }
    }
}
