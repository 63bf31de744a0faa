package import WeChat
package import WeChatClient

/// What became of one try to send.
package indirect enum Happening: Hashable, Sendable {
    /// WeChat answered.
    case answered(Answer)
    /// Nothing has left this process.
    case notSent(String)
    /// The request has left, and no answer has come.
    case noAnswer(String)
    /// A gateway answered in WeChat's place.
    case gateway(String)
    /// The endpoint is none of WeChat's.
    case wrongAddress(String)
    /// There is no token.
    case noToken(TokenFailure)
}

/// What a decision depends on besides what happened.
package struct Circumstances: Hashable, Sendable {
    /// The call that was made.
    package var context: ErrorContext
    /// How many tries there were, this one included.
    package var attempts: Int
    /// Whether the token was replaced just before.
    package var afterRefresh = false
    /// Whether WeChat drops a second message under the same key for some time yet.
    package var isDeduplicated = false
    /// Whether a message whose fate is unknown is to be sent again.
    package var resendsUnknown = false
    /// Whether an earlier try went out without an answer, so that WeChat may have the message.
    package var mayHaveArrived = false
    /// How many tries there are.
    package var limit: Int

    /// Circumstances of a call.
    package init(_ context: ErrorContext, attempts: Int, limit: Int) {
        self.context = context
        self.attempts = attempts
        self.limit = limit
    }
}

/// What is to be done.
package indirect enum Decision: Hashable, Sendable {
    /// The job has ended.
    case end(Verdict)
    /// Replace the token and send again at once.
    case replaceToken
    /// Try again later; if that was the last try, the verdict is the job's end.
    case retry(Delay, otherwise: Verdict)
    /// Stop what the scope names for a while; the job waits with the others, and the try does not count.
    case pause(PauseScope, Delay, cause: Verdict)
}

extension Decision {
    /// What to do about what happened: the one place that decides it.
    package init(_ happening: Happening, _ circumstances: Circumstances) {
        switch happening {
        case .answered(let answer): self = Self.after(answer, circumstances)
        case .notSent(let detail):
            self = .again(.backoff, .ended(.failed, .unreachable, detail), circumstances)
        case .gateway(let detail):
            self = .again(.backoff, .ended(.failed, .retriesExhausted, detail), circumstances)
        case .noAnswer(let detail) where circumstances.maySendAgain:
            self = .again(.backoff, .ended(.unknown, .outcomeUnknown, detail), circumstances)
        case .noAnswer(let detail): self = .end(.ended(.unknown, .outcomeUnknown, detail))
        case .wrongAddress(let detail): self = .end(.ended(.failed, Reason.requestInvalid, detail))
        case .noToken(let failure): self = Self.after(failure, circumstances)
        }
    }

    private static func after(_ answer: Answer, _ circumstances: Circumstances) -> Decision {
        let entry = ErrorTable.entry(
            for: answer.code, in: circumstances.context, afterRefresh: circumstances.afterRefresh)
        func verdict(_ status: Verdict.Status) -> Verdict {
            .ended(status, entry.reason, "WeChat: \(answer.message)", answer)
        }
        switch entry.errorClass {
        case .ok, .ignore: return .end(Verdict(status: .sent, answer: answer))
        case .token where !circumstances.afterRefresh: return .replaceToken
        case .user: return .end(verdict(.refused))
        case .request: return .end(verdict(.failed))
        case .account where entry.pause == .nothing || entry.delay == .forever: return .end(verdict(.failed))
        case .rate, .account: return .pause(entry.pause, entry.delay, cause: verdict(.failed))
        case .retry where entry.pause != .nothing && entry.pause != .recipient,
            .token where entry.pause != .nothing:
            return .pause(entry.pause, entry.delay, cause: verdict(.failed))
        case .unknown:
            var few = circumstances
            few.limit = min(circumstances.limit, entry.errorClass.attempts ?? circumstances.limit)
            return .again(.backoff, verdict(.failed), few)
        case .token, .retry:
            let last = "after \(circumstances.attempts) tries; WeChat: \(answer.message)"
            return .again(entry.delay, .ended(.failed, .retriesExhausted, last, answer), circumstances)
        }
    }

    private static func after(_ failure: TokenFailure, _ circumstances: Circumstances) -> Decision {
        if let answer = failure.answer {
            var token = circumstances
            token.context = .token
            // No message has gone out: whatever stops the app, the job waits and loses no try.
            return switch after(answer, token) {
            case .pause(_, let delay, let cause): .pause(.app, delay, cause: cause)
            case .end(let verdict): .pause(.app, .person, cause: verdict)
            case .replaceToken: .pause(.app, .person, cause: .ended(.failed, Reason.tokenRejected, failure.description))
            case .retry: .pause(.app, .fixed(.seconds(5)), cause: .ended(.failed, Reason.busy, failure.description))
            }
        }
        switch failure {
        case .rejected:
            return .pause(.app, .person, cause: .ended(.failed, Reason.tokenRejected, failure.description))
        case .exhausted:
            return .pause(.app, .nextDay, cause: .ended(.failed, Reason.rateLimited, failure.description))
        case .call, .held, .cacheAway, .closed:
            return .again(.backoff, .ended(.failed, .unreachable, failure.description), circumstances)
        }
    }

    /// Another try, or the end if there is none left.
    private static func again(_ delay: Delay, _ last: Verdict, _ circumstances: Circumstances) -> Decision {
        if circumstances.attempts < circumstances.limit { return .retry(delay, otherwise: last) }
        guard circumstances.mayHaveArrived else { return .end(last) }
        let detail = "an earlier try had no answer; \(last.detail ?? "")"
        return .end(.ended(.unknown, .outcomeUnknown, detail, last.answer))
    }
}

extension Circumstances {
    /// Whether a second message does no harm, or is wanted all the same.
    fileprivate var maySendAgain: Bool { isDeduplicated || resendsUnknown }
}
