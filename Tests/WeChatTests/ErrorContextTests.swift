import Testing
import WeChat

@Suite("A code in its context") struct ErrorContextTests {
    private static let sends = MessageKind.allCases.map(ErrorContext.send)

    @Test(arguments: sends + [.media, .management])
    func `40001 has the token replaced, once`(context: ErrorContext) {
        let first = ErrorTable.entry(for: 40001, in: context)
        #expect(first.errorClass == .token)
        #expect(first.pause == .nothing)
        let second = ErrorTable.entry(for: 40001, in: context, afterRefresh: true)
        #expect(second.errorClass == .account)
        #expect(second.reason == .tokenRejected)
        #expect(second.pause == .app)
    }

    @Test(arguments: [ErrorContext.token, .login], [false, true])
    func `40001 to a call with the secret is about the secret`(context: ErrorContext, afterRefresh: Bool) {
        let entry = ErrorTable.entry(for: 40001, in: context, afterRefresh: afterRefresh)
        #expect(entry.errorClass == .account)
        #expect(entry.reason == .secretRejected)
        #expect(entry.pause == .app)
    }

    @Test(arguments: [40014, 42001]) func `a dead token that was replaced in vain is waited out`(code: Int) {
        #expect(ErrorTable.entry(for: code, in: .send(.template)).errorClass == .token)
        let again = ErrorTable.entry(for: code, in: .send(.template), afterRefresh: true)
        #expect(again.errorClass == .retry)
        #expect(again.delay == .backoff)
        #expect(again.reason == .tokenRejected)
    }

    @Test func `40013 is about the app, or about the mini program in a message`() {
        for context in [ErrorContext.token, .login, .management, .send(.subscribe), .send(.miniTemplate)] {
            let entry = ErrorTable.entry(for: 40013, in: context)
            #expect(entry.errorClass == .account && entry.reason == .appInvalid && entry.pause == .app)
        }
        for kind in [MessageKind.template, .uniform, .customer, .subscribeBiz, .subscribeOnce] {
            let entry = ErrorTable.entry(for: 40013, in: .send(kind))
            #expect(entry.errorClass == .request && entry.reason == .miniprogramInvalid && entry.pause == .nothing)
        }
    }

    @Test func `43101 is final for the recipient and reads differently per kind`() {
        let entries = Self.sends.map { ErrorTable.entry(for: 43101, in: $0) }
        #expect(entries.allSatisfy { $0.errorClass == .user && $0.reason == .recipientRefused })
        #expect(Set(entries.map(\.advice)).count == 4)
        #expect(ErrorTable.entry(for: 43101, in: .send(.subscribe)).advice.contains("grant"))
    }

    @Test func `45009 for tokens warns of what comes`() {
        let entry = ErrorTable.entry(for: 45009, in: .token)
        #expect(entry.errorClass == .rate && entry.delay == .nextDay)
        #expect(entry.advice != ErrorTable.entry(for: 45009, in: .send(.template)).advice)
    }

    @Test func `45103 means withdrawn for withdrawn kinds and a wrong token for the others`() {
        for kind in MessageKind.allCases {
            let entry = ErrorTable.entry(for: 45103, in: .send(kind))
            #expect(entry.errorClass == .account && entry.pause == .api)
            #expect(entry.reason == (kind.withdrawal == nil ? .apiUnauthorized : .apiWithdrawn))
            #expect(entry.delay == (kind.withdrawal == nil ? .person : .forever))
        }
    }

    @Test func `45093 is about the window for customer messages and about grants for others`() {
        #expect(ErrorTable.entry(for: 45093, in: .send(.customer)).reason == .replyWindowClosed)
        #expect(ErrorTable.entry(for: 45093, in: .send(.subscribe)).reason == .recipientRefused)
    }
}
