import HTTPClient
import Testing
import WeChat
import WeChatClient
import Worker

struct DecisionTests {
    private func decide(
        _ code: Int, _ kind: MessageKind = .subscribe, attempts: Int = 1, afterRefresh: Bool = false
    ) -> Decision {
        var circumstances = Circumstances(.send(kind), attempts: attempts, limit: 8)
        circumstances.afterRefresh = afterRefresh
        return Decision(.answered(Answer(code: code, message: "m rid: 1-2")), circumstances)
    }

    @Test func `an accepted message is sent`() {
        let answer = Answer(code: 0, message: "ok", messageID: 7)
        let decision = Decision(.answered(answer), Circumstances(.send(.template), attempts: 1, limit: 8))
        #expect(decision == .end(Verdict(status: .sent, answer: answer)))
    }

    @Test(arguments: [40001, 40014, 42001])
    func `a dead token is replaced once`(code: Int) {
        #expect(decide(code) == .replaceToken)
        #expect(decide(code, afterRefresh: true) != .replaceToken)
    }

    @Test
    func `a token that is rejected again pauses the app, until a person acts for 40001, for a while for the others`() {
        guard case .pause(.app, .person, let cause) = decide(40001, afterRefresh: true) else {
            return #expect(Bool(false), "no pause")
        }
        #expect(cause.answer?.code == 40001)
        for code in [40014, 42001] {
            guard case .pause(.app, .backoff, _) = decide(code, afterRefresh: true) else {
                return #expect(Bool(false), "no pause")
            }
        }
    }

    @Test(arguments: [
        (40003, "recipient_unknown"), (43101, "recipient_refused"), (43004, "recipient_not_following"),
        (45015, "reply_window_closed"),
    ])
    func `what concerns the recipient is refused`(code: Int, reason: String) {
        guard case .end(let verdict) = decide(code) else { return #expect(Bool(false), "no end") }
        #expect(verdict.status == .refused && verdict.reason == reason && !verdict.isDeadLetter)
    }

    @Test(arguments: [
        (47003, "value_invalid"), (40037, "template_invalid"), (41030, "page_invalid"), (45168, "content_blocked"),
    ])
    func `what concerns the job is a dead letter`(code: Int, reason: String) {
        guard case .end(let verdict) = decide(code) else { return #expect(Bool(false), "no end") }
        #expect(verdict.status == .failed && verdict.reason == reason && verdict.isDeadLetter)
        #expect(verdict.answer?.code == code)
    }

    @Test func `a busy WeChat is tried until the tries are used up`() {
        guard case .retry(.backoff, _) = decide(-1, attempts: 7) else { return #expect(Bool(false), "no retry") }
        guard case .end(let verdict) = decide(-1, attempts: 8) else { return #expect(Bool(false), "no end") }
        #expect(verdict.reason == "retries_exhausted" && verdict.answer?.code == -1)
    }

    @Test func `a code that nobody knows has few tries`() {
        guard case .retry = decide(99_999, attempts: 3) else { return #expect(Bool(false), "no retry") }
        guard case .end(let verdict) = decide(99_999, attempts: 4) else { return #expect(Bool(false), "no end") }
        #expect(verdict.status == .failed && verdict.reason == "unknown_errcode")
    }

    @Test(arguments: [(45009, Delay.nextDay), (45011, .nextMinute), (44990, .fixed(.seconds(1)))])
    func `a limit pauses the API, and the try does not count`(code: Int, delay: Delay) {
        guard case .pause(.api, delay, let cause) = decide(code, attempts: 8) else {
            return #expect(Bool(false), "no pause")
        }
        #expect(cause.reason == "rate_limited")
    }

    @Test(arguments: [(48001, PauseScope.api), (40164, .app), (43107, .template), (40013, .app)])
    func `what the account may not do pauses its scope until a person acts`(code: Int, scope: PauseScope) {
        let kind: MessageKind = code == 40013 ? .subscribe : .subscribe
        switch decide(code, kind) {
        case .pause(scope, .person, _): break
        // In a template message this appid is the mini program's.
        case .end(let verdict) where code == 40013: #expect(verdict.status == .failed)
        case let other: #expect(Bool(false), "\(other)")
        }
    }

    @Test(arguments: [45109, 46101])
    func `a withdrawn API fails at once`(code: Int) {
        guard case .end(let verdict) = decide(code) else { return #expect(Bool(false), "no end") }
        #expect(verdict.reason == "api_withdrawn")
    }

    @Test func `two at once to one recipient come apart by a second or two`() {
        guard case .retry(.fixed(let wait), _) = decide(43108) else { return #expect(Bool(false), "no retry") }
        #expect(wait <= .seconds(2))
    }

    // MARK: What is no answer

    @Test func `what did not leave is tried again, and unreachable in the end`() {
        var circumstances = Circumstances(.send(.subscribe), attempts: 1, limit: 2)
        guard case .retry = Decision(.notSent("x"), circumstances) else { return #expect(Bool(false), "no retry") }
        circumstances.attempts = 2
        #expect(Decision(.notSent("x"), circumstances) == .end(.ended(.failed, .unreachable, "x")))
    }

    @Test func `what left without an answer is unknown and never tried again`() {
        let circumstances = Circumstances(.send(.subscribe), attempts: 1, limit: 8)
        #expect(Decision(.noAnswer("x"), circumstances) == .end(.ended(.unknown, .outcomeUnknown, "x")))
    }

    @Test func `unless WeChat drops a second one, or it is wanted`() {
        var circumstances = Circumstances(.send(.template), attempts: 1, limit: 8)
        circumstances.isDeduplicated = true
        guard case .retry = Decision(.noAnswer("x"), circumstances) else { return #expect(Bool(false), "no retry") }
        circumstances.isDeduplicated = false
        circumstances.resendsUnknown = true
        guard case .retry = Decision(.noAnswer("x"), circumstances) else { return #expect(Bool(false), "no retry") }
    }

    @Test func `tries that run out after one without an answer leave it open`() {
        var circumstances = Circumstances(.send(.template), attempts: 8, limit: 8)
        circumstances.isDeduplicated = true
        #expect(Decision(.noAnswer("x"), circumstances) == .end(.ended(.unknown, .outcomeUnknown, "x")))
        circumstances.mayHaveArrived = true
        for happening: Happening in [.notSent("x"), .gateway("x"), .answered(Answer(code: -1, message: "busy"))] {
            guard case .end(let verdict) = Decision(happening, circumstances) else {
                return #expect(Bool(false), "no end")
            }
            #expect(verdict.status == .unknown && verdict.reason == "outcome_unknown")
        }
    }

    @Test func `a gateway's answer is tried again`() {
        let circumstances = Circumstances(.send(.subscribe), attempts: 1, limit: 8)
        guard case .retry = Decision(.gateway("502"), circumstances) else { return #expect(Bool(false), "no retry") }
    }

    @Test(arguments: [40125, 40164, 40013, 40243, 50004, 41002])
    func `no token for a reason that a person has to mend pauses the app`(code: Int) {
        let failure = TokenFailure.call(.refused(Answer(code: code, message: "m")))
        guard
            case .pause(.app, _, let cause) = Decision(
                .noToken(failure), Circumstances(.send(.subscribe), attempts: 8, limit: 8))
        else { return #expect(Bool(false), "no pause") }
        #expect(cause.answer?.code == code)
    }

    @Test func `every code has a decision, whatever it is`() {
        for row in ErrorTable.rows {
            for kind in MessageKind.allCases {
                for afterRefresh in [false, true] {
                    if case .end(let verdict) = decide(
                        row.codes.lowerBound, kind, attempts: 8, afterRefresh: afterRefresh)
                    {
                        #expect(verdict.status == .sent || verdict.reason != nil)
                    }
                }
            }
        }
    }
}

struct RetryPolicyTests {
    @Test func `waits double up to a limit, and are spread`() {
        let policy = RetryPolicy(attempts: 8, first: .seconds(1), max: .seconds(600))
        #expect(policy.wait(after: 1, spread: 0.5) == .seconds(1))
        #expect(policy.wait(after: 4, spread: 0.5) == .seconds(8))
        #expect(policy.wait(after: 30, spread: 0.5) == .seconds(600))
        #expect(policy.wait(after: 2, spread: 0) == .milliseconds(1500))
        #expect(policy.wait(after: .max, spread: 1) == .seconds(750))
        #expect(policy.wait(after: 0, spread: 0.5) == .seconds(1))
    }
}
